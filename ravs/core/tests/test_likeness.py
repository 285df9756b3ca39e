"""Slips of ear and hand between two entries for one person."""

from datetime import date

import pytest

from ravs.core.likeness import Traits, likeness, slips
from ravs.integrations.pds.port import Criteria

GRACE = Criteria("Grace", "O’Connor-Lee", date(1984, 3, 12), "LS1 4AB")


def like(given: str, family: str, born: date = date(1984, 3, 12), postcode: str = "") -> float:
    return likeness(Traits.of(GRACE), Traits.of(Criteria(given, family, born, postcode)))


@pytest.mark.parametrize(
    ("given", "family", "born"),
    [
        ("Grace", "O’Connor-Lee", date(1984, 3, 12)),
        ("GRACE", "oconnor lee", date(1984, 3, 12)),
        ("Gracie", "O'Conor-Lee", date(1984, 3, 12)),
        ("Mary Grace", "Connor", date(1984, 3, 12)),
        ("Grace", "Lee", date(1984, 3, 12)),
        ("O’Connor-Lee", "Grace", date(1984, 3, 12)),
        ("Grace", "O’Connor-Lee", date(1984, 12, 3)),
        ("Grace", "O’Connor-Lee", date(1984, 3, 21)),
        ("Grace", "O’Connor-Lee", date(1948, 3, 12)),
    ],
)
def test_it_sees_who_may_be_the_same(given: str, family: str, born: date) -> None:
    assert like(given, family, born) > 0


@pytest.mark.parametrize(
    ("given", "family", "born"),
    [
        ("George", "Patel", date(1984, 3, 12)),
        ("Grace", "Patel", date(1984, 3, 12)),
        ("Peter", "O’Connor-Lee", date(1984, 3, 12)),
        ("Grace", "O’Connor-Lee", date(1985, 3, 12)),
        ("Gracie", "Conner", date(1984, 12, 3)),
    ],
)
def test_it_leaves_out_who_is_somebody_else(given: str, family: str, born: date) -> None:
    assert like(given, family, born) == 0


def test_somebody_who_married_is_known_by_given_name_and_postcode() -> None:
    assert like("Grace", "Patel", postcode="LS1 4AB") > 0


def test_the_likelier_comes_first() -> None:
    same = like("Grace", "O’Connor-Lee", postcode="LS1 4AB")
    elsewhere = like("Grace", "O’Connor-Lee", postcode="M1 1AE")
    slipped = like("Grace", "O’Connor-Lee", date(1984, 12, 3))
    misheard = like("Grace", "Connor")
    assert same > elsewhere > misheard > slipped > 0


def test_a_date_slips_into_real_dates_only() -> None:
    assert {day for day in slips(date(1984, 3, 12)) if day.year < 2000} == {
        date(1984, 12, 3),
        date(1984, 3, 21),
        date(1948, 3, 12),
        date(1894, 3, 12),
    }
    assert date(2000, 2, 29) not in slips(date(2000, 2, 29))
