"""The words in which the cast's past is told. Days are days before the demonstration begins.

Plain words only: the supervisor reads the cast too, and sets nothing of the service up.
"""

import unicodedata
from dataclasses import dataclass, field

from ravs.demo.past.giving import Giving

RECORDER, ADMINISTRATOR, LEAD = "recorder", "administrator", "lead-administrator"
TRUST, PHARMACY, SURGERY = "nhs-trust", "community-pharmacy", "gp-surgery"

LONGEST_BETWEEN_VISITS = 59
"""Shorter than the first warning, so that only whoever is meant to be warned is warned."""


@dataclass(frozen=True)
class SitePlace:
    ods: str
    name: str
    address: str


@dataclass(frozen=True)
class Place:
    """An organisation, when it joined, and when it began to close or was closed."""

    ods: str
    name: str
    kind: str
    region: str
    address: str
    mail: str
    added: int = 160
    group: str = ""
    sites: tuple[SitePlace, ...] = ()
    deactivated: int | None = None
    closed: int | None = None

    @property
    def all_sites(self) -> tuple[SitePlace, ...]:
        """A place without several sites is its own one."""
        return self.sites or (SitePlace(self.ods, self.name, self.address),)


@dataclass(frozen=True)
class Changed:
    """A lead administrator set another level, or whether they give vaccines."""

    ago: int
    level: str
    gives: bool


@dataclass(frozen=True)
class Left:
    """Deactivated by a lead administrator, or by themselves."""

    ago: int
    by_self: bool = False


@dataclass(frozen=True)
class Back:
    """Reactivated by a lead administrator."""

    ago: int


@dataclass(frozen=True)
class SentAgain:
    """The invitation was sent again."""

    ago: int


@dataclass(frozen=True)
class Cancelled:
    """The invitation was withdrawn."""

    ago: int


Turn = Changed | Left | Back | SentAgain | Cancelled


@dataclass(frozen=True)
class Part:
    """One person at one organisation: how they began, when they logged in, what became of them."""

    who: str
    ods: str
    level: str
    gives: bool
    joined: int
    visits: tuple[int, ...] = ()
    turns: tuple[Turn, ...] = ()
    by: str = ""


@dataclass(frozen=True)
class Star:
    """Somebody worth signing in as, and what there is to see."""

    who: str
    try_this: str


@dataclass(frozen=True)
class Group:
    ods: str
    name: str


@dataclass(frozen=True)
class Cast:
    places: tuple[Place, ...]
    parts: tuple[Part, ...]
    groups: tuple[Group, ...] = ()
    stars: tuple[Star, ...] = ()
    region_contacts: dict[str, str] = field(default_factory=dict)
    giving: tuple[Giving, ...] = ()

    def address_of(self, who: str) -> str:
        """Where the first organisation that they are at keeps its mail."""
        home = next(part.ods for part in self.parts if part.who == who)
        mail = next(place.mail for place in self.places if place.ods == home)
        first, last = names_of(who)
        return f"{_plain(first)}.{_plain(last)}@{mail}"

    def lead_of(self, ods: str) -> str:
        """Its first lead administrator."""
        return next(part.who for part in self.parts if part.ods == ods and part.level == LEAD)

    def who_logged_in(self) -> list[str]:
        """Whoever has an account at the provider that works."""
        return list(dict.fromkeys(part.who for part in self.parts if part.visits))

    def who_comes_first(self) -> list[str]:
        """Of those, whom somebody is told to sign in as, or the worker is to ask about at once."""
        first = {star.who for star in self.stars}
        first |= {part.who for part in self.parts if part.joined == 0}
        return [who for who in self.who_logged_in() if who in first]


def names_of(who: str) -> tuple[str, str]:
    first, _, last = who.rpartition(" ")
    return first, last


def _plain(name: str) -> str:
    """Letters and hyphens as an address has them."""
    folded = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in folded if letter.isascii() and letter not in " '")


def active(
    who: str,
    ods: str,
    level: str = RECORDER,
    *,
    joined: int,
    idle: int = 0,
    gives: bool = False,
    turns: tuple[Turn, ...] = (),
    by: str = "",
) -> Part:
    """Somebody who last logged in ``idle`` days ago."""
    return Part(who, ods, level, gives, joined, visits(joined - 1, idle), turns, by)


def invited(
    who: str,
    ods: str,
    level: str = RECORDER,
    *,
    joined: int,
    gives: bool = False,
    turns: tuple[Turn, ...] = (),
) -> Part:
    """Somebody who has never logged in here."""
    return Part(who, ods, level, gives, joined, (), turns)


def visits(first: int, last: int) -> tuple[int, ...]:
    """Days of log-ins from ``first`` to ``last`` days ago, never too long apart."""
    steps = max(1, -(-(first - last) // LONGEST_BETWEEN_VISITS))
    days = {first - (first - last) * step // steps for step in range(steps + 1)}
    return tuple(sorted(days, reverse=True))
