"""The numbers of home. All come from totals; no record is ever counted here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from ravs.members.models import Membership
from ravs.organisations.models import Organisation
from ravs.vaccinations.home.periods import Period
from ravs.vaccinations.models import Basis, DayTotal, RunningTotal

TOTAL = "total"


@dataclass(frozen=True)
class Counted:
    """One line of a table: its numbers by name of the period; *total* is all there ever was."""

    label: str
    numbers: dict[str, int]


def by_day(organisation: Organisation, basis: Basis, since: date) -> dict[date, int]:
    """How many on each day that has any."""
    rows = _days(organisation, basis, since).values_list("day")
    return dict(rows.annotate(number=Sum("count")).filter(number__gt=0))


def by_vaccine(
    organisation: Organisation, basis: Basis, periods: Sequence[Period]
) -> list[Counted]:
    """How many of each type."""
    return _grouped(organisation, basis, periods, "type")


def by_site(organisation: Organisation, basis: Basis, periods: Sequence[Period]) -> list[Counted]:
    return _grouped(organisation, basis, periods, "site")


def sites_with_records(organisation: Organisation) -> int:
    rows = RunningTotal.objects.filter(organisation=organisation, count__gt=0)
    return rows.values("site").distinct().count()


def has_stock(organisation: Organisation) -> bool:
    return organisation.batches.exists()


def has_colleagues(membership: Membership) -> bool:
    return membership.organisation.memberships.exclude(pk=membership.pk).exists()


def _days(organisation: Organisation, basis: Basis, since: date) -> QuerySet[DayTotal]:
    return DayTotal.objects.filter(organisation=organisation, basis=basis, day__gte=since)


def _grouped(
    organisation: Organisation, basis: Basis, periods: Sequence[Period], of: str
) -> list[Counted]:
    """Two queries, whatever the number of records: all there ever was, and the periods."""
    key, name = f"{of}_id", f"{of}__name"
    ever = RunningTotal.objects.filter(organisation=organisation, count__gt=0)
    found = {
        row[key]: Counted(row[name], {TOTAL: row["number"]})
        for row in ever.values(key, name).annotate(number=Sum("count"))
    }
    sums = {
        f"sum_{at}": Coalesce(Sum("count", filter=Q(day__gte=one.first, day__lte=one.last)), 0)
        for at, one in enumerate(periods)
    }
    since = min(period.first for period in periods)
    for row in _days(organisation, basis, since).values(key).annotate(**sums):
        if row[key] in found:
            numbers = {period.name: row[f"sum_{at}"] for at, period in enumerate(periods)}
            found[row[key]].numbers.update(numbers)
    return list(found.values())
