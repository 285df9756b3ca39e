"""One act for many people, and many people added at once."""

from dataclasses import dataclass

from ravs.audit.events.base import BulkVerb, Event, event


@event("bulk.started")
@dataclass(frozen=True)
class BulkStarted(Event):
    """Somebody chose several people and confirmed what was to be done to all of them."""

    verb: BulkVerb
    people: int


@event("bulk.finished")
@dataclass(frozen=True)
class BulkFinished(Event):
    verb: BulkVerb
    done: int
    not_done: int


@event("bulk.undone")
@dataclass(frozen=True)
class BulkUndone(Event):
    """The opposite verbs were begun for everybody whom an earlier act had changed."""

    verb: BulkVerb
    people: int


@event("export.users")
@dataclass(frozen=True)
class UsersExported(Event):
    """A list of people was downloaded."""

    people: int


@event("import.confirmed")
@dataclass(frozen=True)
class ImportConfirmed(Event):
    """A list of people was checked and confirmed."""

    rows: int
    to_add: int


@event("import.finished")
@dataclass(frozen=True)
class ImportFinished(Event):
    invited: int
    reactivated: int
    not_added: int
