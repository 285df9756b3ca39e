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


@dataclass(frozen=True)
class _Called:
    """What somebody was called when it happened, and their address then."""

    name: str = ""
    email: str = ""


def _people_of(rows: Iterable[Event]) -> dict[UUID, dict[str, _Called]]:
    """What each event's people were called, by position."""
    names: dict[UUID, dict[str, _Called]] = {}
    for side in EventPerson.objects.filter(event__in=[row.id for row in rows]):
        called = _Called(sentences.ERASED) if side.payload is None else _called(side.payload)
        names.setdefault(side.event_id, {})[side.position] = called
    return names


def _called(payload: str) -> _Called:
    stated: dict[str, str] = json.loads(payload)
    return _Called(stated["name"] or stated["email"], stated["email"])


def _line(row: Event, names: dict[str, _Called]) -> Line:
    nobody = _Called()
    subject = names.get(Position.SUBJECT, nobody)
    formerly = names.get(Position.FORMERLY, nobody)
    actor = _Called("" if row.actor is None else sentences.SOMEBODY)
    people = sentences.People(
        actor=names.get(Position.ACTOR, actor).name,
        subject=subject.name,
        formerly=formerly.name,
        alone=row.actor is not None and row.actor == row.subject,
        address=subject.email,
        former_address=formerly.email,
    )
    return Line(
        seq=row.seq,
        at=row.at,
        type=row.type,
        who=sentences.begun(people.actor or sentences.SERVICE),
        sentence=sentences.tell(load(row.type, row.data), people),
        erased=any(called.name == sentences.ERASED for called in names.values()),
    )
