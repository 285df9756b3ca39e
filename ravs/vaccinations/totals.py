"""Keeping the totals: written with the record, under the organisation's lock."""

from datetime import date

from django.db.models import F, Model
from django.db.models.manager import Manager

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
    for basis, day in days.items():
        _increase(DayTotal.objects, number, **where, basis=basis, day=day)
    _increase(RunningTotal.objects, number, **where)


def _increase(rows: Manager[Model], number: int, **key: object) -> None:
    if not rows.filter(**key).update(count=F("count") + number):
        rows.create(**key, count=number)
