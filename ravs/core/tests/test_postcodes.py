"""Postcodes as people type them."""

import pytest

from ravs.core.postcodes import NO_FIXED_ABODE, NotAPostcode, fits, read


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("LS1 4AB", "LS1 4AB"),
        ("ls14ab", "LS1 4AB"),
        (" ls 1-4 ab ", "LS1 4AB"),
        ("m1 1ae", "M1 1AE"),
        ("ec1v9hq", "EC1V 9HQ"),
        ("w1a0ax", "W1A 0AX"),
        ("gir 0aa", "GIR 0AA"),
        ("zz993vz", NO_FIXED_ABODE),
    ],
)
def test_it_is_stored_in_one_way(typed: str, stored: str) -> None:
    assert read(typed) == stored


@pytest.mark.parametrize("typed", ["", "LS1", "LS1 4A", "14AB", "LS1 4ABC", "Leeds", "L$1 4A"])
def test_it_wants_a_whole_one(typed: str) -> None:
    with pytest.raises(NotAPostcode):
        read(typed)


@pytest.mark.parametrize(("typed", "stored"), [("ls14", "LS14"), ("e1", "E1"), ("EC1v ", "EC1V")])
def test_its_first_part_may_be_enough(typed: str, stored: str) -> None:
    assert read(typed, outward_is_enough=True) == stored


def test_a_first_part_fits_its_own_district_only() -> None:
    assert fits("LS1 4AB", "LS1")
    assert fits("LS1 4AB", "LS1 4AB")
    assert not fits("LS14 4AB", "LS1")
    assert not fits("LS1 4AB", "LS1 4AC")
