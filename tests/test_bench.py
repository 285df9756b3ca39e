"""What ``make bench`` generates: whole records, whose totals are what counting them would say."""

import pytest
from django.db import connection

from bench import statements
from bench.filling import fill, rows_to_come
from ravs.patients.models import Patient
from ravs.vaccinations.models import Vaccination
from ravs.vaccinations.records.forms import read_number
from tests.totals import assert_totals_are_right

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

SIZE, CHUNK, ORGANISATIONS = 900, 200, 3


class Interrupted(Exception):
    """The machine was switched off."""


def test_generating_goes_on_where_it_was_interrupted_and_adds_nothing_twice() -> None:
    done = 0

    def switch_off(rows: int) -> None:
        nonlocal done
        done += rows
        if done > rows_to_come(SIZE) // 2:
            raise Interrupted

    with pytest.raises(Interrupted):
        fill(SIZE, chunk=CHUNK, organisations=ORGANISATIONS, advance=switch_off)
    assert 0 < Vaccination.objects.count() < SIZE

    for _again in range(2):
        fill(SIZE, chunk=CHUNK, organisations=ORGANISATIONS)
    assert Vaccination.objects.count() == SIZE
    assert Vaccination.objects.values("public_id").distinct().count() == SIZE
    assert Patient.objects.count() == SIZE // 3
    assert_totals_are_right()
    number = Patient.objects.exclude(nhs_number="").values_list("nhs_number", flat=True)[0]
    assert read_number(number) == number


def test_the_last_of_twenty_million_can_be_made() -> None:
    """Their numbers are drawn from the number of the row, which must not grow out of its type."""
    many = 20_000_000
    fill(SIZE, chunk=CHUNK, organisations=ORGANISATIONS)
    rows = {"first": many - 3, "last": many - 1, "people": SIZE // 3, "size": many}
    with connection.cursor() as cursor:
        cursor.execute(statements.records(), rows)
        cursor.execute(statements.patients(), rows | {"people": many})
    assert Vaccination.objects.count() == SIZE + 3
    assert Patient.objects.latest("pk").pk == many
