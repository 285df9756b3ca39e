"""Postcodes of the United Kingdom: how they are read, whole or by their outward part alone."""

import re

OUTWARD = r"[A-Z]{1,2}[0-9][A-Z0-9]?"
INWARD = r"[0-9][A-Z]{2}"
WHOLE = re.compile(rf"({OUTWARD}|GIR)({INWARD})")

NO_FIXED_ABODE = "ZZ99 3VZ"
"""What is entered for somebody who has no address (domain 1.3)."""


class NotAPostcode(ValueError):
    """Neither a whole postcode nor, where that is enough, the first part of one."""


def read(text: str, *, outward_is_enough: bool = False) -> str:
    """As it is stored: upper case, one space before the last three ("LS1 4AB"); or "LS1".

    Raises:
        NotAPostcode
    """
    squeezed = "".join(c for c in text.upper() if c.isalnum())
    whole = WHOLE.fullmatch(squeezed)
    if whole:
        return f"{whole[1]} {whole[2]}"
    if outward_is_enough and re.fullmatch(OUTWARD, squeezed):
        return squeezed
    raise NotAPostcode


def outward(postcode: str) -> str:
    """The part before the space, which names a district."""
    return postcode.partition(" ")[0]


def fits(postcode: str, wanted: str) -> bool:
    """Whether a stored postcode is the ``wanted`` one, or of that district."""
    return postcode == wanted if " " in wanted else outward(postcode) == wanted
