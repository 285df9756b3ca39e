"""One flipped bit anywhere in the stored history is found, and named at its row."""

import random
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from ravs.audit.tests.people import RW3, as_superuser, write_history
from ravs.audit.verify import verify
from tests.fixtures import Rounds

pytestmark = [pytest.mark.django_db, pytest.mark.once]

EVENT = ["id", "chain", "seq", "type", "actor", "subject", "data", "at", "request_id"]
HASHES = ["person_hashes", "previous_hash", "hash"]
SIDE = ["position", "person", "salt", "payload"]
COLUMNS = [("audit_event", name) for name in EVENT + HASHES]
COLUMNS += [("audit_eventperson", name) for name in SIDE]
LENGTH = 8


def test_it_finds_one_flipped_bit_wherever_it_is(rounds: Rounds) -> None:
    write_history(LENGTH)
    chance = random.Random(20260329)
    flip = flip_in_sqlite if connection.vendor == "sqlite" else flip_in_postgresql
    flipped = 0
    with as_superuser() as cursor:
        for _ in range(rounds(5000, part=25)):
            table, column = chance.choice(COLUMNS)
            seq = chance.randint(1, LENGTH)
            with transaction.atomic():
                if flip(cursor, chance, table, column, seq):
                    flipped += 1
                    bad = verify(RW3).first_bad
                    assert bad is not None, (table, column, seq)
                    assert bad.seq == seq, (table, column, bad)
                    assert verify().first_bad is not None
                transaction.set_rollback(True)

    assert flipped > rounds(1000, part=25)


def row_of(table: str, seq: int) -> str:
    event = f"(SELECT id FROM audit_event WHERE seq = {seq})"
    where = f"event_id = {event} AND position = 'actor'" if table.endswith("person") else ""
    return where or f"id = {event}"


def flipped_bit(chance: random.Random, raw: bytes) -> bytes:
    changed = bytearray(raw)
    changed[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def flip_in_sqlite(cursor: Any, chance: random.Random, table: str, column: str, seq: int) -> bool:
    """In the very bytes of the file, whatever the column was meant to hold."""
    where = row_of(table, seq)
    cursor.execute(f"SELECT CAST({column} AS BLOB), typeof({column}) FROM {table} WHERE {where}")
    raw, kind = cursor.fetchone()
    if not raw:
        return False
    cursor.execute("PRAGMA defer_foreign_keys = ON")
    stored = {"text": "TEXT", "integer": "INTEGER", "blob": "BLOB"}[kind]
    new = flipped_bit(chance, raw)
    try:
        with transaction.atomic():
            cursor.execute(
                f"UPDATE {table} SET {column} = CAST(%s AS {stored}) WHERE {where}", [new]
            )
    except DatabaseError:
        return False
    return True


def flip_in_postgresql(
    cursor: Any, chance: random.Random, table: str, column: str, seq: int
) -> bool:
    """Through SQL, as far as the column's own type takes the result."""
    where = row_of(table, seq)
    cursor.execute(
        "SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attname = %s",
        [table, column],
    )
    (kind,) = cursor.fetchone()
    cursor.execute(f"SELECT {column}::text FROM {table} WHERE {where}")
    (text,) = cursor.fetchone()
    if not text:
        return False
    try:
        new = flipped_bit(chance, text.encode()).decode()
        with transaction.atomic():
            cursor.execute(
                f"UPDATE {table} SET {column} = %s::{kind} WHERE {where}"
                f" AND {column} IS DISTINCT FROM %s::{kind}",
                [new, new],
            )
            return bool(cursor.rowcount)
    except (DatabaseError, ValueError):
        return False
