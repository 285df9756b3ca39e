"""Doing things at the same time: threads that start as one, and processes that can be killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeVar
from urllib.parse import quote

from django.db import connection

T = TypeVar("T")

PATIENCE = 120.0
"""How long to wait for what must happen at some time; no test passes or fails by how long."""


class Team:
    """Threads that are kept for many rounds, each with a database connection of its own."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.pool = ThreadPoolExecutor(size)

    def __enter__(self) -> "Team":
        return self

    def __exit__(self, *_error: object) -> None:
        start = Barrier(self.size)

        def close() -> None:
            start.wait(PATIENCE)
            connection.close()

        for closing in [self.pool.submit(close) for _ in range(self.size)]:
            closing.result()
        self.pool.shutdown()

    def at_once(
        self, acts: Sequence[Callable[[], T]], *, refusals: tuple[type[Exception], ...] = ()
    ) -> list[T | Exception]:
        """Run ``acts`` at the same moment. What is in ``refusals`` is a result; all else fails."""
        assert len(acts) <= self.size
        start = Barrier(len(acts))

        def run(act: Callable[[], T]) -> T | Exception:
            start.wait(PATIENCE)
            try:
                return act()
            except refusals as refusal:
                return refusal

        running = [self.pool.submit(run, act) for act in acts]
        return [each.result(PATIENCE) for each in running]


def at_once(
    acts: Sequence[Callable[[], T]], *, refusals: tuple[type[Exception], ...] = ()
) -> list[T | Exception]:
    """The same, once."""
    with Team(len(acts)) as team:
        return team.at_once(acts, refusals=refusals)


def environment(**more: str) -> dict[str, str]:
    """What an operator would set, with the test's own database."""
    settings = connection.settings_dict
    host = quote(str(settings["HOST"]), safe="")
    user, name = settings["USER"], settings["NAME"]
    return os.environ | {
        "DATABASE_URL": f"postgresql://{user}@{host}/{name}",
        "SECRET_KEY": "p8Zq3vRk7wXt2mYc9sLd4fGh6jNb1aQe",
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "SUPPORT_CONTACT": "support@ravs.test",
        "EMAIL_URL": "smtp://127.0.0.1:9",
        "EMAIL_FROM": "ravs@ravs.test",
        "OIDC_ISSUER": "http://localhost:9",
        "OIDC_CLIENT_ID": "ravs",
        "OIDC_CLIENT_SECRET": "a-secret-nobody-uses",
        "RAVS_TRACEBACK": "1",
        **more,
    }


def ravs(*arguments: str, **more: str) -> "subprocess.Popen[str]":
    """The command itself, in a process of its own."""
    command = [sys.executable, "-c", "from ravs.cli import main; main()", *arguments]
    return subprocess.Popen(
        command,
        env=environment(**more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ended_well(process: "subprocess.Popen[str]") -> str:
    """Wait for a process; what it said, if it ended with status 0."""
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    return said


def kill(process: "subprocess.Popen[str]") -> None:
    """As a machine that loses power: no signal handler, no last words."""
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == -signal.SIGKILL


def until(happened: Callable[[], Any], process: "subprocess.Popen[str] | None" = None) -> None:
    """Wait until something is seen to have happened, however long it takes."""
    end = time.monotonic() + PATIENCE
    while not happened():
        if process is not None and process.poll() is not None:
            raise AssertionError(f"it ended too early: {process.communicate()[0]}")
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def waits_for_a_lock() -> bool:
    """Whether any process waits for what another holds, as the database sees it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])
