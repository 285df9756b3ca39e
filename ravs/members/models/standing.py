"""What belongs to a membership besides: the level of a log-in, letters, the group roles."""

from django.db import models

from ravs.accounts.models import Account, Session
from ravs.core.ids import new_id
from ravs.members.models.membership import Level, Membership, Status
from ravs.organisations.models import Group


class LevelSnapshot(models.Model):
    """The level a session took at log-in: a raise waits for the next one (ADR 0005)."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="snapshots")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="snapshots")
    level = models.CharField(max_length=20, choices=Level)
    taken_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "membership"], name="one_snapshot_per_session"
            ),
        ]


class InactivityNotice(models.Model):
    """That a letter about the 90-day rule concerned this membership.

    Such a letter is to the person and may name several organisations; each of them sees only
    that it was sent, and what it said about itself.
    """

    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, related_name="inactivity_notices"
    )
    letter = models.UUIDField()
    lapsed = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "letter"], name="one_notice_per_letter_and_membership"
            ),
        ]


class GroupMembership(models.Model):
    """A group administrator of a pharmacy group; such a person joins no single pharmacy."""

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="group_memberships")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="memberships")
    status = models.CharField(max_length=12, choices=Status)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "group"], name="one_membership_per_group"),
        ]
