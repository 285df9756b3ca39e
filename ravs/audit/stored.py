"""Reading the history's tables as they stand, for ``verify``: what is stored, to the letter."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import OperationalError, connection
from django.db.models import CharField, Func, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Replace

from ravs.audit import hashing
from ravs.audit.models import ChainHead, Event, EventPerson


class Row(NamedTuple):
    """An event as it stands in the table; ids as 32 digits, as the table spells them."""

    id: str
    seq: int
    type: str
    actor: str | None
    subject: str | None
    data: Any
    at: datetime
    at_text: str
    request_id: str
    person_hashes: Any
    previous_hash: str
    hash: str


class Side(NamedTuple):
    event: str
    position: str
    person: str
    salt: bytes | None
    payload: str | None


class Unreadable(Exception):
    """A row's bytes are no longer what they were, so that it cannot even be read."""


GARBLED = (ValueError, TypeError, AttributeError, OverflowError)
"""What turning such bytes into values raises."""


@contextmanager
def reading() -> Iterator[None]:
    """Tells rows that cannot be read from a database that cannot be reached."""
    try:
        yield
    except GARBLED as error:
        raise Unreadable from error
    except OperationalError as error:
        if "Could not decode" in str(error):
            raise Unreadable from error
        raise


def rows_of(chain: UUID) -> QuerySet[Event, tuple[Any, ...]]:
    """Rows in order, with ids and moment as text: two spellings of one id are not the same row."""
    return (
        Event.objects.filter(chain=chain)
        .annotate(
            id_text=digits("id"),
            actor_text=digits("actor"),
            subject_text=digits("subject"),
            at_text=spelling("at"),
        )
        .order_by("seq")
        .values_list(
            "id_text",
            "seq",
            "type",
            "actor_text",
            "subject_text",
            "data",
            "at",
            "at_text",
            "request_id",
            "person_hashes",
            "previous_hash",
            "hash",
        )
    )


def digits(column: str) -> Combinable:
    """An id as 32 digits: how SQLite keeps it, and PostgreSQL with dashes between."""
    text = Cast(column, CharField())
    return text if connection.vendor == "sqlite" else Replace(text, Value("-"))


def spelling(column: str) -> Combinable:
    """How a moment is spelt, where it is kept as text and could be spelt in several ways."""
    return Cast(column, CharField()) if connection.vendor == "sqlite" else Value("")


def rehash(chain: UUID, row: Row) -> str:
    if row.at_text and row.at_text != str(row.at.astimezone(UTC)).removesuffix("+00:00"):
        raise ValueError("The moment is spelt in another way than it was written.")
    return hashing.event_hash(
        {
            "id": row.id,
            "chain": chain.hex,
            "seq": row.seq,
            "type": row.type,
            "actor": row.actor,
            "subject": row.subject,
            "data": row.data,
            "at": row.at,
            "request_id": row.request_id,
            "person_hashes": row.person_hashes,
            "previous_hash": row.previous_hash,
        }
    )


def sides_of(chain: UUID, after: int, until: int) -> dict[str, list[Side]]:
    """The side rows of a stretch of the chain, by event."""
    rows = (
        EventPerson.objects.filter(event__chain=chain, event__seq__gt=after, event__seq__lte=until)
        .annotate(event_text=digits("event_id"), person_text=digits("person"))
        .values_list("event_text", "position", "person_text", "salt", "payload")
    )
    sides: dict[str, list[Side]] = {}
    for event, position, person, salt, payload in rows:
        kept_salt = None if salt is None else bytes(salt)
        side = Side(event, position, person, kept_salt, payload)
        sides.setdefault(event, []).append(side)
    return sides


def chains_of(table: type[Event] | type[ChainHead]) -> set[UUID]:
    """The chains that a table speaks of. One whose id can no longer be read is not among them:
    its rows are missing from the chain that they stood in, and are found missing there."""
    ids = table.objects.order_by().annotate(text=_text_of_chain())
    found = set()
    for text in ids.values_list("text", flat=True).distinct():
        with suppress(ValueError):
            found.add(UUID(text if connection.vendor != "sqlite" else bytes.fromhex(text).decode()))
    return found


def _text_of_chain() -> Func:
    """On SQLite as digits of its bytes, for bytes that are no text cannot be read as such."""
    if connection.vendor == "sqlite":
        return Func("chain", function="HEX", output_field=CharField())
    return Cast("chain", CharField())
