"""Reading the history, newest first, in plain words."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ravs.audit import sentences
from ravs.audit.events import load
from ravs.audit.models import SERVICE_CHAIN, Event, EventPerson, Position


@dataclass(frozen=True)
class Line:
    """One event as a person reads it. ``who`` is the actor's name, or the service."""

    seq: int
    at: datetime
    type: str
    who: str
    sentence: str
    erased: bool


@dataclass(frozen=True)
class History:
    """A page of lines; ``before`` is what to ask for to read on, or ``None`` at the beginning."""

    lines: tuple[Line, ...]
    before: int | None


def history_of(
    *,
    organisation: UUID | None,
    subject: UUID | None = None,
    before: int | None = None,
    limit: int = 50,
) -> History:
    """What happened at an organisation, or to one person there. Two queries, whatever the length.

    Without an organisation: the service's own history. No history mixes two organisations.
    """
    rows = Event.objects.filter(chain=organisation or SERVICE_CHAIN)
    if subject is not None:
        rows = rows.filter(subject=subject)
    if before is not None:
        rows = rows.filter(seq__lt=before)
    page = list(rows.order_by("-seq")[: limit + 1])
    shown = page[:limit]
    people = _people_of(shown)
    lines = tuple(_line(row, people.get(row.id, {})) for row in shown)
    return History(lines=lines, before=shown[-1].seq if len(page) > limit else None)


def _people_of(rows: Iterable[Event]) -> dict[UUID, dict[str, str]]:
    """What each event's people were called, by position."""
    names: dict[UUID, dict[str, str]] = {}
    for side in EventPerson.objects.filter(event__in=[row.id for row in rows]):
        called = sentences.ERASED if side.payload is None else _called(side.payload)
        names.setdefault(side.event_id, {})[side.position] = called
    return names


def _called(payload: str) -> str:
    stated: dict[str, str] = json.loads(payload)
    return stated["name"] or stated["email"]


def _line(row: Event, names: dict[str, str]) -> Line:
    people = sentences.People(
        actor=names.get(Position.ACTOR, "" if row.actor is None else sentences.SOMEBODY),
        subject=names.get(Position.SUBJECT, ""),
        formerly=names.get(Position.FORMERLY, ""),
        alone=row.actor is not None and row.actor == row.subject,
    )
    return Line(
        seq=row.seq,
        at=row.at,
        type=row.type,
        who=sentences.begun(people.actor or sentences.SERVICE),
        sentence=sentences.tell(load(row.type, row.data), people),
        erased=sentences.ERASED in names.values(),
    )
