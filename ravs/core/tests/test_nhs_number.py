"""NHS numbers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nhs_number.validate import calculate_checksum

from ravs.core.nhs_number import NotTenDigits, WrongCheckDigit, read, written


@pytest.mark.parametrize(
    "typed",
    [
        "9990000018",
        "999 000 0018",
        "999-000-0018",
        " 999\u00a0000\t0018\n",
        "99900 00018",
        "999–000–0018",
        "\uff19\uff19\uff19 000 0018",
    ],
)
def test_it_reads_ten_digits_however_they_are_spaced(typed: str) -> None:
    assert read(typed) == "9990000018"


@pytest.mark.parametrize("typed", ["", "999000001", "99900000188", "999000001a", "999/000/0018"])
def test_it_wants_ten_digits_and_nothing_else(typed: str) -> None:
    with pytest.raises(NotTenDigits):
        read(typed)


@pytest.mark.parametrize("typed", ["9990000081", "9990000019", "9990000140", "0000000001"])
def test_it_refuses_what_fails_the_check_digit(typed: str) -> None:
    with pytest.raises(WrongCheckDigit):
        read(typed)


@given(st.integers(400_000_000, 799_999_999), st.sampled_from(["", " ", "-"]))
def test_it_notices_every_single_wrong_digit(stem: int, gap: str) -> None:
    digit = calculate_checksum(str(stem))
    if digit == 10:
        return
    number = f"{stem}{digit}"
    assert read(gap.join(number)) == number
    for place in range(10):
        wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
        with pytest.raises(WrongCheckDigit):
            read(wrong)


def test_it_is_written_in_three_groups() -> None:
    assert written("9990000018") == "999 000 0018"
    assert written("") == ""
