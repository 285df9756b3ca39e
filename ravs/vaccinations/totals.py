"""Keeping the totals: written with the record, under the organisation's lock."""

from datetime import date
from functools import reduce
from operator import or_

from django.db.models import F, Q

from ravs.vaccinations.models import Basis, DayTotal, RunningTotal, Vaccination


def count_in(vaccination: Vaccination) -> None:
    """Count a vaccination that was given; others count nowhere."""
    _add(vaccination, 1)


def count_out(vaccination: Vaccination) -> None:
    """Take a vaccination that was counted out again, because it is deleted."""
    _add(vaccination, -1)


def _add(vaccination: Vaccination, number: int) -> None:
    if not vaccination.is_given:
        return
    where = {
        "organisation_id": vaccination.organisation_id,
        "site_id": vaccination.site_id,
        "type_id": vaccination.type_id,
    }
    days: dict[Basis, date] = {
        Basis.GIVEN: vaccination.given_on,
        Basis.RECORDED: vaccination.recorded_on,
    }
    _increase_days(days, number, where)
    if not RunningTotal.objects.filter(**where).update(count=F("count") + number):
        RunningTotal.objects.create(**where, count=number)


def _increase_days(days: dict[Basis, date], number: int, where: dict[str, int]) -> None:
    """Both in one statement, on every day but one that has no total yet."""
    of_days = reduce(or_, (Q(basis=basis, day=day) for basis, day in days.items()))
    rows = DayTotal.objects.filter(of_days, **where)
    if rows.update(count=F("count") + number) == len(days):
        return
    there = set(rows.values_list("basis", flat=True))
    for basis, day in days.items():
        if basis not in there:
            DayTotal.objects.create(**where, basis=basis, day=day, count=number)
