"""Filling a database with vaccinations, set by set. What was interrupted goes on where it was.

Three years of records of forty organisations, the first of which has a fifth. They lie in the
table as the years would have left them: by day, with everybody's visits a year apart. No verb
writes them, so they have no history.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

from django.db import connection, transaction

from bench import statements, world
from ravs.core.folding import key
from ravs.integrations.synthetic.words import ORIGINS

CHUNK = 100_000
VISITS = 3
"""How many vaccinations a patient has, about."""

NAMES = 20_000
RECORDS, PATIENTS = "vaccinations_vaccination", "patients_patient"

Advance = Callable[[int], None]


def fill(
    size: int,
    *,
    chunk: int = CHUNK,
    organisations: int = world.ORGANISATIONS,
    advance: Advance = lambda _rows: None,
) -> None:
    """Bring an empty database, or one that was begun, to ``size`` vaccinations."""
    world.build(organisations)
    _run(statements.PROGRESS)
    with _step("names") as done:
        if not done:
            _prepare()
    people = max(size // VISITS, 1)
    _in_chunks(PATIENTS, people, chunk, statements.patients(), advance, people=people)
    _run("ANALYZE bench_name, bench_slot, patients_patient")
    _in_chunks(RECORDS, size, chunk, statements.records(), advance, people=people, size=size)
    with _step("totals") as done:
        if not done:
            _run(*statements.TOTALS)


def rows_to_come(size: int) -> int:
    """How many rows ``fill`` counts in its progress."""
    return size + max(size // VISITS, 1)


def is_full() -> bool:
    """Whether all was generated, and the database has been told to look at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('bench_progress') IS NOT NULL")
        begun = cursor.fetchone()[0]
    return bool(begun) and _done("looked over") > 0


def look_over() -> None:
    """Let the database count what there is, as it does by itself in a day's work."""
    _run("VACUUM ANALYZE")
    with _step("looked over"):
        pass


def _run(*texts: str) -> None:
    with connection.cursor() as cursor:
        for text in texts:
            cursor.execute(text)


def _done(step: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT done FROM bench_progress WHERE step = %s", [step])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _note(step: str, done: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statements.NOTE, [step, done])


@contextmanager
def _step(name: str) -> Iterator[int]:
    """One transaction with the note that it was done; gives whether it had been before."""
    with transaction.atomic():
        yield _done(name)
        _note(name, 1)


def _in_chunks(
    table: str, rows: int, chunk: int, insert: str, advance: Advance, **values: int
) -> None:
    """Rows ``0`` to ``rows``, each chunk a transaction with the note of how far it came."""
    at = _done(table)
    advance(min(at, rows))
    if at >= rows:
        return
    if at == 0:
        _take_indexes(table)
    while at < rows:
        until = min(at + chunk, rows)
        with transaction.atomic():
            # The rows are whole by how they are made: no need to look up each one's ten parents.
            _run("SET LOCAL session_replication_role = replica", "SET LOCAL statement_timeout = 0")
            with connection.cursor() as cursor:
                cursor.execute(insert, {"first": at, "last": until - 1, **values})
            _note(table, until)
            _run("SET LOCAL session_replication_role = origin")
        advance(until - at)
        at = until
    _give_indexes(table)


@transaction.atomic
def _take_indexes(table: str) -> None:
    """Put the definitions of the indexes that serve reading aside; sorting once is quicker."""
    with connection.cursor() as cursor:
        cursor.execute(statements.INDEXES, [table])
        for name, definition in cursor.fetchall():
            cursor.execute(statements.KEEP_INDEX, [table, name, definition])
            cursor.execute(f'DROP INDEX "{name}"')


def _give_indexes(table: str) -> None:
    """Make each index exactly as the migrations had made it."""
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statements.NEXT_INDEX, [table])
            row = cursor.fetchone()
            if row is None:
                return
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute(row[1])
            cursor.execute("DELETE FROM bench_index WHERE name = %s", [row[0]])


def _prepare() -> None:
    """Names by how often they are met, and who gives what where."""
    _run(*statements.HELPERS)
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO bench_name VALUES (%s, %s, %s, %s, %s)", list(_names(Random(1)))
        )
        cursor.executemany(
            "INSERT INTO bench_organisation VALUES (%s, %s)",
            [(number, one.pk) for number, one in enumerate(world.organisations())],
        )
    _run(statements.SLOTS)


def _names(chance: Random) -> Iterator[tuple[int, str, str, str, bytes]]:
    weights = [origin.weight for origin in ORIGINS]
    for number in range(NAMES):
        origin = chance.choices(ORIGINS, weights)[0]
        gender = chance.choice(("female", "male"))
        given = chance.choice(origin.women if gender == "female" else origin.men)
        family = chance.choice(origin.families)
        yield number, given, family, gender, key(f"{family} {given}")
