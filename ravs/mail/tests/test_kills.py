"""``ravs worker`` as a process: killed, told to end, cut off from its database."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from ravs.mail.tests.smtp_server import Script, serving
from tests.fixtures import Rounds

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(1800)]

PATIENCE_SECONDS = 240
HERE = Path(__file__).resolve().parents[3]


@dataclass
class Outbox:
    """A database of its own, of the engine under test, and the processes that work on it."""

    url: str
    sink_port: int

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"DATABASE_URL": self.url, "SINK_PORT": str(self.sink_port)}

    def say(self, *words: str) -> str:
        """What a process of ours answers."""
        command = [sys.executable, "-m", "ravs.mail.tests.worker_process", *words]
        done = subprocess.run(
            command, cwd=HERE, env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    def promise(self, count: int) -> list[str]:
        ids: list[str] = json.loads(self.say("promise", str(count)))
        return ids

    def states(self) -> dict[str, int]:
        states: dict[str, int] = json.loads(self.say("report"))
        return states

    @contextmanager
    def worker(self) -> Iterator["subprocess.Popen[bytes]"]:
        command = [sys.executable, "-m", "ravs.mail.tests.worker_process", "work"]
        process = subprocess.Popen(command, cwd=HERE, env=self.environment)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@pytest.fixture
def sink() -> Iterator[tuple[Script, int]]:
    """Takes every letter, slowly enough for a kill to strike while one is being handed over."""
    script = Script(slowness=0.02)
    with serving(script) as server:
        yield script, server.port


@pytest.fixture
def outbox(sink: tuple[Script, int], tmp_path: Path) -> Iterator[Outbox]:
    with database(tmp_path) as url:
        outbox = Outbox(url, sink[1])
        outbox.say("prepare")
        yield outbox


@contextmanager
def database(directory: Path) -> Iterator[str]:
    if connection.vendor == "sqlite":
        yield f"sqlite:///{directory / 'outbox.sqlite3'}"
        return
    name = f"ravs_outbox_{os.getpid()}"
    url = os.environ["DATABASE_URL"].rpartition("/")[0]
    create, drop = (
        sql.SQL(words).format(sql.Identifier(name))
        for words in ("CREATE DATABASE {}", "DROP DATABASE {} WITH (FORCE)")
    )
    with psycopg.connect(f"{url}/postgres", autocommit=True) as administrator:
        administrator.execute(create)
        try:
            yield f"{url}/{name}"
        finally:
            administrator.execute(drop)


def until(met: Callable[[], bool], process: "subprocess.Popen[bytes] | None" = None) -> None:
    """Wait for it; a worker that ends meanwhile is an error, for none was told to."""
    patience = time.monotonic() + PATIENCE_SECONDS
    while not met():
        assert process is None or process.poll() is None, "the worker ended by itself"
        assert time.monotonic() < patience, "waited in vain"
        time.sleep(0.005)


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
