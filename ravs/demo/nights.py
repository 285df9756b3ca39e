"""The night job's clock: once at the start, then each London night, as soon as it is two o'clock.

A simple loop that looks at the wall clock: a laptop that slept through two o'clock runs the night
when it wakes, and a night in which the clocks change is a night like any other.
"""

import logging
import signal
from datetime import date, time

from django.db import OperationalError, close_old_connections
from django.utils import timezone

from ravs.core import stopping
from ravs.core.dates import LONDON
from ravs.members.nightly import Night, run_night

NIGHT = time(2, 0)
LOOK_SECONDS = 20.0

logger = logging.getLogger(__name__)


def run() -> None:
    """Until told to end."""
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.request())
    done: date | None = None
    while not stopping.requested():
        tonight = timezone.now().astimezone(LONDON)
        if done is None or (tonight.date() > done and tonight.time() >= NIGHT):
            done = tonight.date() if work_through(tonight.date()) else done
        stopping.wait(LOOK_SECONDS)


def work_through(today: date) -> bool:
    """One night; false when the database was busy, and it has to be begun again."""
    close_old_connections()
    night = Night()
    try:
        for so_far in run_night(today=today):
            night = so_far
            if stopping.requested():
                return False
    except OperationalError as error:
        logger.warning("The night of %s waits for the database: %s", today, error)
        return False
    logger.info("Night of %s: %s.", today, night)
    return True
