"""What single cells say: levels, yes and no, days, names. ``None`` is no answer, never a guess."""

import re
from datetime import date, datetime

from ravs.members.models import Level

LEVELS = {
    "recorder": Level.RECORDER,
    "administrator": Level.ADMINISTRATOR,
    "admin": Level.ADMINISTRATOR,
    "leadadministrator": Level.LEAD_ADMINISTRATOR,
    "leadadmin": Level.LEAD_ADMINISTRATOR,
    "lead": Level.LEAD_ADMINISTRATOR,
}
YES = frozenset({"yes", "y", "true", "t", "1"})
NO = frozenset({"no", "n", "false", "f", "0"})
DAY_FORMATS = (
    "%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y",
    "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%B-%Y",
)  # fmt: skip
"""Day before month, as in Britain, wherever the month is a number."""

TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sister", "nurse"})
FIRST_YEAR, LAST_YEAR = 2000, 2100


def level_of(text: str) -> Level | None:
    """A permission level by its label or its code, in any case."""
    return LEVELS.get("".join(letter for letter in text.casefold() if letter.isalnum()))


def answer_of(text: str) -> bool | None:
    folded = text.casefold()
    return True if folded in YES else False if folded in NO else None


def day_of(text: str) -> date | None:
    """A day that exists, with a year of four numbers; the time of day, if any, must be none."""
    text = re.sub(r"[ T]0?0:00(:00(\.0+)?)?$", "", text.strip())
    text = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", text, flags=re.IGNORECASE).replace(",", "")
    text = re.sub(r"\bsept\b", "Sep", text, flags=re.IGNORECASE)
    if not text.isascii():
        return None
    for wanted in DAY_FORMATS:
        try:
            found = datetime.strptime(text, wanted).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        return found if FIRST_YEAR <= found.year <= LAST_YEAR else None
    return None


def names_of(whole: str) -> tuple[str, str]:
    """First and last name of a whole one: *Rosa Raa*, *Raa, Rosa*, *RAA, Rosa (LEEDS …)*.

    What is not there is empty.
    """
    whole = re.sub(r"\s*\([^()]*\)\s*$", "", whole).strip()
    last, comma, first = (part.strip() for part in whole.partition(","))
    if comma:
        return _untitled(first), last
    first, _, last = _untitled(whole).partition(" ")
    return first, last.strip()


def _untitled(name: str) -> str:
    first, _, rest = name.partition(" ")
    return rest.strip() if first.rstrip(".").casefold() in TITLES and rest else name
