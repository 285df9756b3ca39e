"""Whether the totals are what counting the records would say."""

from collections import Counter
from typing import Any

from ravs.vaccinations.models import Basis, DayTotal, Outcome, RunningTotal, Vaccination


def assert_totals_are_right() -> None:
    rows = Vaccination.objects.filter(outcome=Outcome.GIVEN, deleted_at__isnull=True)
    wanted: Counter[Any] = Counter()
    ever: Counter[Any] = Counter()
    for row in rows:
        place = (row.organisation_id, row.site_id, row.type_id)
        wanted[(*place, Basis.GIVEN.value, row.given_on)] += 1
        wanted[(*place, Basis.RECORDED.value, row.recorded_on)] += 1
        ever[place] += 1
    assert kept(DayTotal, "organisation_id", "site_id", "type_id", "basis", "day") == wanted
    assert kept(RunningTotal, "organisation_id", "site_id", "type_id") == ever


def kept(model: Any, *key: str) -> "Counter[Any]":
    rows = model.objects.filter(count__gt=0).values_list(*key, "count")
    return Counter({tuple(row[:-1]): row[-1] for row in rows})
