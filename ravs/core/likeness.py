"""Whether two entries may be one person in spite of a slip of ear or hand.

Names are compared by Jaro-Winkler similarity, which forgives slips towards the end of a word more
than at its beginning; dates of birth by the slips that people make in typing them.
"""

from dataclasses import dataclass
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


@dataclass(frozen=True)
class Spelled:
    """A name taken apart once, to be compared often."""

    whole: str
    terms: tuple[str, ...]

    @classmethod
    def of(cls, name: str) -> "Spelled":
        return cls(squash(name), joined(name))

    def alike(self, other: "Spelled") -> float:
        """The best that one whole name makes of the other or of any part of it."""
        whole: float = JaroWinkler.similarity(self.whole, other.whole)
        ours = max(JaroWinkler.similarity(self.whole, term) for term in other.terms)
        theirs = max(JaroWinkler.similarity(other.whole, term) for term in self.terms)
        best = max(ours, theirs)
        return max(whole, SAME if best == 1 else min(best, NEARLY))


@dataclass(frozen=True)
class Traits:
    """What is compared of one entry."""

    given: Spelled
    family: Spelled
    birth_date: date
    postcode: str

    @classmethod
    def of(cls, one: Described) -> "Traits":
        given, family = Spelled.of(one.given_name), Spelled.of(one.family_name)
        return cls(given, family, one.birth_date, one.postcode)

    def names_alike(self, other: "Traits") -> float:
        """The weaker of given and family name counts; exchanged, they are found as well."""
        straight = min(self.given.alike(other.given), self.family.alike(other.family))
        if straight == 1:
            return straight
        crossed = min(self.given.alike(other.family), self.family.alike(other.given))
        return max(straight, crossed * 0.95)


def likeness(one: Traits, other: Traits) -> float:
    """From 0, which means two people, to more than 1 for the same name, date and postcode."""
    names = one.names_alike(other)
    same_postcode = bool(one.postcode) and one.postcode == other.postcode
    found = 0.0
    if one.birth_date == other.birth_date:
        found = names if names >= SIMILAR else 0.0
        if same_postcode:
            found = max(found, one.given.alike(other.given) * SIMILAR)
    elif names >= SAME and other.birth_date in slips(one.birth_date):
        found = names * SLIPPED
    return found + 0.1 if found and same_postcode else found
