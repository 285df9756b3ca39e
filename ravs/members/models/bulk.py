"""One act for many people at once: what was chosen, and what became of each of them."""

from django.db import models
from django.db.models import Q

from ravs.accounts.models import Account
from ravs.core.ids import new_id
from ravs.members.models.membership import Level, Membership
from ravs.organisations.models import Organisation


class BulkVerb(models.TextChoices):
    """What can be done to several people in one go."""

    DEACTIVATE = "deactivate", "Deactivate"
    REACTIVATE = "reactivate", "Reactivate"
    RESEND = "resend", "Resend invite"
    LEVEL = "level", "Change permission level"
    VACCINATOR = "vaccinator", "Change vaccinator status"


class BulkOutcome(models.TextChoices):
    """What became of one person; blank while they wait."""

    DONE = "done", "Done"
    ALREADY = "already", "Nothing to change"
    MOVED_ON = "moved-on", "Changed by somebody else meanwhile"
    LAST_LEAD = "last-lead", "The only lead administrator"
    NOT_YET = "not-yet", "The invitation cannot be sent again yet"
    NOT_OPEN = "not-open", "The organisation is deactivated"
    YOURSELF = "yourself", "Not done to yourself"
    NOT_ALLOWED = "not-allowed", "The person who asked for it is no longer a lead administrator"
    FAILED = "failed", "Something went wrong"


class BulkAct(models.Model):
    """A job with a lease: any worker may carry it on, and each person is settled once."""

    Verb = BulkVerb
    Outcome = BulkOutcome

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="bulk_acts"
    )
    actor = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=10, choices=BulkVerb)
    level = models.CharField(max_length=20, choices=Level, blank=True)
    vaccinator = models.BooleanField(null=True, blank=True)
    undoes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], name="bulk_act_unfinished", condition=Q(finished_at__isnull=True)
            ),
            models.Index(fields=["organisation", "-id"], name="bulk_act_of_organisation"),
        ]


class BulkRow(models.Model):
    """One person of an act. ``level_before`` and ``vaccinator_before`` are what undoing needs."""

    act = models.ForeignKey(BulkAct, on_delete=models.CASCADE, related_name="rows")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=12, choices=BulkOutcome, blank=True)
    level_before = models.CharField(max_length=20, choices=Level, blank=True)
    vaccinator_before = models.BooleanField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["act", "membership"], name="one_bulk_row_per_person"),
        ]
        indexes = [
            models.Index(fields=["act", "outcome", "id"], name="bulk_row_of_act"),
        ]
