"""A real demonstration, started as a person would start it, on ports and in a place of its own."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.guards.house import ROOT

PATIENCE_SECONDS = 240.0
LOOK_SECONDS = 0.1
RAVS = Path(sys.executable).with_name("ravs")


@dataclass
class Demo:
    """``ravs demo`` in one directory, at three ports, and what it says."""

    state: Path
    ports: tuple[int, int, int]
    log: Path
    process: "subprocess.Popen[bytes]" = field(init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports[0]}"

    @property
    def mail_port(self) -> int:
        return self.ports[2]

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def words(self, *options: str) -> list[str]:
        port, identity, mail = (str(port) for port in self.ports)
        where = ("--state", str(self.state), "--port", port)
        return [
            str(RAVS),
            "demo",
            *where,
            "--identity-port",
            identity,
            "--mail-port",
            mail,
            *options,
        ]

    def start(self, *options: str, through: Sequence[str] = ()) -> "Demo":
        """Begin; ``through`` stands before the command, as a shell would."""
        # What a shell set up for a real service holds must not reach the demonstration.
        environment = {**os.environ, "DATABASE_URL": "postgresql://real/service", "DEBUG": "1"}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*through, *self.words(*options)],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    def wait_until_open(self) -> "Demo":
        self.wait_for(lambda: f"Open {self.url}" in self.said or self.has_ended())
        assert not self.has_ended(), self.said
        return self

    def keep_open(self) -> "Demo":
        """Open, whether an earlier test left it open or ended it; with all that there was."""
        return self.start("--keep").wait_until_open() if self.has_ended() else self

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def wait_for_end(self) -> int:
        return self.process.wait(PATIENCE_SECONDS)

    def wait_for(self, condition: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < until, self.said
            time.sleep(LOOK_SECONDS)

    def processes(self, having: str = "") -> list[int]:
        """Those which know this directory, and have ``having`` in their command."""
        return [
            pid
            for pid, command, environment in running()
            if str(self.state) in command + environment and having in command
        ]

    def is_all_gone(self) -> bool:
        return not self.processes() and not any(is_listening(port) for port in self.ports)

    def stop(self) -> None:
        """End it in whatever state it is."""
        if not self.has_ended():
            self.process.send_signal(signal.SIGTERM)
            self.wait_for_end()
        self.wait_for(self.is_all_gone)


def running() -> Iterator[tuple[int, str, str]]:
    """Every other process of this user: its number, command and environment."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with contextlib.suppress(OSError):
                command, environment = (
                    (entry / name).read_bytes().replace(b"\0", b" ").decode(errors="replace")
                    for name in ("cmdline", "environ")
                )
                yield int(entry.name), command, environment


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_ports() -> tuple[int, int, int]:
    """Three ports that nobody has just now, held together so that they differ."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(3)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        first, second, third = (int(one.getsockname()[1]) for one in sockets)
    return first, second, third


def at(directory: Path) -> Demo:
    """A demonstration that has not been started, in a directory of its own."""
    return Demo(state=directory / "state", ports=free_ports(), log=directory / "said.log")
