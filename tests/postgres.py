"""A private PostgreSQL for tests: under an ordinary user, on a socket of its own, gone afterwards.

    python -m tests.postgres run -- pytest …     a cluster for the length of one command
    python -m tests.postgres start | url | stop  one that stays, for a day's work

The system's own cluster is never touched, nor is it needed. Durability is off: what is tested
here is behaviour, and the data ends with the run.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

STATE = Path(__file__).resolve().parents[1] / "var" / "test" / "postgres"
DATABASES = ("ravs", "ravs_identity")
CONFIGURATION = """
listen_addresses = ''
unix_socket_directories = '{directory}'
max_connections = 250
shared_buffers = 64MB
fsync = off
synchronous_commit = off
full_page_writes = off
log_min_messages = fatal
timezone = 'UTC'
"""
PR_SET_PDEATHSIG = 1


class NoPostgres(Exception):
    """The server programs are not installed."""


def binaries() -> Path:
    """Where the newest installed server's programs are."""
    on_path = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=version_of)
    if debian:
        return debian[-1].parent
    if on_path:
        return Path(on_path).resolve().parent
    raise NoPostgres("PostgreSQL's server programs are missing: apt-get install postgresql")


def version_of(initdb: Path) -> float:
    return float(initdb.parts[-3])


def ordinary_user() -> dict[str, Any]:
    """The server refuses to run as root, so root hands over to somebody with no rights."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    entry = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def url(directory: Path, database: str = DATABASES[0]) -> str:
    return f"postgresql://ravs@{quote(str(directory), safe='')}/{database}"


def make(directory: Path) -> None:
    """Lay out a cluster whose only role may do everything, reachable by its socket alone."""
    run_as = ordinary_user()
    if run_as:
        os.chown(directory, run_as["user"], run_as["group"])
    data = directory / "data"
    initdb = [binaries() / "initdb", "-D", data, "-U", "ravs", "-A", "trust", "-E", "UTF8"]
    made = subprocess.run(
        [*initdb, "--locale=C.UTF-8", "--no-sync"],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
        **run_as,
    )
    if made.returncode:
        raise NoPostgres(f"initdb failed: {made.stderr.strip()}")
    with (data / "postgresql.conf").open("a") as file:
        file.write(CONFIGURATION.format(directory=directory))


def launch(directory: Path, *, with_us: bool) -> "subprocess.Popen[bytes]":
    """Start the server; ``with_us`` ends it when this process ends, however it ends."""

    def die_with_parent() -> None:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)

    with (directory / "log").open("wb") as log:
        return subprocess.Popen(
            [binaries() / "postgres", "-D", directory / "data"],
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=die_with_parent if with_us else None,  # noqa: PLW1509 - one thread
            **ordinary_user(),
        )


def wait_until_ready(directory: Path, server: "subprocess.Popen[bytes]") -> None:
    while server.poll() is None:
        try:
            with psycopg.connect(url(directory, "postgres"), autocommit=True) as connection:
                for database in DATABASES:
                    connection.execute(f"CREATE DATABASE {database}".encode())
                return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise NoPostgres(f"PostgreSQL did not start: {(directory / 'log').read_text().strip()}")


def begin(*, with_us: bool) -> tuple[Path, "subprocess.Popen[bytes]"]:
    directory = Path(tempfile.mkdtemp(prefix="ravs-pg-"))
    make(directory)
    server = launch(directory, with_us=with_us)
    wait_until_ready(directory, server)
    return directory, server


@contextmanager
def cluster() -> Iterator[Path]:
    """A cluster for the length of a ``with`` block; gives its directory for ``url``."""
    directory, server = begin(with_us=True)
    try:
        yield directory
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()
        shutil.rmtree(directory, ignore_errors=True)


def run(command: list[str]) -> int:
    with cluster() as directory:
        databases = {
            "DATABASE_URL": url(directory),
            "IDENTITY_DATABASE_URL": url(directory, "ravs_identity"),
        }
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        return subprocess.run(command, env=os.environ | databases, check=False).returncode


def start() -> str:
    if not STATE.exists():
        directory, _ = begin(with_us=False)
        STATE.parent.mkdir(parents=True, exist_ok=True)
        STATE.write_text(str(directory))
    return url(Path(STATE.read_text()))


def stop() -> None:
    if not STATE.exists():
        return
    directory = Path(STATE.read_text())
    pidfile = directory / "data" / "postmaster.pid"
    if pidfile.exists():
        os.kill(int(pidfile.read_text().split()[0]), signal.SIGINT)
        while pidfile.exists():
            time.sleep(0.05)
    shutil.rmtree(directory, ignore_errors=True)
    STATE.unlink()


def main(arguments: list[str]) -> int:
    match arguments:
        case ["run", "--", *command] if command:
            return run(command)
        case ["start"]:
            sys.stdout.write(f"{start()}\n")
        case ["url"] if STATE.exists():
            sys.stdout.write(f"{url(Path(STATE.read_text()))}\n")
        case ["stop"]:
            stop()
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except NoPostgres as error:
        sys.exit(str(error))
