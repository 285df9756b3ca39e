"""Records that are being written, and the clinic that shortens writing them."""

from django.db import models
from django.db.models import Q

from ravs.accounts.models import Account
from ravs.core.ids import new_id
from ravs.organisations.models import Organisation, Site
from ravs.patients.models import Patient
from ravs.vaccinations.models.records import Vaccination
from ravs.vaccines.models import Batch, Product, VaccineType


class Clinic(models.Model):
    """*A clinic today*: what stays the same for a person's records of one day, said once.

    ``vaccinators`` holds public ids of the memberships of those present.
    """

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="clinics")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    vaccinators = models.JSONField()
    type = models.ForeignKey(VaccineType, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField(default=dict)
    """What else stays the same, such as eligibility and location type, as in a draft."""

    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "account"],
                condition=Q(ended_at__isnull=True),
                name="one_clinic_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} on {self.day}"


class Draft(models.Model):
    """A record that is being written: its patient and the answers so far, by name of question.

    Its id stands in the address, so that two tabs keep two drafts. ``saved`` is what it became:
    a draft is saved once, however often it is sent.
    """

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="drafts")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="drafts")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField(default=dict)
    overridden = models.JSONField(default=list)
    """Codes of the warnings that the person saw and went on from."""

    clinic = models.ForeignKey(
        Clinic, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(auto_now=True)
    saved = models.OneToOneField(
        Vaccination, null=True, blank=True, on_delete=models.PROTECT, related_name="draft"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["account", "organisation", "-updated_at"],
                name="drafts_of_a_person",
                condition=Q(saved__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
