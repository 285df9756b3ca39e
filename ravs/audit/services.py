"""Writing the history. Called by the verb that made the change, in that verb's transaction."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django_guid import get_guid

from ravs.audit import hashing
from ravs.audit.events import Event, PersonErased
from ravs.audit.hashing import keyed_hash
from ravs.audit.models import SERVICE_CHAIN, ChainHead, EventPerson, Position
from ravs.audit.models import Event as EventRow
from ravs.core.ids import new_id
from ravs.core.prepared import Prepared, Slot

__all__ = [
    "Entry",
    "OutsideTransaction",
    "Person",
    "erase_person",
    "keyed_hash",
    "record",
    "record_many",
]

SALT_BYTES = 16


class OutsideTransaction(RuntimeError):
    """History is written with the change it tells of, or not at all."""


@dataclass(frozen=True)
class Person:
    """Somebody as they are called now. Without name and address only the id is kept."""

    public_id: UUID
    name: str = ""
    email: str = ""


@dataclass(frozen=True)
class Entry:
    """An event with the people in it. No ``actor``: the service did it itself. No
    ``organisation``: it belongs to the service's own chain."""

    event: Event
    actor: Person | None = None
    subject: Person | None = None
    organisation: UUID | None = None
    formerly: Person | None = None
    """The subject under the name they bore before."""

    def __post_init__(self) -> None:
        if self.formerly and (
            not self.subject or self.formerly.public_id != self.subject.public_id
        ):
            raise ValueError("Only the subject of an event can have been called otherwise before.")

    @property
    def chain(self) -> UUID:
        return self.organisation or SERVICE_CHAIN

    @property
    def people(self) -> dict[Position, Person]:
        stated = {
            Position.ACTOR: self.actor,
            Position.SUBJECT: self.subject,
            Position.FORMERLY: self.formerly,
        }
        return {
            position: person
            for position, person in stated.items()
            if person is not None and (person.name or person.email)
        }


def record(
    event: Event,
    *,
    actor: Person | None = None,
    subject: Person | None = None,
    organisation: UUID | None = None,
    formerly: Person | None = None,
) -> None:
    """Add one event to the history of ``organisation``, or of the service when there is none."""
    record_many([Entry(event, actor, subject, organisation, formerly)])


def record_many(entries: Iterable[Entry]) -> None:
    """Add events, in order, with as many statements for a thousand as for one.

    Raises ``OutsideTransaction`` where a failure could leave a change without its history.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction("Events are recorded inside the transaction of their change.")
    entries = list(entries)
    if not entries:
        return
    heads = _locked_heads({entry.chain for entry in entries})
    rows: list[EventRow] = []
    people: list[EventPerson] = []
    for entry in entries:
        row, about = _append(entry, heads[entry.chain])
        rows.append(row)
        people.extend(about)
    EventRow.objects.bulk_create(rows)
    EventPerson.objects.bulk_create(people)
    ChainHead.objects.bulk_create(
        heads.values(),
        update_conflicts=True,
        unique_fields=["chain"],
        update_fields=["seq", "hash"],
    )


def _locked_heads(chains: set[UUID]) -> dict[UUID, ChainHead]:
    """The heads, locked until the caller commits, always in the same order: two writers of
    several chains can wait for each other but never deadlock. Of several, missing ones are made
    before any is locked; one alone is nearly always there."""
    in_order = sorted(chains)
    if len(in_order) == 1:
        head = _HEAD.first(chain=in_order[0])
        if head is not None:
            return {head.chain: head}
    _make_heads(in_order)
    wanted = ChainHead.objects.filter(chain__in=in_order).order_by("chain")
    return {head.chain: head for head in wanted.select_for_update()}


_HEAD = Prepared(
    lambda: ChainHead.objects.select_for_update().filter(chain=Slot(ChainHead, "chain"))
)


def _make_heads(chains: list[UUID]) -> None:
    ChainHead.objects.bulk_create(
        [ChainHead(chain=chain) for chain in chains], ignore_conflicts=True
    )


def _append(entry: Entry, head: ChainHead) -> tuple[EventRow, list[EventPerson]]:
    row = EventRow(
        id=new_id(),
        chain=entry.chain,
        seq=head.seq + 1,
        type=entry.event.type_name,
        actor=entry.actor.public_id if entry.actor else None,
        subject=entry.subject.public_id if entry.subject else None,
        data=entry.event.data,
        at=timezone.now(),
        request_id=(get_guid() or "")[:64],
        previous_hash=head.hash,
    )
    people = [_side_row(row, position, person) for position, person in entry.people.items()]
    row.person_hashes = hashing.pairs((side.position, _hash_of(side)) for side in people)
    row.hash = hashing.event_hash(
        {
            "id": row.id.hex,
            "chain": row.chain.hex,
            "seq": row.seq,
            "type": row.type,
            "actor": hashing.hex_id(row.actor),
            "subject": hashing.hex_id(row.subject),
            "data": row.data,
            "at": row.at,
            "request_id": row.request_id,
            "person_hashes": row.person_hashes,
            "previous_hash": row.previous_hash,
        }
    )
    head.seq, head.hash = row.seq, row.hash
    return row, people


def _side_row(row: EventRow, position: Position, person: Person) -> EventPerson:
    return EventPerson(
        event=row,
        position=position.value,
        person=person.public_id,
        salt=secrets.token_bytes(SALT_BYTES),
        payload=hashing.person_payload(name=person.name, email=person.email),
    )


def _hash_of(side: EventPerson) -> str:
    return hashing.person_hash(
        salt=bytes(side.salt or b""),
        position=side.position,
        person=side.person.hex,
        payload=side.payload or "",
    )


@transaction.atomic
def erase_person(*, person: UUID, actor: Person | None = None) -> int:
    """Take a person's names and addresses out of the history; says from how many entries.

    The chain still holds: ``verify`` reports those entries as erased, not as broken.
    """
    kept = EventPerson.objects.filter(person=person, payload__isnull=False)
    erased = kept.update(payload=None, salt=None)
    if erased:
        record(PersonErased(entries=erased), actor=actor, subject=Person(person))
    return erased
