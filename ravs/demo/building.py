"""Making the world before anything is served: programs side by side, all or nothing."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from ravs.core.errors import Refusal
from ravs.demo.ground import Ground
from ravs.demo.past.cast import CAST
from ravs.demo.past.story import names_of
from ravs.demo.people import PASSWORD
from ravs.demo.programs import PROVIDER_PEOPLE, Program, builders, latecomers

LOOK_SECONDS = 0.05
LINES_SHOWN = 20


class NotBuilt(Refusal):
    """The world could not be made."""


def build(ground: Ground, *, anew: bool) -> None:
    """Make the world, or bring a kept one up to this version and these ports.

    Raises:
        NotBuilt
    """
    if anew:
        ground.clear()
    ground.secrets()
    with listed(ground, CAST.who_comes_first()):
        run_side_by_side(builders(ground, anew=anew), logs=ground.state)
    ground.mark_whole()


def add_everybody_else(ground: Ground) -> None:
    """Accounts at the provider for those whom nobody signs in as first: making a password safe
    takes long on purpose, and there are many people."""
    program = latecomers(ground)
    with listed(ground, CAST.who_logged_in()):
        run_side_by_side([program], logs=ground.state)


@contextmanager
def listed(ground: Ground, people: Sequence[str]) -> Iterator[None]:
    """A list of people for as long as the provider reads it."""
    file = ground.state / PROVIDER_PEOPLE
    entries = [
        {
            "email": CAST.address_of(who),
            "first_name": names_of(who)[0],
            "last_name": names_of(who)[1],
            "password": PASSWORD,
        }
        for who in people
    ]
    file.write_text(json.dumps(entries), encoding="utf-8")
    try:
        yield
    finally:
        file.unlink()


def run_side_by_side(programs: Sequence[Program], *, logs: Path) -> None:
    """Run programs to their end. One that fails, or an interruption, ends the others."""
    running = [(program, _start(program, _log(logs, program))) for program in programs]
    failed: Program | None = None
    try:
        while failed is None and any(process.poll() is None for _, process in running):
            time.sleep(LOOK_SECONDS)
            failed = next((program for program, process in running if process.poll()), None)
    finally:
        for _, process in running:
            _end(process)
    if failed is not None:
        said = _log(logs, failed).read_text(encoding="utf-8", errors="replace")
        sys.stderr.write("\n".join([*said.splitlines()[-LINES_SHOWN:], ""]))
        raise NotBuilt(f"Making the {failed.name} failed; what it said last stands above.")


def _log(logs: Path, program: Program) -> Path:
    return logs / f"{program.name}.log"


def _start(program: Program, log: Path) -> "subprocess.Popen[bytes]":
    """In a session of its own, so that Ctrl-C reaches this process alone."""
    with log.open("wb") as output:
        return subprocess.Popen(  # noqa: S603 - our own commands
            program.tethered(os.getpid()),
            env=dict(program.environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            # A bar that shows how far it has come is for the person at the terminal.
            stderr=None if program.shows_progress else subprocess.STDOUT,
            start_new_session=True,
        )


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
    process.wait()
