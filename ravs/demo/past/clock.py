"""What time it is in the story.

The world of the demonstration has a past: people were invited in spring, logged in, lapsed and
came back. That past is lived through the very services that the live service runs, so every row,
letter and link of the history is what they would have written; only the clock that they read is
the story's. It is moved in the one process that writes the past, before anything is served.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from unittest.mock import patch

from django.utils import timezone

from ravs.core.dates import LONDON
from ravs.demo.nights import NIGHT

OPENING, WORKING_MINUTES = time(8, 0), 600


AT_FIRST, LATER, LAST = 0, 180, 420
"""Minutes of the working day from which deeds happen: invitations, log-ins, changes."""


@dataclass(frozen=True)
class Deed:
    """Something somebody did ``ago`` days ago, at a minute of the working day."""

    ago: int
    minute: int
    do: Callable[[], None]
    has_followers: bool = True
    """Whether letters or questions to the provider follow from it."""


class Clock:
    """Shows the moment that it was last set to."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def read(self) -> datetime:
        return self.moment


@contextmanager
def showing(clock: Clock) -> Iterator[Clock]:
    """Inside, every part of the service reads ``clock``."""
    with patch.object(timezone, "now", clock.read):
        yield clock


def in_working_hours(day: date, minute: int) -> datetime:
    """A moment of that London day, ``minute`` minutes after eight, within ten hours of work."""
    opening = datetime.combine(day, OPENING, LONDON).astimezone(UTC)
    return opening + timedelta(minutes=minute % WORKING_MINUTES)


def earlier_today(now: datetime, minute: int) -> datetime:
    """A moment of the last hours of today before ``now``, in the same order as its minutes."""
    midnight = datetime.combine(now.astimezone(LONDON), time(0), LONDON).astimezone(UTC)
    span = min(now - midnight, timedelta(minutes=WORKING_MINUTES))
    return now - span + span * ((minute % WORKING_MINUTES) / WORKING_MINUTES)


def at_night(day: date) -> datetime:
    return datetime.combine(day, NIGHT, LONDON).astimezone(UTC)
