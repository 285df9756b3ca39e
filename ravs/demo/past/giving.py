"""The words in which the giving of vaccines is told: what is kept, and who gives it when.

Plain words only, as in ``story``. Days are days before the demonstration begins.
"""

from dataclasses import dataclass

EVERY_WORKING_DAY = (0, 1, 2, 3, 4)
BEGAN, SINCE = 72, 60
"""Stock was there before anything was given; vaccinations are those of the last 60 days."""


@dataclass(frozen=True)
class Lot:
    """A batch: added and finished days ago, expiring ``expires`` days ahead; less than 0: gone."""

    number: str
    expires: int
    added: int = BEGAN
    finished: int | None = None


@dataclass(frozen=True)
class Keeps:
    """What a site has of one product."""

    site: str
    product: str
    lots: tuple[Lot, ...]


@dataclass(frozen=True)
class Round:
    """Some people who take turns at a site on certain days of the week.

    ``size``: how few and how many each time. ``mix``: products, and how often they are given.
    """

    site: str
    who: tuple[str, ...]
    weekdays: tuple[int, ...]
    size: tuple[int, int]
    mix: tuple[tuple[str, int], ...]
    is_for_staff: bool = False
    until: int = 0


@dataclass(frozen=True)
class Giving:
    """An organisation that gives vaccines, and who looks after its stock."""

    ods: str
    steward: str
    types: tuple[str, ...]
    stock: tuple[Keeps, ...]
    rounds: tuple[Round, ...]
    near: tuple[str, ...]
    """Towns that patients come from first."""
