"""Who belongs to which organisation, at what level, in what state."""

from django.db import models
from django.db.models import F, Q

from ravs.accounts.models import Account
from ravs.core.ids import new_id
from ravs.organisations.models import Organisation, OrganisationStatus


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
    END_DATE = "end-date", "End date reached"


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

    def of_open_organisations(self) -> "MembershipQuerySet":
        """Nobody can log in where everything has ended, so no rule looks there any more."""
        return self.exclude(organisation__status=OrganisationStatus.CLOSED)

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

    ``starts_on`` and ``ends_on`` are the first and the last London date on which the person may
    enter (seasonal and bank staff); none is without that bound. ``end_told_days`` is how many
    days before the end the person was last told of it.

    ``asked_vaccinator_at`` is when a new lead administrator answered whether they vaccinate.
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
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    end_told_days = models.PositiveSmallIntegerField(null=True, blank=True)
    usable_since = models.DateTimeField()
    reduced_at = models.DateTimeField(null=True, blank=True)
    clock_on = models.DateField(null=True, blank=True)
    warned_day = models.PositiveSmallIntegerField(default=0)
    asked_vaccinator_at = models.DateTimeField(null=True, blank=True)

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
                name="membership_ends_after_it_starts",
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
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
            models.Index(
                fields=["organisation", "clock_on", "id"],
                name="member_soon",
                condition=Q(status="active"),
            ),
            models.Index(fields=["status", "invite_sent_on", "id"], name="member_invited_on"),
            models.Index(
                fields=["ends_on", "id"],
                name="member_ends_on",
                condition=Q(ends_on__isnull=False),
            ),
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
