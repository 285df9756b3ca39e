"""The record of one vaccination, and every version it ever had."""

from django.db import models
from django.db.models import Q

from ravs.accounts.models import Account
from ravs.core.ids import new_id
from ravs.members.models import Membership
from ravs.organisations.models import Organisation, Site
from ravs.patients.models import Patient
from ravs.vaccines.models import Batch, Product, Route, VaccineType


class Outcome(models.TextChoices):
    """What came of it."""

    GIVEN = "given", "Vaccination given"
    NOT_GIVEN = "not-given", "Vaccination not given"
    NO_CONSENT = "no-consent", "No consent"


class Vaccination(models.Model):
    """One vaccination of one patient by one organisation, or why it was not given.

    Names, numbers and words are kept as they were when it was recorded: renaming a person,
    correcting a batch or a new catalogue changes no record. Where a code of the catalogue stands,
    its label of that day stands beside it.
    """

    Outcome = Outcome

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="vaccinations"
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.GIVEN)
    outcome_reason = models.CharField(max_length=150, blank=True)
    given_on = models.DateField()
    """The day it was given, or decided not to be: a London date."""

    recorded_at = models.DateTimeField()
    recorded_on = models.DateField()
    recorded_late = models.BooleanField(default=False)
    """Typed in on a later day than it was given on, from paper for instance."""

    recorder = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    recorder_name = models.CharField(max_length=200)
    vaccinator = models.ForeignKey(
        Membership,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # the index of a vaccinator's records begins with it
    )
    vaccinator_name = models.CharField(max_length=200, blank=True)
    assessing_clinician = models.ForeignKey(
        Membership,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # few records have one, and those few have an index
    )
    assessing_clinician_name = models.CharField(max_length=200, blank=True)
    consenting_clinician = models.ForeignKey(
        Membership,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # as above
    )
    consenting_clinician_name = models.CharField(max_length=200, blank=True)

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="vaccinations")
    nhs_number = models.CharField(max_length=10, blank=True)
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    name_key = models.BinaryField(max_length=330)
    birth_date = models.DateField()
    gender = models.CharField(max_length=10, blank=True)
    postcode = models.CharField(max_length=10, blank=True)

    type = models.ForeignKey(
        VaccineType,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # of one organisation's records of a type there is an index
    )
    product = models.ForeignKey(
        Product, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    product_name = models.CharField(max_length=100, blank=True)
    route = models.CharField(max_length=10, choices=Route, blank=True)
    batch = models.ForeignKey(
        Batch, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    batch_number = models.CharField(max_length=100, blank=True)
    batch_expiry = models.DateField(null=True, blank=True)
    pack_size = models.CharField(max_length=40, blank=True)
    pack_size_label = models.CharField(max_length=150, blank=True)
    dose = models.CharField(max_length=40, blank=True)
    dose_label = models.CharField(max_length=150, blank=True)
    dose_ml = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    full_dose = models.BooleanField(null=True, blank=True)
    """Nasal sprays: both nostrils, or one."""

    eligibility = models.CharField(max_length=40, blank=True)
    eligibility_label = models.CharField(max_length=150, blank=True)
    staff_role = models.CharField(max_length=40, blank=True)
    staff_role_label = models.CharField(max_length=150, blank=True)
    location_type = models.CharField(max_length=40, blank=True)
    location_type_label = models.CharField(max_length=150, blank=True)
    care_home = models.CharField(max_length=200, blank=True)
    care_home_ods = models.CharField(max_length=10, blank=True)
    """Where the directory of organisations knew it."""

    care_home_address = models.CharField(max_length=200, blank=True)
    due_date = models.DateField(null=True, blank=True)
    consent_giver = models.CharField(max_length=40, blank=True)
    consent_giver_label = models.CharField(max_length=150, blank=True)
    consent_name = models.CharField(max_length=200, blank=True)
    consent_relationship = models.CharField(max_length=100, blank=True)
    injection_site = models.CharField(max_length=40, blank=True)
    injection_site_label = models.CharField(max_length=150, blank=True)
    legal_mechanism = models.CharField(max_length=40, blank=True)
    legal_mechanism_label = models.CharField(max_length=150, blank=True)
    assessed_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    warnings = models.JSONField(default=list, blank=True)
    """Codes of the warnings that were shown and overridden."""

    version = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    deletion_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_given_vaccination_says_what_and_by_whom",
                condition=~Q(outcome="given")
                | Q(product__isnull=False, batch__isnull=False, vaccinator__isnull=False)
                & ~Q(consent_giver=""),
            ),
            models.CheckConstraint(
                name="one_not_given_says_why",
                condition=Q(outcome="given", outcome_reason="")
                | ~Q(outcome="given") & ~Q(outcome_reason=""),
            ),
            models.CheckConstraint(
                name="a_deleted_vaccination_says_why_and_by_whom",
                condition=Q(deleted_at__isnull=True, deleted_by__isnull=True, deletion_reason="")
                | Q(deleted_at__isnull=False, deleted_by__isnull=False) & ~Q(deletion_reason=""),
            ),
            models.CheckConstraint(
                name="nobody_is_vaccinated_before_birth",
                condition=Q(given_on__gte=models.F("birth_date")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "-given_on", "-id"],
                name="records_newest_first",
                condition=Q(deleted_at__isnull=True),
            ),
            models.Index(
                fields=["organisation", "name_key", "-given_on"],
                name="records_by_name",
                condition=Q(deleted_at__isnull=True),
            ),
            models.Index(
                fields=["nhs_number", "-given_on"],
                name="records_by_nhs_number",
                condition=~Q(nhs_number=""),
            ),
            # Every filter of the list has an index that begins with what it narrows to.
            models.Index(
                fields=["organisation", "type", "-given_on", "-id"],
                name="records_of_a_type",
                condition=Q(deleted_at__isnull=True),
            ),
            models.Index(
                fields=["organisation", "batch_number", "-given_on", "-id"],
                name="records_of_a_batch",
                condition=Q(deleted_at__isnull=True) & ~Q(batch_number=""),
            ),
            models.Index(
                fields=["organisation", "birth_date", "name_key"],
                name="records_by_birth",
                condition=Q(deleted_at__isnull=True),
            ),
            models.Index(fields=["vaccinator", "-given_on", "-id"], name="records_of_a_vaccinator"),
            models.Index(
                fields=["organisation", "-given_on", "-id"],
                name="records_deleted",
                condition=Q(deleted_at__isnull=False),
            ),
            models.Index(fields=["organisation", "recorded_on"], name="records_by_recording"),
            models.Index(
                fields=["assessing_clinician"],
                name="records_of_an_assessor",
                condition=Q(assessing_clinician__isnull=False),
            ),
            models.Index(
                fields=["consenting_clinician"],
                name="records_of_a_consenter",
                condition=Q(consenting_clinician__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def patient_name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def is_given(self) -> bool:
        return self.outcome == Outcome.GIVEN

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None


class Version(models.Model):
    """What a vaccination said before it was changed, who changed it, when and why.

    Never changed itself. ``number`` is that of the version which ``values`` tell; ``changed``
    names the fields that the change replaced.
    """

    vaccination = models.ForeignKey(
        Vaccination, on_delete=models.PROTECT, related_name="earlier_versions"
    )
    number = models.PositiveIntegerField()
    values = models.JSONField()
    changed = models.JSONField(default=list)
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["vaccination", "number"], name="one_row_per_version_of_a_vaccination"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vaccination} version {self.number}"
