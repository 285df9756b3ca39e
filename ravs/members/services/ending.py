"""End dates of seasonal and bank staff: tell people beforehand, and end their access after.

Set-based like the 90-day rule: slices of a thousand people, each slice its own transaction with
its events and letters. The rule has no exception: whoever set the date knew that it would come,
and a leaver who still gets in is worse than an organisation whose region is told (ADR 0024).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ravs.audit import services as audit
from ravs.audit.events import EndTold, Event, MemberDeactivated
from ravs.mail.services import enqueue_many
from ravs.members import counts, emails, ground
from ravs.members.models import DeactivationReason, Membership, Status
from ravs.members.services.leads import LeadsLeft

SLICE = 1000


@dataclass
class Ended:
    """What one slice did."""

    ended: int = 0
    told: int = 0


def days_left(membership: Membership, today: date) -> int | None:
    """London days until the last one on which the person may come; negative when it is over."""
    return (membership.ends_on - today).days if membership.ends_on else None


def end_stage(days: int) -> int | None:
    """The nearest notice that is due at ``days`` before the end; none is given after it."""
    return min((s for s in settings.END_NOTICE_DAYS if 0 <= days <= s), default=None)


def due(today: date, *, tell: bool) -> Q:
    """Active people whose end date has passed, or who are to be told that it comes."""
    wanted = Q(ends_on__lt=today)
    if tell:
        for day in settings.END_NOTICE_DAYS:
            untold = Q(end_told_days__isnull=True) | Q(end_told_days__gt=day)
            wanted |= Q(ends_on__lte=today + timedelta(days=day)) & untold
    return Q(status=Status.ACTIVE, ends_on__isnull=False) & wanted


def apply_end_dates(
    *, today: date, accounts: Iterable[int] | None = None, tell: bool = True
) -> Iterator[Ended]:
    """Deactivate everybody whose end date has passed, tell those whose end is near.

    At the door ``accounts`` is the one person signing in and ``tell`` is off.
    """
    rows = Membership.objects.of_open_organisations().filter(due(today, tell=tell))
    if accounts is not None:
        rows = rows.filter(account__in=list(accounts))
    last = 0
    while ids := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:SLICE]):
        yield _apply(ids, today, tell)
        last = ids[-1]


@transaction.atomic
def _apply(ids: list[int], today: date, tell: bool) -> Ended:
    wanted = Membership.objects.of_open_organisations().filter(due(today, tell=tell), pk__in=ids)
    rows = ground.lock_memberships(wanted)
    ending = [m for m in rows if m.ends_on and m.ends_on < today]
    telling = [m for m in rows if m not in ending]
    _end(ending)
    _mark_told(telling, today)
    leads = LeadsLeft.where_leads_are(ending, today)
    alone = [m for m in ending if leads.has_left_none(m) and m.organisation.region.contact_email]
    enqueue_many(
        [
            *(emails.access_ended(m) for m in ending),
            *(emails.access_ends(m) for m in telling),
            *(emails.region_lead_ended(m) for m in alone),
        ]
    )
    _record(ending, telling)
    return Ended(len(ending), len(telling))


def _end(memberships: list[Membership]) -> None:
    if not memberships:
        return
    Membership.objects.filter(pk__in=[m.pk for m in memberships]).update(
        status=Status.DEACTIVATED,
        deactivated_at=timezone.now(),
        deactivated_by=None,
        deactivated_reason=DeactivationReason.END_DATE,
    )
    ground.end_snapshots(memberships)
    counts.leave(memberships)


def _mark_told(memberships: list[Membership], today: date) -> None:
    for membership in memberships:
        membership.end_told_days = end_stage(days_left(membership, today) or 0)
    for day in {m.end_told_days for m in memberships}:
        told = [m.pk for m in memberships if m.end_told_days == day]
        Membership.objects.filter(pk__in=told).update(end_told_days=day)


def _record(ending: list[Membership], telling: list[Membership]) -> None:
    events: list[tuple[Membership, Event]] = []
    for m in ending:
        reason = DeactivationReason.END_DATE
        events.append((m, MemberDeactivated(reason=reason, ends_on=m.ends_on)))
    for m in telling:
        assert m.ends_on is not None  # noqa: S101 - the query asks for it
        events.append((m, EndTold(days=m.end_told_days or 0, ends_on=m.ends_on)))
    audit.record_many(
        audit.Entry(
            event=event,
            actor=None,
            subject=ground.person(m.account),
            organisation=m.organisation.public_id,
        )
        for m, event in events
    )
