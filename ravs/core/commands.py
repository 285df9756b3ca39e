"""Commands which run the service itself: ``ravs migrate``, ``ravs serve``, ``ravs check``."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import click
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from granian import Granian
from granian.constants import Interfaces

from ravs.core import env
from ravs.core.checks import NO_TLS, is_without_tls
from ravs.core.logging import configuration

MIGRATION_LOCK = 7_266_733
"""Any fixed number of ours: one migration runs at a time, however many processes start."""


@click.command()
def migrate() -> None:
    """Bring the database up to this version. Safe to run again, and from several places."""
    with one_at_a_time():
        call_command("migrate", interactive=False, verbosity=1)
        call_command("createcachetable", verbosity=0)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """On PostgreSQL: wait for other migrations, then give up on a lock sooner than block people."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        cursor.execute("SET lock_timeout = '5s'")
        cursor.execute("SET statement_timeout = '15min'")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
            connection.close()


@click.command()
@click.option("--workers", default=2, show_default=True, help="Processes that answer requests.")
@click.option("--threads", default=8, show_default=True, help="Requests each of them can hold.")
def serve(workers: int, threads: int) -> None:
    """Answer people's browsers at HOST:PORT (127.0.0.1:8000) until told to stop.

    Ends gently on SIGTERM: requests under way are finished first.
    """
    host, port = env.text("HOST", "127.0.0.1"), env.port("PORT", 8000)
    refuse_taken(host, port)
    if is_without_tls():
        click.echo(f"Warning: {NO_TLS}", err=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings.SETTINGS_MODULE)
    Granian(
        "ravs.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=20,
        log_dictconfig=configuration("INFO"),
    ).serve()


def refuse_taken(host: str, port: int) -> None:
    """A taken port is named before any process starts."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(f"Port {port} on {host} is taken: set PORT.") from error


@click.command()
def check() -> None:
    """Look over the configuration as it would run; says what is doubtful."""
    try:
        call_command("check", deploy=True, fail_level="ERROR")
    except CommandError as error:
        raise click.ClickException("The configuration has errors; they stand above.") from error
