"""Records that are being written, and the clinic that shortens writing them."""

from django.db import models
from django.db.models import Q

from ravs.accounts.models import Account
from ravs.core.ids import new_id
from ravs.organisations.models import Organisation
from ravs.patients.models import Patient
from ravs.vaccinations.models.records import Vaccination


class Clinic(models.Model):
    """*A clinic today*: what stays the same for a person's records of one day, said once."""

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="clinics")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    answers = models.JSONField(default=dict)
    """What stays the same, as in a draft."""

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
        return f"{self.organisation} on {self.day}"


class Purpose(models.TextChoices):
    """What the answers of a draft are for."""

    RECORD = "record", "A record"
    CLINIC = "clinic", "A clinic today"


class Draft(models.Model):
    """A record that is being written: its patient and the answers so far, by step.

    Its id stands in the address, so that two tabs keep two drafts. ``saved`` is what it became:
    a draft is saved once, however often it is sent. A draft without a patient waits for one, or
    sets up a clinic.

    ``answers`` holds what was typed, by slug of the step and name of the input; it is read anew
    on every page, so an answer that no longer holds is asked again. ``defaults`` holds what a
    step shows chosen, in the same form, and counts as no answer.
    """

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="drafts")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="drafts")
    purpose = models.CharField(max_length=6, choices=Purpose, default=Purpose.RECORD)
    patient = models.ForeignKey(
        Patient, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answers = models.JSONField(default=dict)
    defaults = models.JSONField(default=dict)
    overridden = models.JSONField(default=list)
    """Keys of the warnings that the person saw and went on from."""

    elsewhere = models.JSONField(default=list)
    """What other systems had recorded for the patient when the draft was begun."""

    elsewhere_known = models.BooleanField(default=False)
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
