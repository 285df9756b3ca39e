"""``ravs worker`` as a process: killed, told to end, cut off from its database."""

import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ravs.mail.tests.processes import PATIENCE_SECONDS, Outbox, database, until
from ravs.mail.tests.smtp_server import Script, serving
from tests.fixtures import Rounds

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(1800)]


@pytest.fixture
def sink() -> Iterator[tuple[Script, int]]:
    """Takes every letter, slowly enough for a kill to strike while one is being handed over."""
    script = Script(slowness=0.02)
    with serving(script) as server:
        yield script, server.port


@pytest.fixture
def outbox(sink: tuple[Script, int], tmp_path: Path) -> Iterator[Outbox]:
    with database(tmp_path) as url:
        outbox = Outbox(url, {"SINK_PORT": str(sink[1])})
        outbox.say("prepare")
        yield outbox


@pytest.mark.postgres
def test_it_loses_nothing_and_repeats_one_letter_at_most_per_kill(
    sink: tuple[Script, int], outbox: Outbox, rounds: Rounds
) -> None:
    script, _ = sink
    kills, letters = rounds(50), rounds(1000)
    promised = outbox.promise(letters)
    chance = random.Random(20261122)

    for _ in range(kills):
        more = len(script.received) + chance.randint(1, max(1, letters // kills - 2))
        with outbox.worker() as process:
            until(lambda more=more: len(script.received) >= more, process)  # type: ignore[misc]
            time.sleep(chance.uniform(0, 0.03))
            process.send_signal(signal.SIGKILL)
    with outbox.worker() as process:
        until(lambda: set(script.message_ids) >= set(promised), process)
        until(lambda: outbox.states() == {"sent": letters}, process)

    arrived = Counter(script.message_ids)
    assert set(arrived) == set(promised)
    assert arrived.total() - letters <= kills


def test_it_finishes_the_letter_at_hand_when_told_to_end(
    sink: tuple[Script, int], outbox: Outbox
) -> None:
    script, _ = sink
    outbox.promise(60)

    with outbox.worker() as process:
        until(lambda: len(script.received) >= 3, process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0

    sent = len(script.received)
    assert 3 <= sent < 60
    assert outbox.states() == {"sent": sent, "queued": 60 - sent}


@pytest.mark.postgres
def test_it_lives_through_restarts_of_its_database(
    sink: tuple[Script, int], outbox: Outbox
) -> None:
    script, _ = sink
    promised = outbox.promise(60)

    with outbox.worker() as process:
        for arrived in (5, 20, 40):
            until(lambda arrived=arrived: len(script.received) >= arrived, process)  # type: ignore[misc]
            cut_connections(outbox.url)
        until(lambda: outbox.states() == {"sent": 60}, process)

    assert sorted(script.message_ids) == sorted(promised)


def cut_connections(url: str) -> None:
    server, _, name = url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as administrator:
        administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
