"""Where one demonstration lives: a directory of its own and three ports of this machine."""

import errno
import fcntl
import json
import os
import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from ravs.core.errors import Refusal

SERVICE_HOST, PROVIDER_HOST, LOOPBACK = "127.0.0.1", "localhost", ("127.0.0.1", "::1")
MARK = ".ravs-demo"
WHOLE = "whole"


class PortTaken(Refusal):
    """Something else answers at a port that the demonstration needs."""


class NotOurs(Refusal):
    """A directory that holds other things, which must not be thrown away."""


class AlreadyRunning(Refusal):
    """Another demonstration lives in this directory."""


@dataclass(frozen=True)
class Secrets:
    """Made anew with each world, known to nobody else."""

    service_key: str
    provider_key: str
    client: str
    scim: str


@dataclass(frozen=True)
class Ground:
    """The directory and the ports."""

    state: Path
    port: int
    identity_port: int
    mail_port: int

    @property
    def url(self) -> str:
        return f"http://{SERVICE_HOST}:{self.port}"

    @property
    def identity_url(self) -> str:
        return f"http://{PROVIDER_HOST}:{self.identity_port}"

    @property
    def letterbox(self) -> Path:
        return self.state / "letterbox.sqlite3"

    @property
    def people(self) -> Path:
        return self.state / "people.json"

    @property
    def is_whole(self) -> bool:
        """Whether a world was finished here, which ``--keep`` can go on with."""
        return (self.state / WHOLE).exists()

    def mark_whole(self) -> None:
        (self.state / WHOLE).touch()

    def refuse_taken_ports(self) -> None:
        """Name a taken port before anything is started, and say what can be done."""
        for option, port in (
            ("--port", self.port),
            ("--identity-port", self.identity_port),
            ("--mail-port", self.mail_port),
        ):
            if any(_is_taken(host, port) for host in LOOPBACK):
                raise PortTaken(
                    f"Port {port} is taken by another program. End that program "
                    f"(`ss -ltnp 'sport = :{port}'` shows which it is), "
                    f"or choose another port with `ravs demo {option} NUMBER`."
                )

    @contextmanager
    def held(self) -> Iterator[None]:
        """Claim the directory for as long as the block runs. Nobody else can rebuild it then."""
        self._claim()
        with (self.state / MARK).open("w") as mark:
            try:
                fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise AlreadyRunning(
                    f"A demonstration is running in {self.state} already. "
                    "End it first, or choose another directory with --state."
                ) from error
            yield

    def _claim(self) -> None:
        if self.state.exists() and not self.state.is_dir():
            raise NotOurs(f"{self.state} is not a directory.")
        self.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(self.state.iterdir()) and not (self.state / MARK).exists():
            raise NotOurs(
                f"{self.state} holds files that no demonstration made. "
                "Choose another directory with --state."
            )

    def clear(self) -> None:
        """Throw the last world away."""
        for entry in self.state.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry.name != MARK:
                entry.unlink()

    def secrets(self) -> Secrets:
        """This world's secrets, made when first asked for and readable to this user alone."""
        file = self.state / "secrets.json"
        if file.exists():
            return Secrets(**json.loads(file.read_text(encoding="utf-8")))
        made = Secrets(*(secrets.token_urlsafe(48) for _ in range(4)))
        descriptor = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            json.dump(asdict(made), opened)
        return made


def _is_taken(host: str, port: int) -> bool:
    """Whether somebody listens there. A machine without IPv6 has nobody listening on it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        return error.errno in {errno.EADDRINUSE, errno.EACCES}
    return False
