"""Who belongs to which organisation, at what level, in what state."""

from django.db import models
from django.db.models import Q

from ravs.accounts.models import Account, Session
from ravs.core.ids import new_id
from ravs.organisations.models import Group, Organisation


class Level(models.TextChoices):
    """Permission levels of an organisation, lowest first (the guide's table)."""

    RECORDER = "recorder", "Recorder"
    ADMINISTRATOR = "administrator", "Administrator"
    LEAD_ADMINISTRATOR = "lead-administrator", "Lead administrator"

    @property
    def rank(self) -> int:
        return list(Level).index(self)


class Status(models.TextChoices):
    INVITED = "invited", "Invited"
    ACTIVE = "active", "Active"
    DEACTIVATED = "deactivated", "Deactivated"


class DeactivationReason(models.TextChoices):
    """Why a membership was deactivated."""

    PERSON = "person", "By a lead administrator"
    SELF = "self", "By themselves"
    INACTIVITY = "inactivity", "90 days since log in"
    ORGANISATION = "organisation", "The organisation was closed"
    SUPPORT = "support", "By support"


class InvitationEnd(models.TextChoices):
    LAPSED = "lapsed", "Lapsed"
    CANCELLED = "cancelled", "Cancelled"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def listed(self, status: str) -> "MembershipQuerySet":
        """The rows of one tab: a cancelled invitation has left the lists."""
        rows = self.filter(status=status)
        return (
            rows.filter(~Q(invitation_end=InvitationEnd.CANCELLED))
            if status == Status.INVITED
            else rows
        )

    def active_lead_administrators(self) -> "MembershipQuerySet":
        return self.filter(status=Status.ACTIVE, level=Level.LEAD_ADMINISTRATOR)

    def lapsed(self) -> "MembershipQuerySet":
        """Deactivated by the 90-day rule, never by a person."""
        return self.filter(
            status=Status.DEACTIVATED, deactivated_reason=DeactivationReason.INACTIVITY
        )


class Membership(models.Model):
    """One person at one organisation. Every right hangs here.

    ``clock_on`` is the London date the 90-day rule counts from: the later of the person's last
    log-in anywhere and this membership's own acceptance or reactivation (ADR 0006).
    """

    Level = Level
    Status = Status

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships"
    )
    level = models.CharField(max_length=20, choices=Level)
    vaccinator = models.BooleanField()
    clinician = models.BooleanField(default=False)
    status = models.CharField(max_length=12, choices=Status)

    invited_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    invite_sent_at = models.DateTimeField()
    invite_sent_on = models.DateField()
    invite_count = models.PositiveSmallIntegerField(default=1)
    invitation_end = models.CharField(max_length=10, choices=InvitationEnd, blank=True)
    invitation_ended_at = models.DateTimeField(null=True, blank=True)

    first_login_at = models.DateTimeField(null=True, blank=True)
    last_login_at = models.DateTimeField(null=True, blank=True)
    usable_since = models.DateTimeField()
    reduced_at = models.DateTimeField(null=True, blank=True)
    clock_on = models.DateField(null=True, blank=True)
    warned_day = models.PositiveSmallIntegerField(default=0)

    deactivated_at = models.DateTimeField(null=True, blank=True)
    deactivated_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    deactivated_reason = models.CharField(max_length=12, choices=DeactivationReason, blank=True)

    sort_key = models.BinaryField(max_length=210)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "organisation"], name="one_membership_per_organisation"
            ),
            models.CheckConstraint(
                name="membership_status_has_its_dates",
                condition=Q(
                    status="invited",
                    first_login_at__isnull=True,
                    clock_on__isnull=True,
                    deactivated_at__isnull=True,
                    deactivated_reason="",
                )
                | Q(
                    status="active",
                    first_login_at__isnull=False,
                    clock_on__isnull=False,
                    deactivated_at__isnull=True,
                    deactivated_reason="",
                    invitation_end="",
                )
                | (
                    Q(status="deactivated", deactivated_at__isnull=False, invitation_end="")
                    & ~Q(deactivated_reason="")
                ),
            ),
            models.CheckConstraint(
                name="membership_invitation_end_has_its_date",
                condition=Q(invitation_end="", invitation_ended_at__isnull=True)
                | (~Q(invitation_end="") & Q(invitation_ended_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "status", "sort_key", "id"], name="member_list"),
            models.Index(
                fields=["organisation", "status", "-deactivated_at", "id"],
                name="member_deactivated",
            ),
            models.Index(
                fields=["organisation"],
                name="member_leads",
                condition=Q(status="active", level="lead-administrator"),
            ),
            models.Index(fields=["status", "clock_on", "id"], name="member_clock"),
            models.Index(fields=["status", "invite_sent_on", "id"], name="member_invited_on"),
        ]

    def __str__(self) -> str:
        return f"{self.account} at {self.organisation}"

    @property
    def is_active(self) -> bool:
        return self.status == Status.ACTIVE

    @property
    def is_invited(self) -> bool:
        """An invitation that still stands."""
        return self.status == Status.INVITED and not self.invitation_end

    @property
    def is_deactivated(self) -> bool:
        return self.status == Status.DEACTIVATED

    @property
    def is_usable(self) -> bool:
        """Whether signing in may lead here: active, or invited and neither lapsed nor cancelled."""
        return self.is_active or self.is_invited

    @property
    def has_lapsed(self) -> bool:
        return self.is_deactivated and self.deactivated_reason == DeactivationReason.INACTIVITY


class SearchTerm(models.Model):
    """One folded word of a member's name or address, for prefix search within a tab.

    Bytes, not text: their order is the same on every database, so a prefix is an index range.
    """

    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, related_name="search_terms"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    term = models.BinaryField(max_length=330)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "term", "membership"], name="member_search"),
        ]


class MemberCount(models.Model):
    """How many people stand in each tab, kept under the organisation's lock, checked nightly."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, related_name="member_count", primary_key=True
    )
    invited = models.PositiveIntegerField(default=0)
    active = models.PositiveIntegerField(default=0)
    deactivated = models.PositiveIntegerField(default=0)
    lapsed = models.PositiveIntegerField(default=0)


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


class AllowedEmailDomain(models.Model):
    """A domain that invited people's addresses may be at. Data, never code (domain 3.6)."""

    domain = models.CharField(max_length=253, unique=True)
    include_subdomains = models.BooleanField(default=False)
    consumer_mail = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True)
    added_by = models.CharField(max_length=100, blank=True)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.domain


class IdentityCall(models.Model):
    """A call to the identity provider that must happen: a row with a lease, like a letter.

    ``ensure`` makes or finds the person's account and then sends the welcome letter that fits
    the answer; ``resend`` renews the activation first and then does the same.
    """

    class Purpose(models.TextChoices):
        ENSURE = "ensure", "Make or find the account"
        RESEND = "resend", "Send the activation again"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        DROPPED = "dropped", "No longer needed"

    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, related_name="identity_calls"
    )
    purpose = models.CharField(max_length=8, choices=Purpose)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    outcome = models.CharField(max_length=12, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "next_attempt_at"], name="identity_call_due"),
            models.Index(fields=["membership", "-id"], name="identity_call_of_member"),
        ]
