"""What people ask for who cannot do it themselves, and what organisations were told."""

from django.db import models
from django.db.models import Q

from ravs.accounts.models import Account
from ravs.core.ids import new_id
from ravs.members.models.membership import Membership
from ravs.organisations.models import Organisation

REASON_LENGTH = 500


class ReactivationRequest(models.Model):
    """Somebody deactivated asks to come back, and says why.

    The reason is a person's own words: it stands here and in no history, and is emptied when
    the person is erased.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for an answer"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        OVERTAKEN = "overtaken", "No longer needed"

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, related_name="reactivation_requests"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="reactivation_requests"
    )
    reason = models.CharField(max_length=REASON_LENGTH)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    to_region = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership"],
                condition=Q(state="waiting"),
                name="one_waiting_request_per_membership",
            ),
            models.CheckConstraint(
                name="reactivation_request_state_has_its_date",
                condition=Q(state="waiting", decided_at__isnull=True)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "-id"], name="request_of_organisation"),
        ]


class SignInHelp(models.Model):
    """Somebody asked on the public page why they cannot log in; answered by letter, if at all.

    A row is written whether or not the address is known, so that neither the page nor the time
    it takes tells which. The address itself is not kept: only the account it belongs to.
    ``letter`` is the answer; there is none for strangers, and one an hour at most.
    """

    account = models.ForeignKey(
        Account, null=True, on_delete=models.CASCADE, related_name="sign_in_helps"
    )
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    letter = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], condition=Q(answered_at__isnull=True), name="sign_in_help_waiting"
            ),
            models.Index(fields=["account", "answered_at"], name="sign_in_help_of_account"),
        ]


class LeadNotice(models.Model):
    """When an organisation's lead administrators were last told of its people, by London date."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, related_name="lead_notice", primary_key=True
    )
    digest_on = models.DateField(null=True, blank=True)
    few_leads_on = models.DateField(null=True, blank=True)


class DeletionRequest(models.Model):
    """A lead administrator, or the person, asks support to delete what is held of somebody."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for support"
        DONE = "done", "Deleted"
        REFUSED = "refused", "Kept, because records need it"

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="deletion_requests")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(state="waiting"),
                name="one_waiting_deletion_request_per_person",
            ),
        ]
