"""Commands which run the service itself: ``ravs migrate``, ``ravs serve``, ``ravs check``."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.module_loading import import_string

from ravs.core import env, lifeline, serving
from ravs.core.checks import NO_TLS, is_without_tls

AT_LEAST_ONE = click.IntRange(min=1)

MIGRATION_LOCK = 7_266_733
"""Any fixed number of ours: one migration runs at a time, however many processes start."""


@click.command()
def migrate() -> None:
    """Bring the database up to this version. Safe to run again, and from several places."""
    with one_at_a_time():
        call_command("migrate", interactive=False, verbosity=1)
        for path in settings.AFTER_MIGRATING:
            told: str = import_string(path)()
            if told:
                click.echo(told)


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
@click.option(
    "--workers", default=2, show_default=True, type=AT_LEAST_ONE, help="Processes that answer."
)
@click.option(
    "--threads",
    default=serving.most_threads,
    show_default="as the machine allows",
    type=AT_LEAST_ONE,
    help="Requests that each of them can hold.",
)
@click.option("--end-with-parent", is_flag=True, help="End when the process that started it ends.")
def serve(workers: int, threads: int, end_with_parent: bool) -> None:
    """Answer people's browsers at HOST:PORT (127.0.0.1:8000) until told to stop.

    Ends gently on SIGTERM: requests under way are finished first.
    """
    host, port = env.text("HOST", "127.0.0.1"), env.port("PORT", 8000)
    if is_without_tls():
        click.echo(f"Warning: {NO_TLS}", err=True)
    if end_with_parent:
        lifeline.end_with_parent()
    try:
        serving.serve(host=host, port=port, workers=workers, threads=threads)
    except serving.NowhereToListen as error:
        raise click.ClickException(str(error)) from error


@click.command()
def check() -> None:
    """Look over the configuration as it would run; says what is doubtful."""
    try:
        call_command("check", deploy=True, fail_level="ERROR")
    except CommandError as error:
        raise click.ClickException("The configuration has errors; they stand above.") from error
