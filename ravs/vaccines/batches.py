"""The rules of a batch: its number, its expiry, and how many are in a pack."""

import re
import unicodedata
from datetime import date

from ravs.organisations.models import Organisation, OrganisationType
from ravs.vaccines.models import Product
from ravs.vaccines.refusals import BatchNotPossible

SHORTEST, LONGEST = 2, 100
MOST_YEARS = 15
"""No vaccine keeps for so long: a later date is a slip of the keyboard."""

PACKS_ARE_CLAIMED = {OrganisationType.COMMUNITY_PHARMACY, OrganisationType.GP_SURGERY}
"""Who claims for packs, so that their size matters (domain 5.4)."""

_ALLOWED = re.compile(r"[A-Z0-9/ -]+")


def clean_number(typed: str) -> str:
    """A batch number as it is stored and compared: in capitals, without spaces around it.

    Raises:
        BatchNotPossible
    """
    number = " ".join("".join(_plain(c) for c in unicodedata.normalize("NFKC", typed)).split())
    if not number:
        raise BatchNotPossible("number", "Enter the batch number")
    if not _ALLOWED.fullmatch(number) or not any(c.isalnum() for c in number):
        raise BatchNotPossible(
            "number", "Batch number must only include letters, numbers, hyphens, slashes and spaces"
        )
    if not SHORTEST <= len(number) <= LONGEST:
        raise BatchNotPossible(
            "number", f"Batch number must be between {SHORTEST} and {LONGEST} characters"
        )
    return number


def _plain(character: str) -> str:
    """A letter in capitals, any dash as a hyphen, and nothing for what nobody sees."""
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    return "-" if category == "Pd" else character.upper()


def latest_expiry(today: date) -> date:
    """The last day that an expiry date can be: a day short of 15 years from today."""
    try:
        end = today.replace(year=today.year + MOST_YEARS)
    except ValueError:  # from 29 February to a year that has none
        end = date(today.year + MOST_YEARS, 3, 1)
    return date.fromordinal(end.toordinal() - 1)


def check_expiry(expiry: date, today: date, stands: date | None = None) -> None:
    """Refuse a date that has passed, or that no vaccine keeps for. ``stands``: what the batch
    says already may stay, so that the number of an expired batch can be corrected.

    Raises:
        BatchNotPossible
    """
    if expiry < today and expiry != stands:
        raise BatchNotPossible("expiry", "Expiry date must be today or in the future")
    if expiry > latest_expiry(today):
        raise BatchNotPossible(
            "expiry", f"Expiry date must be less than {MOST_YEARS} years in the future"
        )


def asks_pack_size(organisation: Organisation, product: Product) -> bool:
    """Whether the pack size is asked when this organisation adds a batch of this product."""
    return product.asks_pack_size and organisation.type in PACKS_ARE_CLAIMED
