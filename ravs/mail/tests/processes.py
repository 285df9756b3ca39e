"""Worker processes on a database of their own, and what the kill tests say to them."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.db import connection
from psycopg import sql

PATIENCE_SECONDS = 240
HERE = Path(__file__).resolve().parents[3]


@dataclass
class Outbox:
    """A database of its own, of the engine under test, and the processes that work on it."""

    url: str
    peer: dict[str, str]
    """The variables that lead a process to the other side of its transport."""

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | self.peer | {"DATABASE_URL": self.url}

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
