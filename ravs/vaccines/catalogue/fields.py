"""The kinds of value that a catalogue file is made of."""

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field
from stdnum import ean, verhoeff

SHORTEST_SCTID, LONGEST_SCTID = 6, 18
GTIN_DIGITS = 14
MISTYPED = "has a check digit that does not fit: look for a mistyped digit"


def one_line(value: str) -> str:
    if value != value.strip() or not value.isprintable():
        raise ValueError("must be one line without spaces around it")
    return value


def code(value: str) -> str:
    words = value.split("-")
    if not all(word.isascii() and word.isalnum() and word == word.lower() for word in words):
        raise ValueError("must be made of small letters, digits and single hyphens")
    return value


def snomed(value: str) -> str:
    """A SNOMED CT identifier: 6 to 18 digits, the last one a Verhoeff check digit."""
    is_number = value.isascii() and value.isdecimal() and not value.startswith("0")
    if not is_number or not SHORTEST_SCTID <= len(value) <= LONGEST_SCTID:
        raise ValueError("must have 6 to 18 digits, as SNOMED CT codes have")
    if not verhoeff.is_valid(value):
        raise ValueError(MISTYPED)
    return value


def gtin(value: str) -> str:
    """A GTIN-14, with the check digit that GS1 defines."""
    if len(value) != GTIN_DIGITS or not (value.isascii() and value.isdecimal()):
        raise ValueError("must be a GTIN of 14 digits")
    if not ean.is_valid(value):
        raise ValueError(MISTYPED)
    return value


def web_address(value: str) -> str:
    if not value.startswith("https://") or not value.isascii() or " " in value:
        raise ValueError("must be an address that begins with https://")
    return value


def region(value: str) -> str:
    if not (len(value) == 3 and value[0] == "Y" and value[1:].isascii() and value[1:].isdecimal()):
        raise ValueError("must be the code of a region, such as Y56")
    return value


Code = Annotated[str, Field(min_length=1, max_length=40), AfterValidator(code)]
LongCode = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(code)]
Line = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(one_line)]
Label = Annotated[str, Field(min_length=1, max_length=150), AfterValidator(one_line)]
Remark = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(one_line)]
Sentence = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(one_line)]
Snomed = Annotated[str, AfterValidator(snomed)]
Gtin = Annotated[str, AfterValidator(gtin)]
WebAddress = Annotated[str, Field(max_length=200), AfterValidator(web_address)]
Region = Annotated[str, AfterValidator(region)]
Number = Annotated[int, Field(ge=0, le=32767)]
Millilitres = Annotated[Decimal, Field(strict=False, gt=0, max_digits=4, decimal_places=2)]
