"""A PostgreSQL of its own that keeps its data: under an ordinary user, on a socket, durable."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests import postgres
from tests.postgres import url

HOME = Path(__file__).resolve().parents[1] / "var" / "bench"
FIRST = "postgres"
# What stands last counts: a commit is on the disk before it is answered, as an operator has it.
CONFIGURATION = """
unix_socket_directories = '{directory}'
fsync = on
synchronous_commit = on
full_page_writes = on
shared_buffers = 1GB
effective_cache_size = 4GB
maintenance_work_mem = 256MB
max_wal_size = 4GB
checkpoint_timeout = 15min
random_page_cost = 1.1
max_connections = 100
autovacuum_naptime = 30s
"""

__all__ = ["FIRST", "database", "running", "url"]


@contextmanager
def running() -> Iterator[Path]:
    """The cluster for the length of a ``with`` block; laid out when there is none yet."""
    directory = HOME / "postgres"
    if not (directory / "laid-out").exists():
        _lay_out(directory)
    server = postgres.launch(directory, with_us=True)
    try:
        _wait_until_ready(directory, server)
        yield directory
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()


def _lay_out(directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    postgres.make(directory)
    with (directory / "data" / "postgresql.conf").open("a") as file:
        file.write(CONFIGURATION.format(directory=directory))
    (directory / "laid-out").touch()


def _wait_until_ready(directory: Path, server: "postgres.subprocess.Popen[bytes]") -> None:
    while server.poll() is None:
        try:
            psycopg.connect(url(directory, FIRST)).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    said = (directory / "log").read_text().strip()
    raise postgres.NoPostgres(f"PostgreSQL did not start: {said}")


def database(directory: Path, name: str) -> str:
    """The address of a database of this name, made when there is none yet."""
    with psycopg.connect(url(directory, FIRST), autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if found.fetchone() is None:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return url(directory, name)
