"""What can be given, to whom and how: rows that a file brings, each with its days of validity.

Nothing clinical stands in code. ``needs_check`` names the values of a row that no clinician has
confirmed yet. A vaccination keeps the words it was recorded with, so a later file changes no
record.
"""

from datetime import date
from typing import TypeVar

from django.db import models
from django.db.models import F, Q

from ravs.organisations.models import OrganisationType

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class DatedQuerySet(models.QuerySet[M_co]):
    """Rows that are valid between two days, the last one included."""

    def on(self, day: date) -> "DatedQuerySet[M_co]":
        """The rows that are valid on ``day``, a London date."""
        return self.filter(valid_from__lte=day).filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        )


class Dated(models.Model):
    """A row of the catalogue, valid from one day until another, or until further notice."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    needs_check = models.JSONField(default=list, blank=True)
    """Names of fields whose values a clinician has still to confirm."""

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True


class CatalogueRelease(models.Model):
    """One file that was brought in: what it called itself, and when."""

    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    imported_at = models.DateTimeField()


class VaccineType(Dated):
    """A disease or programme that people are vaccinated against, such as flu.

    ``name`` has its natural capitals ("flu", "COVID-19"). ``stock_from`` names the type whose
    products are given, for a programme without products of its own (the London flu service).
    """

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    diseases = models.JSONField(default=list, blank=True)
    """SNOMED CT codes of the target diseases."""

    stock_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="shared_by"
    )
    any_site_may_enable = models.BooleanField(default=False)
    asks_location = models.BooleanField(default=False)
    pcn_exempt_location = models.SlugField(max_length=40, blank=True)
    """GP surgeries are paid for patients of their own primary care network alone, but for this
    type of location. Empty: whose patient it is makes no difference."""

    dose_asked_up_to_age = models.PositiveSmallIntegerField(null=True, blank=True)
    """The dose is asked of patients of this age in years, or younger; of all when empty."""

    default_eligibility = models.CharField(max_length=40, blank=True)
    """The eligibility that is recorded without asking."""

    history_questions = models.JSONField(default=list, blank=True)
    """What to ask a patient before giving it, in plain sentences."""

    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """The name as it begins a line: *Flu*, *COVID-19*."""
        return self.name[:1].upper() + self.name[1:]

    @property
    def stock_type_id(self) -> int:
        """The type whose products are given for this one."""
        return self.stock_from_id or self.pk


class Route(models.TextChoices):
    """How a product is given; it decides what is asked after consent."""

    INJECTION = "injection", "Injection"
    NASAL = "nasal", "Nasal spray"
    ORAL = "oral", "Oral"


class Product(Dated):
    """A named product of a type. ``dose_ml`` is the full dose in millilitres."""

    type = models.ForeignKey(VaccineType, on_delete=models.PROTECT, related_name="products")
    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    route = models.CharField(max_length=10, choices=Route)
    route_code = models.CharField(max_length=20, blank=True)
    """SNOMED CT code of the route of administration."""

    site_code = models.CharField(max_length=20, blank=True)
    """SNOMED CT code of the body site, where the route leaves no choice of it (nasal sprays)."""

    dose_ml = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    dmd_code = models.CharField(max_length=20, blank=True)
    """dm+d code of the actual medicinal product (AMP)."""

    manufacturer = models.CharField(max_length=100, blank=True)
    gtins = models.JSONField(default=list, blank=True)
    """GTIN-14 of its packs, for scanning."""

    asks_pack_size = models.BooleanField(default=False)
    expiry_hint = models.CharField(max_length=200, blank=True)
    """What to mind when the expiry date is entered (thawed vaccines)."""

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OptionKind(models.TextChoices):
    """The questions whose answers are rows of the catalogue."""

    ELIGIBILITY = "eligibility", "Eligibility"
    DOSE = "dose", "Dose"
    CONSENT_GIVER = "consent-giver", "Consent given by"
    INJECTION_SITE = "injection-site", "Injection site"
    LOCATION_TYPE = "location-type", "Location type"
    STAFF_ROLE = "staff-role", "Staff role"
    GENDER = "gender", "Gender"
    PACK_SIZE = "pack-size", "Pack size"
    NOT_GIVEN_REASON = "not-given-reason", "Reason not given"
    NO_CONSENT_REASON = "no-consent-reason", "Reason for no consent"
    LEGAL_MECHANISM = "legal-mechanism", "Legal mechanism"


class Asks(models.TextChoices):
    """What an answer leads to being asked besides."""

    STAFF_ROLE = "staff-role", "Staff role"
    DUE_DATE = "due-date", "Estimated due date"
    CARE_HOME = "care-home", "Care home"
    NAME = "name", "Name"
    RELATIONSHIP = "relationship", "Relationship"


class Option(Dated):
    """One answer to one question; of every vaccine, or of one ``type``.

    Several rows may have one code, for different days: what is offered on a day is what is valid
    on it, and a record made earlier still finds the words of its own day.
    """

    kind = models.CharField(max_length=20, choices=OptionKind)
    type = models.ForeignKey(
        VaccineType, null=True, blank=True, on_delete=models.PROTECT, related_name="options"
    )
    code = models.SlugField(max_length=40)
    label = models.CharField(max_length=150)
    hint = models.CharField(max_length=300, blank=True)
    snomed = models.CharField(max_length=20, blank=True)
    asks = models.JSONField(default=list, blank=True)
    """Values of ``Asks``."""

    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "type", "code", "valid_from"],
                condition=Q(type__isnull=False),
                name="one_option_of_a_type_per_code_and_first_day",
            ),
            models.UniqueConstraint(
                fields=["kind", "code", "valid_from"],
                condition=Q(type__isnull=True),
                name="one_option_of_all_types_per_code_and_first_day",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class RuleKind(models.TextChoices):
    """What can be out of the ordinary about giving a vaccine. Warnings read these."""

    AGE = "age", "Age"
    INTERVAL = "interval", "Time since the previous dose"
    MOST_DOSES = "most-doses", "Number of doses"
    PREGNANCY = "pregnancy", "Weeks of pregnancy"


class Unit(models.TextChoices):
    DAYS = "days", "days"
    WEEKS = "weeks", "weeks"
    MONTHS = "months", "months"
    YEARS = "years", "years"
    DOSES = "doses", "doses"


class Consequence(models.TextChoices):
    """Why it matters."""

    CLINICAL = "clinical", "Clinical"
    PAYMENT = "payment", "The vaccination may not be paid for"


class Rule(Dated):
    """What is usual for a type, or one product of it: from ``least`` to ``most``, in ``unit``.

    Both ends are usual themselves; an empty one is open. The dose being given counts among the
    doses of ``most-doses``. A rule warns and never forbids. With a ``region`` or an
    ``organisation_type`` it holds at organisations of that kind alone (the London service).
    """

    code = models.SlugField(max_length=60)
    kind = models.CharField(max_length=12, choices=RuleKind)
    type = models.ForeignKey(VaccineType, on_delete=models.PROTECT, related_name="rules")
    product = models.ForeignKey(
        Product, null=True, blank=True, on_delete=models.PROTECT, related_name="rules"
    )
    least = models.PositiveSmallIntegerField(null=True, blank=True)
    most = models.PositiveSmallIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=6, choices=Unit)
    consequence = models.CharField(max_length=8, choices=Consequence, default=Consequence.CLINICAL)
    guidance_url = models.URLField(blank=True)
    region = models.CharField(max_length=10, blank=True)
    """Code of the region of NHS England that it is a rule of."""

    organisation_type = models.CharField(max_length=20, blank=True, choices=OrganisationType)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "valid_from"], name="one_rule_per_code_and_first_day"
            ),
            models.CheckConstraint(
                name="a_rule_has_an_end",
                condition=Q(least__isnull=False) | Q(most__isnull=False),
            ),
            models.CheckConstraint(
                name="a_rule_is_the_right_way_round",
                condition=Q(least__isnull=True) | Q(most__isnull=True) | Q(least__lte=F("most")),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ProcedureCode(Dated):
    """The SNOMED CT procedure of giving a type by a route as a dose; an empty dose fits any."""

    type = models.ForeignKey(VaccineType, on_delete=models.PROTECT, related_name="procedures")
    route = models.CharField(max_length=10, choices=Route, blank=True)
    dose = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=20)
    display = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["type", "route", "dose", "valid_from"], name="one_procedure_per_dose"
            ),
        ]

    def __str__(self) -> str:
        return self.code
