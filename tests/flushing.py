"""Lets transactional tests empty the tables, append-only ones too, and get the seeds back.

Production code is untouched: triggers stand aside for the flush alone, in one transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.apps import apps
from django.core.management.color import no_style
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.operations import BaseDatabaseOperations
from pytest_django import DjangoDbBlocker


@contextmanager
def triggers_aside(connection: BaseDatabaseWrapper) -> Iterator[None]:
    aside = postgres_aside if connection.vendor == "postgresql" else sqlite_aside
    with aside(connection):
        yield


@contextmanager
def postgres_aside(connection: BaseDatabaseWrapper) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = origin")


@contextmanager
def sqlite_aside(connection: BaseDatabaseWrapper) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        try:
            yield
        finally:
            for _, sql in triggers:
                cursor.execute(sql)


def number_after_the_seeds(connection: BaseDatabaseWrapper) -> None:
    """Seeds bring their own keys, of which a sequence that began anew would know nothing."""
    statements = connection.ops.sequence_reset_sql(no_style(), apps.get_models())
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def allowed(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Within: a flush works on every table and ends with the rows that migrations wrote."""
    with blocker.unblock():
        seeds = {
            alias: connections[alias].creation.serialize_db_to_string() for alias in connections
        }
    flush = BaseDatabaseOperations.execute_sql_flush

    def flush_to_seeds(operations: Any, sql_list: list[str]) -> None:
        connection = operations.connection
        with triggers_aside(connection):
            flush(operations, sql_list)
        connection.creation.deserialize_db_from_string(seeds[connection.alias])
        number_after_the_seeds(connection)

    with mock.patch.object(BaseDatabaseOperations, "execute_sql_flush", flush_to_seeds):
        yield
