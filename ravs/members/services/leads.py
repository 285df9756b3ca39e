"""Whether an organisation is losing, or has lost, its last active lead administrator."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Case, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from ravs.members import ground
from ravs.members.models import Level, Membership, Status
from ravs.organisations.models import Organisation

ENOUGH_LEADS = 2
"""With fewer, one holiday or one leaver leaves nobody who can manage users."""

MOST_CANDIDATES = 3


@dataclass(frozen=True)
class LeadsLeft:
    """The active lead administrators of some organisations, after tonight's lapses."""

    clocks: dict[int, list[date]]
    seen_since: date

    @classmethod
    def where_leads_are(cls, concerned: Iterable[Membership], today: date) -> "LeadsLeft":
        """Look at the organisations of those among ``concerned`` who lead. One query."""
        ids = {m.organisation_id for m in concerned if ground.is_lead(m)}
        clocks: dict[int, list[date]] = defaultdict(list)
        leads = Membership.objects.active_lead_administrators()
        for row in leads.filter(organisation__in=ids).only("organisation", "clock_on"):
            clocks[row.organisation_id].append(row.clock_on or today)
        return cls(clocks, today - timedelta(days=min(settings.LAPSE_WARNING_DAYS)))

    def has_left_none(self, lapsed: Membership) -> bool:
        """Whether this lead's lapse leaves nobody who can manage users."""
        return ground.is_lead(lapsed) and not self.clocks.get(lapsed.organisation_id)

    def is_only_one(self, warned: Membership) -> bool:
        """Whether this lead is the only active one."""
        return ground.is_lead(warned) and len(self.clocks.get(warned.organisation_id, ())) == 1

    def are_all_away(self, warned: Membership) -> bool:
        """Whether this lead, and every other active one, has been away for 60 days or more."""
        clocks = self.clocks.get(warned.organisation_id, ())
        return ground.is_lead(warned) and all(clock <= self.seen_since for clock in clocks)


@dataclass(frozen=True)
class Outlook:
    """The lead administrators of one organisation: who leads now, who will be gone within
    ``FEW_LEADS_DAYS`` and when, and who could become one."""

    organisation: Organisation
    leads: tuple[Membership, ...]
    going: tuple[tuple[Membership, date], ...]
    candidates: tuple[Membership, ...] = ()

    @property
    def staying(self) -> int:
        return len(self.leads) - len(self.going)

    @property
    def are_few(self) -> bool:
        return self.staying < ENOUGH_LEADS


def staying(today: date) -> Q:
    """Active people who are still there after ``FEW_LEADS_DAYS`` without another log-in."""
    until = today + timedelta(days=settings.FEW_LEADS_DAYS)
    lasts = Q(ends_on__isnull=True) | Q(ends_on__gte=until)
    return lasts & Q(clock_on__gt=until - timedelta(days=settings.LAPSE_DAYS))


def goes_on(lead: Membership) -> date:
    """The day on which an active person will be deactivated unless they log in before."""
    assert lead.clock_on is not None  # noqa: S101 - everybody active has one, by constraint
    lapses = lead.clock_on + timedelta(days=settings.LAPSE_DAYS)
    ends = lead.ends_on and lead.ends_on + timedelta(days=1)
    return min(lapses, ends) if ends else lapses


def outlooks(organisations: Sequence[Organisation], today: date) -> list[Outlook]:
    """How each organisation stands, in their order. Two queries: one where all have enough."""
    until = today + timedelta(days=settings.FEW_LEADS_DAYS)
    leads: dict[int, list[Membership]] = defaultdict(list)
    rows = Membership.objects.active_lead_administrators().filter(organisation__in=organisations)
    for row in rows.select_related("account").order_by("sort_key", "pk"):
        leads[row.organisation_id].append(row)
    found = [
        Outlook(
            organisation,
            tuple(leads[organisation.pk]),
            tuple((m, goes_on(m)) for m in leads[organisation.pk] if goes_on(m) <= until),
        )
        for organisation in organisations
    ]
    few = [outlook.organisation.pk for outlook in found if outlook.are_few]
    candidates = whom_to_promote(few, today) if few else {}
    return [
        Outlook(o.organisation, o.leads, o.going, tuple(candidates.get(o.organisation.pk, ())))
        for o in found
    ]


def whom_to_promote(organisation_ids: Sequence[int], today: date) -> dict[int, list[Membership]]:
    """Up to three people of each organisation who log in regularly and will stay: administrators
    first, then recorders, each from the latest log-in. One query."""
    rows = _regulars(organisation_ids, today)
    rank = Case(When(level=Level.ADMINISTRATOR, then=Value(0)), default=Value(1))
    order: list[Any] = [rank, F("account__last_login_on").desc(), F("sort_key"), F("pk")]
    place = Window(RowNumber(), partition_by=F("organisation"), order_by=order)
    first = rows.annotate(place=place).filter(place__lte=MOST_CANDIDATES).order_by("place")
    found: dict[int, list[Membership]] = defaultdict(list)
    for row in first.select_related("account"):
        found[row.organisation_id].append(row)
    return found


def _regulars(organisation_ids: Sequence[int], today: date) -> QuerySet[Membership]:
    since = today - timedelta(days=settings.LAPSE_DAYS - settings.FEW_LEADS_DAYS)
    return Membership.objects.filter(
        staying(today),
        organisation__in=list(organisation_ids),
        status=Status.ACTIVE,
        account__last_login_on__gt=since,
    ).exclude(level=Level.LEAD_ADMINISTRATOR)
