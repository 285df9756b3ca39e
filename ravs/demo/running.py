"""The demonstration from beginning to end."""

import importlib.util
import os
import signal
import smtplib
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

import ravs
from ravs.core import http
from ravs.core.errors import Refusal
from ravs.demo import building, people, showing, supervisor
from ravs.demo.ground import Ground
from ravs.demo.programs import servers
from ravs.demo.tether import watch

STYLES = Path(ravs.__file__).parent / "core/static/core/build/ravs.css"
ANSWER_SECONDS = 3.0
PARENT_LOOK_SECONDS = 1.0


class NotSetUp(Refusal):
    """Something that set-up makes is missing."""


@dataclass(frozen=True)
class Options:
    keep: bool = False
    reload: bool = False
    verbose: bool = False


def run(ground: Ground, options: Options, *, parent: int | None = None) -> None:
    """Build the world, tell who is in it, and run everything until the end."""
    refuse_half_set_up(options)
    ground.refuse_taken_ports()
    os.umask(0o077)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    with ground.held():
        end_by_exception()
        if parent is not None:
            end_with(parent)
        anew = not (options.keep and ground.is_whole)
        console = showing.console()
        with console.status("Making the world" if anew else "Bringing the world up to date"):
            building.build(ground, anew=anew)
        found = people.read(ground.people)
        (ground.state / "people.txt").write_text(showing.everybody(found), encoding="utf-8")
        console.print(showing.who_can_sign_in(found))
        console.print(f"Everybody else: {shown(ground.state / 'people.txt')}\n")
        console.print(showing.who_can_be_found())
        supervisor.run(
            servers(
                ground, log_level="INFO" if options.verbose else "WARNING", reload=options.reload
            ),
            is_ready=lambda: answers(ground),
            when_ready=lambda: tell_and_finish(ground, console),
            verbose=options.verbose,
        )


def tell_and_finish(ground: Ground, console: Console) -> None:
    """Once everything answers."""
    console.print(showing.where_to_go(ground))
    try:
        building.add_everybody_else(ground)
    except building.NotBuilt as error:
        console.print(f"Not everybody can sign in: {error}")


def refuse_half_set_up(options: Options) -> None:
    if not STYLES.exists():
        raise NotSetUp("The front end has not been built: run `make setup`.")
    if options.reload and importlib.util.find_spec("watchfiles") is None:
        raise NotSetUp("--reload needs the package watchfiles, which `make setup` installs.")


def shown(file: Path) -> str:
    """From where the person stands, when it is below."""
    here = Path.cwd()
    return str(file.relative_to(here) if file.is_relative_to(here) else file)


def answers(ground: Ground) -> bool:
    """Whether every part really answers: pages, worker, provider and mail server."""
    return (
        _takes_mail(ground) and _worker_is_well(ground.identity_url) and _worker_is_well(ground.url)
    )


def _worker_is_well(address: str) -> bool:
    """Both processes' ``/readyz`` tell of their database and of the worker behind them."""
    try:
        with http.client(timeout=ANSWER_SECONDS) as client:
            answer = client.get(f"{address}/readyz")
            return answer.is_success and answer.json().get("worker", {}).get("state") == "ok"
    except (http.HttpError, ValueError):
        return False


def _takes_mail(ground: Ground) -> bool:
    try:
        with smtplib.SMTP("127.0.0.1", ground.mail_port, timeout=ANSWER_SECONDS) as server:
            return server.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def end_by_exception() -> None:
    """Until the supervisor takes signals over: leave in order, letting go of what is held.

    A script's shell makes what it starts in the background deaf to SIGINT; the supervisor hears it
    all the same, and so does what comes before.
    """

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, end)


def end_with(parent: int) -> None:
    """End this process, and so everything, when ``parent`` has gone."""
    has_gone = watch(parent)

    def wait() -> None:
        while not has_gone(PARENT_LOOK_SECONDS):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parent", daemon=True).start()
