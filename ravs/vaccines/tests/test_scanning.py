"""Codes as scanners type them."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravs.vaccines.scanning import CannotRead, Scan, read

GTIN = "05000456078276"
ALL = Scan(GTIN, "AB781", date(2026, 12, 31))


@pytest.mark.parametrize(
    "typed",
    [
        f"01{GTIN}1726123110AB781",
        f"]d201{GTIN}1726123110AB781",
        f"]D201{GTIN}1726123110AB781",
        f"]d2\x1d01{GTIN}1726123110AB781",
        f"\x1d01{GTIN}10AB781\x1d17261231",
        f"01{GTIN}10AB781\x1d17261231",
        f"01{GTIN}10AB781<GS>17261231",
        f"01{GTIN}10AB781\u241d17261231",
        f"01{GTIN}21123456\x1d1726123110AB781\x1d",
        f"(01){GTIN}(17)261231(10)AB781",
        f"  01{GTIN}1726123110AB781  ",
        f"01{GTIN}1726120010AB781",
    ],
)
def test_it_reads_a_code_however_the_scanner_writes_it(typed: str) -> None:
    assert read(typed) == ALL


def test_it_keeps_hyphens_and_slashes_of_a_batch_number() -> None:
    assert read(f"01{GTIN}1726123110AB781-10/4") == Scan(GTIN, "AB781-10/4", date(2026, 12, 31))


def test_it_reads_a_code_without_an_expiry_date() -> None:
    assert read(f"]d201{GTIN}10AB781") == Scan(GTIN, "AB781", None)


@pytest.mark.parametrize("typed", ["", "AB781-10/4", "0100", "10AB781", "01234567", "FN1234"])
def test_it_leaves_what_people_type(typed: str) -> None:
    assert read(typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        f"01{GTIN[:-1]}71726123110AB781",  # the check digit of the GTIN does not fit
        f"01{GTIN}10AB78117261231",  # the separator was lost: where does the number end?
        f"01{GTIN}1726123110AB78121SERIAL99",
        f"01{GTIN}17261231",  # no batch number
        f"01{GTIN}1726133210AB781",  # no such day
        "]d2nonsense",
        "(99",
        f"01{GTIN}10",
    ],
)
def test_it_never_guesses(typed: str) -> None:
    if typed == "(99":
        assert read(typed) is None
        return
    with pytest.raises(CannotRead):
        read(typed)


@given(st.text(max_size=120))
def test_it_survives_any_text(typed: str) -> None:
    with suppress(CannotRead):
        read(typed)


@given(
    number=st.from_regex(r"[A-Z0-9][A-Z0-9/-]{0,18}[A-Z0-9]", fullmatch=True),
    expiry=st.dates(date(2026, 1, 1), date(2039, 12, 31)),
)
def test_it_reads_back_any_batch_number_between_separators(number: str, expiry: date) -> None:
    typed = f"]d201{GTIN}10{number}\x1d17{expiry:%y%m%d}\x1d21SERIAL"
    assert read(typed) == Scan(GTIN, number, expiry)
