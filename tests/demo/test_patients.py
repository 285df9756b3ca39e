"""Whom a newcomer is told to look for: they are found, and show what is promised."""

from datetime import date

import pytest
import time_machine

from ravs.core.dates import london_today
from ravs.demo.past.care.people import fill_directory
from ravs.demo.past.cast import CAST
from ravs.demo.past.catching_up import catch_up
from ravs.demo.patients import TO_TRY
from ravs.integrations.pds.port import Demographics, directory
from ravs.organisations.models import Organisation
from ravs.vaccines.services import import_shipped_catalogue
from tests.people import leeds

pytestmark = pytest.mark.once


@pytest.fixture
def found(db: None) -> dict[str, Demographics]:
    fill_directory(today=london_today())
    every = {one: directory().find(one.nhs_number) for one in TO_TRY}
    return {one.name: person for one, person in every.items() if person}


def test_everybody_has_the_name_that_is_told(found: dict[str, Demographics]) -> None:
    assert set(found) == {one.name for one in TO_TRY}
    for name, person in found.items():
        assert f"{person.given_name} {person.family_name}" == name


def test_everybody_shows_what_is_told(found: dict[str, Demographics]) -> None:
    baby, leo = found["Aisha Mirza"], found["Leo Fairweather"]
    assert (london_today() - baby.birth_date).days in range(120, 125)
    assert (leo.birth_date.month, leo.birth_date.day) == (2, 29)
    assert found["Edith Marlowe"].died_on
    assert found["Samira Haddad"].sensitive
    replaced = found["Adaeze Grace Okonjo-Bell"]
    assert replaced.superseded
    assert replaced.nhs_number != replaced.superseded
    assert found["Piotr Zieliński"].practice is None
    assert found["Kieran O’Doherty"].address == ""


@pytest.mark.django_db
def test_a_world_kept_from_an_earlier_version_gets_patients_sites_and_vaccines_once() -> None:
    with time_machine.travel(date(2026, 11, 20), tick=False):
        import_shipped_catalogue()
        there = leeds().organisation
        Organisation.objects.filter(pk=there.pk).update(ods="RW3")
        assert catch_up().endswith(" patients were added.")
        assert catch_up() == ""
    rw3 = next(place for place in CAST.places if place.ods == "RW3")
    assert {site.ods for site in there.sites.all()} == {site.ods for site in rw3.sites}
    assert there.enabled_vaccines.count() == 5
