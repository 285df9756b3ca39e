"""The programs of the demonstration: what builds its world, and what runs it."""

import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import ravs
from ravs.demo import environments
from ravs.demo.ground import Ground

PYTHON = (sys.executable, "-P")
"""Never a module of the directory that somebody happens to stand in."""
ROOTS = (Path(ravs.__file__).parent, Path(ravs.__file__).parents[1] / "ravs_identity")
PROVIDER_PEOPLE = "provider-people.json"


@dataclass(frozen=True)
class Program:
    """A command with its own environment."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    shows_progress: bool = False
    after_port: int = 0
    """Start once something answers there."""

    def tethered(self, owner: int) -> tuple[str, ...]:
        """The same, ending when the process ``owner`` does."""
        return (*PYTHON, "-m", "ravs.demo.tether", str(owner), str(self.after_port), *self.command)


def ravs_with_demo_settings(*words: str) -> tuple[str, ...]:
    return (*PYTHON, "-m", "ravs.demo", *words)


def after_each_other(*commands: tuple[str, ...]) -> tuple[str, ...]:
    """One shell that stops at the first that fails."""
    return ("/bin/sh", "-c", " && ".join(shlex.join(command) for command in commands))


def builders(ground: Ground, *, anew: bool) -> list[Program]:
    """What makes the world, side by side; with a world kept, what brings it up to date."""
    past = (*PYTHON, "-m", "ravs.demo.past", str(ground.people))
    provider = [
        ravs_with_demo_settings("identity", "migrate"),
        ravs_with_demo_settings(*_client(ground)),
        add_people(ground),
    ]
    return [
        Program(
            "world",
            past if anew else ravs_with_demo_settings("migrate"),
            environments.of_service(ground),
            shows_progress=True,
        ),
        Program(
            "provider",
            after_each_other(*provider),
            environments.of_provider(ground),
        ),
    ]


def add_people(ground: Ground) -> tuple[str, ...]:
    file = str(ground.state / PROVIDER_PEOPLE)
    return ravs_with_demo_settings("identity", "people", "add", "--file", file)


def latecomers(ground: Ground) -> Program:
    """Adds people while the demonstration runs, and leaves it the machine."""
    gently = ("nice", "-n", "10", *add_people(ground))
    return Program("latecomers", gently, environments.of_provider(ground))


def _client(ground: Ground) -> tuple[str, ...]:
    return (
        *("identity", "client", "add", "--id", environments.CLIENT_ID),
        *("--name", f"{environments.SERVICE_NAME} service"),
        *("--redirect-uri", f"{ground.url}/sign-in/callback"),
        *("--post-logout-redirect-uri", f"{ground.url}/"),
    )


def servers(ground: Ground, *, log_level: str, reload: bool) -> list[Program]:
    """What runs for as long as the demonstration does."""
    service = environments.of_service(ground, log_level=log_level)
    provider = environments.of_provider(ground, log_level=log_level)
    sink = (*PYTHON, "-m", "ravs.demo.sink", str(ground.mail_port), str(ground.letterbox))
    serve = ("serve", "--workers", "1")
    work = ravs_with_demo_settings("worker")
    programs = [
        Program("mail", sink, environments.of_mail()),
        Program(
            "provider", ravs_with_demo_settings("identity", "serve", "--threads", "4"), provider
        ),
        Program("web", ravs_with_demo_settings(*serve), service),
        Program("worker", work, service, after_port=ground.identity_port),
        Program("nights", ravs_with_demo_settings("nights"), service),
    ]
    return [_reloading(program) for program in programs] if reload else programs


def _reloading(program: Program) -> Program:
    """The same, begun again whenever the code changes."""
    watched = (*("--filter", "ravs.demo.reload.Code"), shlex.join(program.command))
    roots = tuple(str(root) for root in ROOTS)
    command = (*PYTHON, "-m", "watchfiles", "--verbosity", "warning", *watched, *roots)
    return replace(program, command=command)
