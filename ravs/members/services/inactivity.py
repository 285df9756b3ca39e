"""The 90-day rule: warn, lapse, and end invitations that nobody answered.

Set-based: people are taken in slices of a thousand, each slice its own transaction with its
events and letters, so a run may be killed anywhere and the next one finishes what is missing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ravs.accounts.models import Account
from ravs.audit import services as audit
from ravs.audit.events import InvitationLapsed, LapseWarned, MemberLapsed
from ravs.mail.letters import Letter
from ravs.mail.models import Message
from ravs.mail.services import enqueue_many
from ravs.members import counts, emails, ground
from ravs.members.models import (
    DeactivationReason,
    InactivityNotice,
    InvitationEnd,
    Membership,
    Status,
)
from ravs.members.services.leads import LeadsLeft

SLICE = 1000


@dataclass
class Outcome:
    """What one run of the rule did."""

    lapsed: int = 0
    warned: int = 0
    told: int = 0

    def add(self, other: "Outcome") -> None:
        self.lapsed += other.lapsed
        self.warned += other.warned
        self.told += other.told


@dataclass
class Slice:
    """The memberships of some people that are due tonight, locked."""

    today: date
    lapsing: list[Membership] = field(default_factory=list)
    warning: list[Membership] = field(default_factory=list)


def clock_of(membership: Membership) -> date:
    """The date the days are counted from. Everybody active has one, by constraint."""
    assert membership.clock_on is not None  # noqa: S101
    return membership.clock_on


def days_idle(membership: Membership, today: date) -> int:
    """Whole London days since the membership's clock; an invited person has no clock."""
    return (today - membership.clock_on).days if membership.clock_on else 0


def lapses_on(membership: Membership) -> date | None:
    """The date on which the rule would deactivate this membership."""
    return membership.clock_on and membership.clock_on + timedelta(days=settings.LAPSE_DAYS)


def stage(days: int) -> int:
    """The nearest warning still true at ``days``: a late run never sends an earlier one."""
    return max((s for s in settings.LAPSE_WARNING_DAYS if s <= days), default=0)


def due(today: date, *, warn: bool) -> Q:
    """Memberships with something to do today. The first bound is what the index is searched by."""
    lapse = Q(clock_on__lte=today - timedelta(days=settings.LAPSE_DAYS))
    if not warn:
        return Q(status=Status.ACTIVE) & lapse
    first = today - timedelta(days=min(settings.LAPSE_WARNING_DAYS))
    wanted = lapse
    for day in settings.LAPSE_WARNING_DAYS:
        wanted |= Q(clock_on__lte=today - timedelta(days=day), warned_day__lt=day)
    return Q(status=Status.ACTIVE, clock_on__lte=first) & wanted


def apply_inactivity_rule(
    *, today: date, accounts: Iterable[int] | None = None, warn: bool = True
) -> Iterator[Outcome]:
    """Lapse everybody at 90 days or more, warn those on the way; yields after each slice.

    At the door ``accounts`` is the one person signing in and ``warn`` is off. The rule has no
    exception: it may take an organisation's last lead administrator, whose region is told.
    """
    rows = Membership.objects.of_open_organisations().filter(due(today, warn=warn))
    if accounts is not None:
        rows = rows.filter(account__in=list(accounts))
    last = 0
    while people := list(
        rows.filter(account__gt=last)
        .order_by("account")
        .values_list("account", flat=True)
        .distinct()[:SLICE]
    ):
        yield _apply(people, today, warn)
        last = people[-1]


@transaction.atomic
def _apply(people: list[int], today: date, warn: bool) -> Outcome:
    due_rows = Membership.objects.of_open_organisations().filter(
        due(today, warn=warn), account__in=people
    )
    work = Slice(today)
    for row in ground.lock_memberships(due_rows):
        is_over = days_idle(row, today) >= settings.LAPSE_DAYS
        (work.lapsing if is_over else work.warning).append(row)
    _lapse(work.lapsing)
    _mark_warned(work)
    leads = LeadsLeft.where_leads_are([*work.lapsing, *work.warning], today)
    to_people = list(_letters_to_people(work, leads))
    to_regions = list(_letters_to_regions(work, leads))
    messages = enqueue_many([*to_people, *to_regions])
    _note(work, messages[: len(to_people)])
    _record(work)
    return Outcome(lapsed=len(work.lapsing), warned=len(work.warning), told=len(messages))


def _note(work: Slice, messages: list[Message]) -> None:
    """Keep which letter concerned which membership, for the pages of each organisation."""
    letters = {message.about: message.public_id for message in messages}
    InactivityNotice.objects.bulk_create(
        InactivityNotice(membership=m, letter=letters[m.account.public_id], lapsed=is_over)
        for rows, is_over in ((work.lapsing, True), (work.warning, False))
        for m in rows
    )


def _lapse(memberships: list[Membership]) -> None:
    if not memberships:
        return
    now = timezone.now()
    Membership.objects.filter(pk__in=[m.pk for m in memberships]).update(
        status=Status.DEACTIVATED,
        deactivated_at=now,
        deactivated_by=None,
        deactivated_reason=DeactivationReason.INACTIVITY,
    )
    ground.end_snapshots(memberships)
    counts.lapse(memberships)


def _mark_warned(work: Slice) -> None:
    for membership in work.warning:
        membership.warned_day = stage(days_idle(membership, work.today))
    for day in {m.warned_day for m in work.warning}:
        told = [m.pk for m in work.warning if m.warned_day == day]
        Membership.objects.filter(pk__in=told).update(warned_day=day)


def _record(work: Slice) -> None:
    """Everything of a slice at once: chains are locked in one order, so runs cannot deadlock."""
    lapsed = [(m, MemberLapsed(clock_on=clock_of(m))) for m in work.lapsing]
    warned = [(m, LapseWarned(day=m.warned_day, lapses_on=lapses_on(m))) for m in work.warning]
    audit.record_many(
        audit.Entry(
            event=event,
            actor=None,
            subject=ground.person(m.account),
            organisation=m.organisation.public_id,
        )
        for m, event in (*lapsed, *warned)
    )


def _letters_to_people(work: Slice, leads: LeadsLeft) -> Iterator[Letter]:
    """One letter per person per night, naming every organisation."""
    people: dict[int, Account] = {}
    lapsed: dict[int, list[Membership]] = defaultdict(list)
    warned: dict[int, list[Membership]] = defaultdict(list)
    for rows, found in ((work.lapsing, lapsed), (work.warning, warned)):
        for membership in rows:
            people[membership.account_id] = membership.account
            found[membership.account_id].append(membership)
    for pk, account in people.items():
        alone = [
            *(m for m in lapsed[pk] if leads.has_left_none(m)),
            *(m for m in warned[pk] if leads.is_only_one(m)),
        ]
        yield emails.inactivity(
            account,
            lapsed=lapsed[pk],
            warned=[(m, lapses_on(m)) for m in warned[pk]],
            sole_lead_at={m.organisation_id for m in alone},
        )


def _letters_to_regions(work: Slice, leads: LeadsLeft) -> Iterator[Letter]:
    """Tell the region about an organisation whose last active lead lapsed or soon will."""
    gone = [m for m in work.lapsing if leads.has_left_none(m)]
    going = [m for m in work.warning if leads.are_all_away(m)]
    for membership in (*gone, *going):
        if membership.organisation.region.contact_email:
            yield emails.region_lead_inactive(
                membership, gone=membership in gone, lapses_on=lapses_on(membership)
            )


def lapse_invitations(*, today: date, accounts: Iterable[int] | None = None) -> Iterator[int]:
    """End invitations unanswered for 90 days, or until the day access would have ended; they
    stay on the Invited tab, tagged.

    At the door ``accounts`` is the one person signing in.
    """
    latest = today - timedelta(days=settings.INVITATION_DAYS)
    is_over = Q(invite_sent_on__lte=latest) | Q(ends_on__lt=today)
    old = Membership.objects.of_open_organisations().filter(
        is_over, status=Status.INVITED, invitation_end=""
    )
    if accounts is not None:
        old = old.filter(account__in=list(accounts))
    last = 0
    while ids := list(old.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:SLICE]):
        yield _lapse_invitations(ids)
        last = ids[-1]


@transaction.atomic
def _lapse_invitations(ids: list[int]) -> int:
    wanted = Membership.objects.filter(pk__in=ids, status=Status.INVITED, invitation_end="")
    rows = ground.lock_memberships(wanted)
    Membership.objects.filter(pk__in=[m.pk for m in rows]).update(
        invitation_end=InvitationEnd.LAPSED, invitation_ended_at=timezone.now()
    )
    ground.end_snapshots(rows)
    audit.record_many(
        audit.Entry(
            event=InvitationLapsed(sent_on=m.invite_sent_on),
            actor=None,
            subject=ground.person(m.account),
            organisation=m.organisation.public_id,
        )
        for m in rows
    )
    return len(rows)
