"""Checking the totals against the records at night, and putting right what differs.

Totals are written with every record, so a difference is a fault to be looked into: it is logged.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Sum

from ravs.members import ground
from ravs.organisations.models import Organisation
from ravs.vaccinations.models import Basis, DayTotal, Outcome, RunningTotal, Vaccination

logger = logging.getLogger(__name__)

DAYS = 40
"""How far back a night looks: everything that home shows by day, week and month."""

SLICE = 50

Key = tuple[Any, ...]
PLACE = ("type_id", "site_id")


def check_totals(*, today: date) -> Iterator[int]:
    """Compare and repair, one organisation at a time under its lock; yields what was wrong."""
    last = 0
    while ids := _some_after(last):
        for organisation_id in ids:
            with transaction.atomic():
                ground.lock_organisation(organisation_id)
                wrong = recount(organisation_id, since=today - timedelta(days=DAYS))
            yield wrong
        last = ids[-1]


def _some_after(last: int) -> list[int]:
    rows = Organisation.objects.filter(pk__gt=last).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:SLICE])


def recount(organisation_id: int, *, since: date) -> int:
    """Put right the days from ``since`` on, and the running totals by the sums of all days."""
    wrong = 0
    for basis, column in ((Basis.GIVEN, "given_on"), (Basis.RECORDED, "recorded_on")):
        wrong += _repair_days(organisation_id, basis, column, since)
    return wrong + _repair_running(organisation_id)


def _repair_days(organisation_id: int, basis: Basis, column: str, since: date) -> int:
    records = Vaccination.objects.filter(
        organisation=organisation_id,
        outcome=Outcome.GIVEN,
        deleted_at__isnull=True,
        **{f"{column}__gte": since},
    )
    counted = records.values_list(column, *PLACE).annotate(number=Count("pk")).order_by()
    kept = DayTotal.objects.filter(organisation=organisation_id, basis=basis, day__gte=since)
    wrong = _differences(counted, kept.values_list("day", *PLACE, "count"))
    for (day, type_id, site_id), number in wrong.items():
        DayTotal.objects.update_or_create(
            organisation_id=organisation_id,
            basis=basis,
            day=day,
            type_id=type_id,
            site_id=site_id,
            defaults={"count": number},
        )
    return _told(organisation_id, f"by date {basis.value}", wrong)


def _repair_running(organisation_id: int) -> int:
    days = DayTotal.objects.filter(organisation=organisation_id, basis=Basis.GIVEN)
    summed = days.values_list(*PLACE).annotate(number=Sum("count")).order_by()
    kept = RunningTotal.objects.filter(organisation=organisation_id)
    wrong = _differences(summed, kept.values_list(*PLACE, "count"))
    for (type_id, site_id), number in wrong.items():
        RunningTotal.objects.update_or_create(
            organisation_id=organisation_id,
            type_id=type_id,
            site_id=site_id,
            defaults={"count": number},
        )
    return _told(organisation_id, "in all", wrong)


def _differences(counted: Iterable[Key], kept: Iterable[Key]) -> dict[Key, int]:
    """What should stand where something else stands."""
    should: Counter[Key] = Counter({tuple(row[:-1]): row[-1] for row in counted})
    stands: Counter[Key] = Counter({tuple(row[:-1]): row[-1] for row in kept})
    return {key: should[key] for key in should.keys() | stands.keys() if should[key] != stands[key]}


def _told(organisation_id: int, which: str, wrong: dict[Key, int]) -> int:
    if wrong:
        logger.warning(
            "%s totals of organisation %s %s were wrong and have been put right",
            len(wrong),
            organisation_id,
            which,
        )
    return len(wrong)
