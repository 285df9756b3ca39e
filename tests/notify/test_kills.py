"""``ravs worker`` killed while it hands letters to Notify: nothing lost and nothing repeated."""

import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ravs.mail.tests.processes import Outbox, database, until
from tests.fixtures import Rounds
from tests.notify import twin

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.timeout(1800)]


@pytest.fixture
def notify() -> Iterator[tuple[twin.Notify, str]]:
    """Takes every letter, slowly enough for a kill to strike before its answer is heard."""
    known = twin.Notify(status="delivered", slowness=0.02)
    with twin.serving(known) as url:
        yield known, url


@pytest.fixture
def outbox(notify: tuple[twin.Notify, str], tmp_path: Path) -> Iterator[Outbox]:
    peer = {
        "NOTIFY_URL": notify[1],
        "NOTIFY_API_KEY": twin.API_KEY,
        "NOTIFY_TEMPLATE_ID": twin.TEMPLATE_ID,
    }
    with database(tmp_path) as url:
        outbox = Outbox(url, peer)
        outbox.say("prepare")
        yield outbox


def test_it_loses_nothing_and_repeats_nothing(
    notify: tuple[twin.Notify, str], outbox: Outbox, rounds: Rounds
) -> None:
    known, _ = notify
    kills, letters = rounds(30), rounds(600)
    promised = {identity.strip("<>").partition("@")[0] for identity in outbox.promise(letters)}
    chance = random.Random(20261123)

    for _ in range(kills):
        more = len(known.taken) + chance.randint(1, max(1, letters // kills - 2))
        with outbox.worker() as process:
            until(lambda more=more: len(known.taken) >= more, process)  # type: ignore[misc]
            time.sleep(chance.uniform(0, 0.03))
            process.send_signal(signal.SIGKILL)
    with outbox.worker() as process:
        until(lambda: set(known.references) >= promised, process)
        until(lambda: outbox.states().keys() <= {"sent", "delivered"}, process)

    assert sorted(known.references) == sorted(promised)
