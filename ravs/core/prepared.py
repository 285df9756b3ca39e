"""Querysets whose statement is put together once and then run with new values (ADR 32).

Django composes a statement anew each time it is run, which for one with joins and subqueries
takes several times as long as the database takes to answer it. What every request asks, and what
saving a vaccination asks, is composed once in each process.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, NotSupportedError, connections
from django.db.models import Expression, Model, QuerySet
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row")

KEPT_FROM = 1
"""After how many uses in one connection a plan is kept."""


class Slot(Expression):
    """Where a value to compare with a field will stand; it is given by the name of the field,
    or by ``name``."""

    def __init__(self, model: type[Model], field: str, name: str = "") -> None:
        super().__init__(output_field=getattr(model, field).field)
        self.name = name or field

    def as_sql(self, _compiler: Any, _connection: Any) -> tuple[str, Any]:
        return "%s", [self]

    def filled(self, values: dict[str, Any], connection: Any) -> Any:
        """Raises ``ValueError`` for ``None``: nothing in a database equals null."""
        value = values[self.name]
        if value is None:
            raise ValueError(f"There is no value for {self.name}.")
        return self.output_field.get_db_prep_value(value, connection)


@contextmanager
def planned_once() -> Iterator[None]:
    """Let PostgreSQL keep the plans of the statements that run inside, in each connection.

    Only for statements that find or write rows by key: planning one takes PostgreSQL longer than
    running it. Where a plan for the values would be better, it goes on making those. Everything
    else is planned as Django does it, and leaves nothing behind in the connection.

    PostgreSQL refuses a plan whose columns a migration has changed meanwhile; then the connection
    is closed, and the next one plans anew.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor != "postgresql":
        yield
        return
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    opened = connection.connection
    before = opened.cursor_factory, opened.prepare_threshold
    opened.cursor_factory, opened.prepare_threshold = _server_cursor(), KEPT_FROM
    try:
        yield
    except NotSupportedError:
        connection.close()
        raise
    finally:
        opened.cursor_factory, opened.prepare_threshold = before


@cache
def _server_cursor() -> Any:
    """The kind of cursor whose statements ``psycopg`` prepares when they come often enough."""
    from django.db.backends.postgresql.base import ServerBindingCursor  # noqa: PLC0415 - a driver

    class Cursor(ServerBindingCursor):
        """Knows what it ran also where a kept plan answered, for whoever listens to queries."""

        def _convert_query(self, *args: Any) -> Any:
            self._query = super()._convert_query(*args)  # type: ignore[misc]
            return self._query

    return Cursor


@dataclass(frozen=True)
class _Composed:
    """What does not depend on the values."""

    rows: Any
    compiler: Any
    text: str
    params: Sequence[Any]
    converters: dict[int, Any]


class Prepared(Generic[Row]):
    """``build`` makes the queryset, with a ``Slot`` for each value that differs between calls.

    Calling it with the values, by name, runs it: the rows that the queryset would give.
    """

    def __init__(self, build: "Callable[[], QuerySet[Any, Row]]") -> None:
        self._build = build

    def __call__(self, **values: Any) -> list[Row]:
        made, connection = self._composed, connections[DEFAULT_DB_ALIAS]
        if made.rows.query.select_for_update and not connection.in_atomic_block:
            raise TransactionManagementError("A lock lasts until its transaction ends: none is.")
        params = [
            one.filled(values, connection) if isinstance(one, Slot) else one for one in made.params
        ]
        # A copy of what was composed, on this thread's connection, that is told the rest.
        told = copy(made.compiler)
        told.connection = connection
        told.as_sql = lambda *_args, **_options: (made.text, params)
        told.get_converters = lambda _columns: made.converters
        rows = made.rows.all()
        rows.query.get_compiler = lambda *_args, **_options: told
        try:
            with planned_once():
                return list(rows)
        except NotSupportedError:
            if connection.in_atomic_block:
                raise
        with planned_once():
            return list(rows)

    def first(self, **values: Any) -> Row | None:
        """The first row, of a queryset that asks for no more than one."""
        return next(iter(self(**values)), None)

    @cached_property
    def _composed(self) -> "_Composed":
        rows: Any = self._build()
        compiler = rows.query.get_compiler(using=DEFAULT_DB_ALIAS)
        text, params = compiler.as_sql()
        # Nobody's: this thread's own would stay open for as long as the process.
        compiler.connection = compiler.connection.copy()
        columns = [column for column, *_ in compiler.select]
        return _Composed(rows, compiler, text, params, compiler.get_converters(columns))
