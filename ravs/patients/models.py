"""The people who are vaccinated, as one organisation knows them."""

from datetime import date

from django.db import models
from django.db.models import Q

from ravs.core.ids import new_id
from ravs.organisations.models import Organisation


class Source(models.TextChoices):
    """Where the details come from."""

    DIRECTORY = "directory", "The patient directory"
    LOCAL = "local", "Entered here"


class Patient(models.Model):
    """Somebody whom an organisation has found or entered: its own copy of their details.

    Organisations share no row: what one has looked up opens nothing to another. The same person
    is known across them by NHS number alone. ``sensitive``: the directory withholds where the
    person lives and their GP, so neither is kept here.
    """

    Source = Source

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="patients"
    )
    nhs_number = models.CharField(max_length=10, blank=True)
    former_nhs_number = models.CharField(max_length=10, blank=True)
    """The number they were looked up by, when another has replaced it."""

    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    birth_date = models.DateField()
    gender = models.CharField(max_length=10, blank=True)
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    gp_ods = models.CharField(max_length=10, blank=True)
    gp_name = models.CharField(max_length=200, blank=True)
    died_on = models.DateField(null=True, blank=True)
    sensitive = models.BooleanField(default=False)
    source = models.CharField(max_length=10, choices=Source)
    name_key = models.BinaryField(max_length=330)
    """Family name, then given name, folded for search and order (``core.folding.key``)."""

    created_at = models.DateTimeField()
    looked_up_at = models.DateTimeField(null=True, blank=True)
    """When the directory last said so."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "nhs_number"],
                condition=~Q(nhs_number=""),
                name="one_patient_per_nhs_number_at_an_organisation",
            ),
            models.CheckConstraint(
                name="a_local_patient_has_no_nhs_number_yet",
                condition=~Q(source="directory", nhs_number=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "birth_date", "name_key"], name="patient_by_birth"
            ),
            models.Index(
                fields=["organisation", "former_nhs_number"],
                condition=~Q(former_nhs_number=""),
                name="patient_by_former_number",
            ),
            models.Index(fields=["organisation", "name_key"], name="patient_by_name"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def numbers(self) -> list[str]:
        """The NHS number, and the one that it replaced."""
        return [number for number in (self.nhs_number, self.former_nhs_number) if number]

    def age_on(self, day: date) -> int:
        """Age in whole years on ``day``. Born on 29 February: a year older on 1 March."""
        before_birthday = (day.month, day.day) < (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - before_birthday
