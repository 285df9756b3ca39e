"""NHS numbers: how they are read and written (domain 5.2.2; the check digit is modulus 11)."""

import unicodedata

from nhs_number.validate import is_valid

DIGITS = 10


class NotTenDigits(ValueError):
    """What was typed is not ten digits, whatever else it is."""


class WrongCheckDigit(ValueError):
    """Ten digits that nobody's number can be: one of them is wrong, or two are swapped."""


def read(text: str) -> str:
    """The ten digits of what was typed. Spaces and any kind of hyphen between them are ignored.

    Raises:
        NotTenDigits, WrongCheckDigit
    """
    typed = unicodedata.normalize("NFKC", text)
    digits = "".join(c for c in typed if unicodedata.category(c) not in {"Zs", "Pd", "Cf", "Cc"})
    if not (digits.isascii() and digits.isdigit() and len(digits) == DIGITS):
        raise NotTenDigits
    if not is_valid(digits):
        raise WrongCheckDigit
    return digits


def written(number: str) -> str:
    """As people read it: ``999 000 0018``."""
    return f"{number[:3]} {number[3:6]} {number[6:]}" if number else ""
