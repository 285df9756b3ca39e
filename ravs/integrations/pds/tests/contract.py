"""The laws that every directory of patients keeps, whichever it is.

``test_contract.py`` runs this one class against each. A world for another adapter registers the
same people at its peer.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import Protocol

import pytest

from ravs.integrations.pds.port import (
    LIMIT,
    Criteria,
    Demographics,
    DirectoryUnavailable,
    PatientDirectory,
    Practice,
)
from ravs.integrations.synthetic.people import numbers


@dataclass(frozen=True)
class Registered:
    """Somebody as the directory's owner knows them: nothing is withheld here."""

    person: Demographics
    former: tuple[str, ...] = field(default=())


class World(Protocol):
    """A directory with its peer."""

    def directory(self) -> PatientDirectory: ...

    def register(self, people: Iterable[Registered]) -> None: ...

    def silence(self) -> AbstractContextManager[None]:
        """While it lasts, the peer gives no answer."""
        ...


ALDER = Practice("Y90001", "Alderbrook Surgery")
BORN = date(1979, 4, 30)
SIOBHAN = Demographics(
    nhs_number="9990000018",
    given_name="Siobhán Mary-Ann",
    family_name="O’Brien Smith-Jones",
    birth_date=BORN,
    gender="female",
    address="7 Hawthorn Rise, Leeds",
    postcode="LS1 4CV",
    practice=ALDER,
)
DEAD = replace(
    SIOBHAN, nhs_number="9990000026", family_name="Łukaszewicz", died_on=date(2026, 1, 9)
)
PROTECTED = replace(SIOBHAN, nhs_number="9990000034", family_name="Haddad", sensitive=True)
UNREGISTERED = replace(
    SIOBHAN, nhs_number="9990000042", family_name="Nair", address="", postcode="", practice=None
)
FORMER = "9990000050"
NOBODYS = "9990000069"


class DirectoryContract:
    @pytest.fixture(autouse=True)
    def people(self, world: World) -> None:
        world.register(
            [
                Registered(SIOBHAN, (FORMER,)),
                Registered(DEAD),
                Registered(PROTECTED),
                Registered(UNREGISTERED),
            ]
        )

    @pytest.mark.parametrize("person", [SIOBHAN, DEAD, UNREGISTERED])
    def test_a_number_finds_its_person(self, world: World, person: Demographics) -> None:
        assert world.directory().find(person.nhs_number) == person

    def test_nobodys_number_finds_nobody(self, world: World) -> None:
        assert world.directory().find(NOBODYS) is None

    def test_a_superseded_number_finds_the_person_under_the_new_one(self, world: World) -> None:
        assert world.directory().find(FORMER) == replace(SIOBHAN, superseded=FORMER)

    def test_it_withholds_where_somebody_protected_lives(self, world: World) -> None:
        told = world.directory().find(PROTECTED.nhs_number)
        assert told == replace(PROTECTED, address="", postcode="", practice=None)

    @pytest.mark.parametrize(
        ("given", "family"),
        [
            ("Siobhán Mary-Ann", "O’Brien Smith-Jones"),
            ("SIOBHAN", "O'BRIEN SMITH JONES"),
            ("sio", "obrien smithjones"),
            ("mary", "smith-jones"),
            ("maryann", "O Brien"),
            ("Ann", "Jones"),
            ("siobhan ann", "brien"),
        ],
    )
    def test_it_forgives_how_a_name_is_typed(self, world: World, given: str, family: str) -> None:
        found = world.directory().search(Criteria(given, family, BORN))
        assert found == [SIOBHAN]

    def test_it_finds_a_name_without_its_foreign_letters(self, world: World) -> None:
        assert world.directory().search(Criteria("S", "lukaszewicz", BORN)) == [DEAD]

    @pytest.mark.parametrize(
        "criteria",
        [
            Criteria("Siobhán", "O’Brien", date(1979, 4, 29)),
            Criteria("iobhan", "O’Brien", BORN),
            Criteria("Siobhán", "O’Brie", BORN),
            Criteria("Siobhán Ruth", "O’Brien", BORN),
            Criteria("%", "O’Brien_", BORN),
            Criteria("Siobhán", "O’Brien", BORN, "LS1 4CM"),
            Criteria("Siobhán", "O’Brien", BORN, "LS14"),
            Criteria("Siobhán", "Nair", BORN, "LS1"),
        ],
    )
    def test_it_finds_nobody_else(self, world: World, criteria: Criteria) -> None:
        assert world.directory().search(criteria) == []

    @pytest.mark.parametrize("postcode", ["LS1 4CV", "LS1"])
    def test_a_postcode_or_its_first_part_tells_people_apart(
        self, world: World, postcode: str
    ) -> None:
        elsewhere = replace(SIOBHAN, nhs_number="9990000077", postcode="BD3 9CV")
        world.register([Registered(elsewhere)])
        criteria = Criteria("Siobhán", "O’Brien", BORN)
        assert len(world.directory().search(criteria)) == 2
        assert world.directory().search(replace(criteria, postcode=postcode)) == [SIOBHAN]

    @pytest.mark.parametrize("postcode", ["LS1 4CV", "BD3", "ZZ99 3VZ"])
    def test_no_postcode_says_where_somebody_protected_lives(
        self, world: World, postcode: str
    ) -> None:
        [found] = world.directory().search(Criteria("Siobhán", "Haddad", BORN, postcode))
        assert (found.nhs_number, found.postcode) == (PROTECTED.nhs_number, "")

    def test_it_tells_of_no_more_than_its_limit(self, world: World) -> None:
        some = islice(numbers(1), LIMIT + 10)
        crowd = [replace(SIOBHAN, nhs_number=number, family_name="Crowd") for number in some]
        world.register(Registered(person) for person in crowd)
        assert len(world.directory().search(Criteria("S", "Crowd", BORN))) == LIMIT

    @pytest.mark.parametrize(
        ("given", "family", "born"),
        [
            ("Siobhan", "Lukasewicz", BORN),
            ("Shiobhan", "Łukaszewicz", BORN),
            ("Łukaszewicz", "Siobhán", BORN),
            ("Siobhán", "Łukaszewicz", date(1997, 4, 30)),
        ],
    )
    def test_it_sees_who_may_be_meant(
        self, world: World, given: str, family: str, born: date
    ) -> None:
        found = world.directory().similar(Criteria(given, family, born))
        assert DEAD in found
        assert SIOBHAN not in found

    def test_a_silent_peer_is_told_of_as_such(self, world: World) -> None:
        criteria = Criteria("Siobhán", "O’Brien", BORN)
        with world.silence():
            for ask in (
                lambda: world.directory().find(SIOBHAN.nhs_number),
                lambda: world.directory().search(criteria),
                lambda: world.directory().similar(criteria),
            ):
                with pytest.raises(DirectoryUnavailable):
                    ask()
        assert world.directory().find(SIOBHAN.nhs_number) == SIOBHAN
