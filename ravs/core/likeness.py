"""Whether two entries may be one person in spite of a slip of ear or hand.

Names are compared by Jaro-Winkler similarity, which forgives slips towards the end of a word more
than at its beginning; dates of birth by the slips that people make in typing them.
"""

from datetime import date
from typing import Protocol

from rapidfuzz.distance import JaroWinkler

from ravs.core.folding import joined, squash

SIMILAR = 0.8
"""Enough where the date of birth is the same."""

SAME = 0.92
"""Wanted where the date of birth is not the same."""

NEARLY = 0.91
"""The most that a part which is only similar counts for."""

SLIPPED = 0.9
"""What a slip in the date takes from a likeness."""


class Described(Protocol):
    """Whoever has a name, a date of birth and perhaps a postcode."""

    @property
    def given_name(self) -> str: ...
    @property
    def family_name(self) -> str: ...
    @property
    def birth_date(self) -> date: ...
    @property
    def postcode(self) -> str: ...


def slips(day: date) -> set[date]:
    """The dates that ``day`` may have been meant to be: day and month exchanged, or two
    neighbouring digits of day, month or year."""
    numbers = [f"{day.day:02}", f"{day.month:02}", f"{day.year:04}"]
    typed = [[numbers[1], numbers[0], numbers[2]]]
    for place, number in enumerate(numbers):
        typed += [
            [*numbers[:place], swapped, *numbers[place + 1 :]] for swapped in _swapped(number)
        ]
    return {real for one in typed if (real := _real(*one))} - {day}


def _swapped(digits: str) -> list[str]:
    return [
        digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
        for at in range(len(digits) - 1)
    ]


def _real(day: str, month: str, year: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def likeness(one: Described, other: Described) -> float:
    """From 0, which means two people, to more than 1 for the same name, date and postcode."""
    names = _names_alike(one, other)
    same_postcode = bool(one.postcode) and one.postcode == other.postcode
    if one.birth_date == other.birth_date:
        found = names if names >= SIMILAR else 0.0
        if same_postcode:
            found = max(found, _alike(one.given_name, other.given_name) * SIMILAR)
    elif other.birth_date in slips(one.birth_date):
        found = names * SLIPPED if names >= SAME else 0.0
    else:
        found = 0.0
    return found + 0.1 if found and same_postcode else found


def _names_alike(one: Described, other: Described) -> float:
    """The weaker of given and family name counts; exchanged, they are found as well."""
    straight = min(
        _alike(one.given_name, other.given_name), _alike(one.family_name, other.family_name)
    )
    crossed = min(
        _alike(one.given_name, other.family_name), _alike(one.family_name, other.given_name)
    )
    return max(straight, crossed * 0.95)


def _alike(one: str, other: str) -> float:
    """The best that one whole name makes of the other or of any part of it."""
    whole: float = JaroWinkler.similarity(squash(one), squash(other))
    pairs = [(squash(one), part) for part in joined(other)]
    pairs += [(squash(other), part) for part in joined(one)]
    best = max(JaroWinkler.similarity(typed, part) for typed, part in pairs)
    return max(whole, SAME if best == 1 else min(best, NEARLY))
