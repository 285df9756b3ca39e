"""The people and places of the history's tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from ravs.audit import events
from ravs.audit.services import Entry, Person, record_many
from tests.flushing import triggers_aside

RW3 = UUID("0197a000-0000-7000-8000-000000000003")
FA123 = UUID("0197a000-0000-7000-8000-0000000fa123")

PRIYA = Person(UUID("0197b000-0000-7000-8000-00000000000a"), "Priya Shah", "priya.shah@nhs.net")
SAM = Person(UUID("0197b000-0000-7000-8000-00000000000b"), "Sam Okafor", "sam.okafor@nhs.net")


def by_ods(ods: str) -> list[UUID]:
    """What the settings of these tests name for finding organisations."""
    return {"RW3": [RW3], "FA123": [FA123]}.get(ods.upper(), [])


INVITED = events.MemberInvited(level="recorder", vaccinator=True)
RAISED = events.MemberChanged(
    level_before="recorder",
    level_after="administrator",
    vaccinator_before=True,
    vaccinator_after=True,
)


def write_history(length: int, organisation: UUID | None = RW3) -> None:
    """A chain of ``length`` events in which Priya invites and raises Sam, over and over."""
    story = (INVITED, RAISED, events.LapseWarned(day=60), events.InvitationCancelled())
    with transaction.atomic():
        record_many(
            Entry(story[number % 4], actor=PRIYA, subject=SAM, organisation=organisation)
            for number in range(length)
        )


@contextmanager
def as_superuser() -> Iterator[Any]:
    """A cursor for somebody who can switch the triggers off."""
    with triggers_aside(connection), connection.cursor() as cursor:
        yield cursor


def stored_id(value: UUID) -> str:
    """An id as this engine's tables hold it."""
    return str(value) if connection.vendor == "postgresql" else value.hex
