"""What will happen: the effects of an act on people, told before it is done.

Reading only, a fixed number of queries however many are chosen. What is told is what is so when
the page is opened; each verb looks for itself when it is done.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from ravs.core.dates import london_date
from ravs.members.models import (
    BulkVerb,
    InvitationEnd,
    Level,
    LevelSnapshot,
    Membership,
    Status,
)
from ravs.members.services.bulk import Wanted
from ravs.organisations.models import Organisation

NAMED = 10


@dataclass(frozen=True)
class Consequences:
    """How many people an act concerns, and what else it brings.

    ``concerned`` are those it would change; ``signed_out`` of them are logged in here just now.
    ``leads_left`` are the active lead administrators afterwards. ``invitations`` are names of
    people whom those concerned invited and who have not come yet; ``more_invitations`` says how
    many are not named.
    """

    chosen: int
    concerned: int
    signed_out: int = 0
    leads_left: int = 0
    includes_yourself: bool = False
    only_temporary_leads: bool = False
    invitations: tuple[str, ...] = ()
    more_invitations: int = 0
    waits_for_log_in: int = 0
    becomes_invited: int = 0

    @property
    def unchanged(self) -> int:
        return self.chosen - self.concerned

    @property
    def leaves_no_lead(self) -> bool:
        return self.leads_left == 0


def consequences(
    organisation: Organisation,
    wanted: Wanted,
    chosen: QuerySet[Membership],
    *,
    actor_id: int | None = None,
) -> Consequences:
    """What ``wanted`` would bring for the ``chosen`` of ``organisation``.

    ``actor_id``: the account that acts for several people, which is itself left out; ``None``
    for an act on one person, which may be oneself.
    """
    chosen = chosen.filter(organisation=organisation).order_by()
    own = chosen.filter(account=actor_id)
    rows = _concerned(chosen, wanted, timezone.now())
    leaves_self_out = wanted.verb in {BulkVerb.DEACTIVATE, BulkVerb.LEVEL} and actor_id is not None
    if leaves_self_out:
        rows = rows.exclude(account=actor_id)
    losing = _losing(rows, wanted)
    leads = organisation.memberships.active_lead_administrators()
    stay = leads.exclude(pk__in=losing.values("pk"))
    invitations = _open_invitations(organisation, rows) if _ends_access(wanted) else []
    return Consequences(
        chosen=chosen.count(),
        concerned=rows.count(),
        signed_out=_logged_in(losing),
        leads_left=stay.count(),
        only_temporary_leads=not stay.filter(ends_on__isnull=True).exists(),
        includes_yourself=leaves_self_out and own.exists(),
        invitations=tuple(invitations[:NAMED]),
        more_invitations=max(len(invitations) - NAMED, 0),
        waits_for_log_in=_raised(rows, wanted).count(),
        becomes_invited=_invited_again(rows, wanted),
    )


def _concerned(chosen: QuerySet[Membership], wanted: Wanted, now: datetime) -> QuerySet[Membership]:
    """Whom the verb would change."""
    usable = Q(status=Status.ACTIVE) | Q(status=Status.INVITED, invitation_end="")
    if wanted.verb == BulkVerb.DEACTIVATE:
        return chosen.filter(status=Status.ACTIVE)
    if wanted.verb == BulkVerb.REACTIVATE:
        return chosen.filter(status=Status.DEACTIVATED)
    if wanted.verb == BulkVerb.LEVEL:
        return chosen.filter(usable).exclude(level=wanted.level)
    if wanted.verb == BulkVerb.VACCINATOR:
        return chosen.filter(usable, vaccinator=not wanted.vaccinator)
    latest = london_date(now) - timedelta(days=settings.RESEND_AFTER_DAYS + 1)
    may = chosen.filter(
        status=Status.INVITED,
        invite_count__lt=settings.INVITATION_MOST_SENDS,
        invite_sent_on__lte=latest,
    )
    return may.exclude(invitation_end=InvitationEnd.CANCELLED)


def _ranks(wanted: Wanted, *, above: bool) -> list[str]:
    """The levels above, or below, the one that is to be set."""
    if wanted.level is None:
        return []
    rank = wanted.level.rank
    return [each.value for each in Level if (each.rank > rank if above else each.rank < rank)]


def _losing(rows: QuerySet[Membership], wanted: Wanted) -> QuerySet[Membership]:
    """Active people who lose access or part of it, and with it their session here."""
    active = rows.filter(status=Status.ACTIVE)
    if wanted.verb == BulkVerb.DEACTIVATE:
        return active
    return active.filter(level__in=_ranks(wanted, above=True))


def _raised(rows: QuerySet[Membership], wanted: Wanted) -> QuerySet[Membership]:
    return rows.filter(status=Status.ACTIVE, level__in=_ranks(wanted, above=False))


def _invited_again(rows: QuerySet[Membership], wanted: Wanted) -> int:
    """People deactivated before they ever came: they are invited, not let in."""
    if wanted.verb != BulkVerb.REACTIVATE:
        return 0
    return rows.filter(first_login_at__isnull=True).count()


def _logged_in(rows: QuerySet[Membership]) -> int:
    """How many have a session here that is not over."""
    live = LevelSnapshot.objects.filter(
        membership__in=rows.values("pk"), session__expire_date__gt=timezone.now()
    )
    return live.values("membership").distinct().count()


def _ends_access(wanted: Wanted) -> bool:
    return wanted.verb in {BulkVerb.DEACTIVATE, BulkVerb.LEVEL}


def _open_invitations(organisation: Organisation, rows: QuerySet[Membership]) -> list[str]:
    """Names of people whom these invited here and who have not come yet: somebody who leaves
    may have left a door open."""
    waiting = organisation.memberships.filter(
        status=Status.INVITED, invitation_end="", invited_by__in=rows.values("account")
    )
    people = waiting.select_related("account").order_by("sort_key", "pk")
    return [m.account.full_name for m in people]
