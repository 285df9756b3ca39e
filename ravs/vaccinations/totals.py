"""Keeping the totals: written with the record, under the organisation's lock."""

from typing import Any

from django.db import connection

from ravs.vaccinations.models import Basis, DayTotal, RunningTotal, Vaccination

ADD_TO_DAYS = """
    UPDATE vaccinations_daytotal SET count = count + %(number)s
    WHERE organisation_id = %(organisation_id)s
      AND site_id = %(site_id)s AND type_id = %(type_id)s
      AND ((basis = 'given' AND day = %(given)s) OR (basis = 'recorded' AND day = %(recorded)s))
    RETURNING basis
"""
ADD_TO_ALL = """
    UPDATE vaccinations_runningtotal SET count = count + %(number)s
    WHERE organisation_id = %(organisation_id)s
      AND site_id = %(site_id)s AND type_id = %(type_id)s
    RETURNING id
"""


def count_in(vaccination: Vaccination) -> None:
    """Count a vaccination that was given; others count nowhere."""
    _add(vaccination, 1)


def count_out(vaccination: Vaccination) -> None:
    """Take a vaccination that was counted out again, because it is deleted."""
    _add(vaccination, -1)


def _add(vaccination: Vaccination, number: int) -> None:
    """Two statements, on every day but one that has no total yet."""
    if not vaccination.is_given:
        return
    where = {
        "organisation_id": vaccination.organisation_id,
        "site_id": vaccination.site_id,
        "type_id": vaccination.type_id,
    }
    days = {Basis.GIVEN: vaccination.given_on, Basis.RECORDED: vaccination.recorded_on}
    told = {str(basis): day.isoformat() for basis, day in days.items()}
    there = _run(ADD_TO_DAYS, where | told | {"number": number})
    for basis, day in days.items():
        if basis not in there:
            DayTotal.objects.create(**where, basis=basis, day=day, count=number)
    if not _run(ADD_TO_ALL, where | {"number": number}):
        RunningTotal.objects.create(**where, count=number)


def _run(statement: str, values: dict[str, Any]) -> set[Any]:
    """What became of it: the one value that each row which was changed returns."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {value for (value,) in cursor.fetchall()}
