"""The service itself."""

from dataclasses import dataclass
from datetime import date

from ravs.audit.events.base import Event, Permission, RouteName, event


@event("access.denied")
@dataclass(frozen=True)
class AccessDenied(Event):
    """Somebody asked for a page of their organisation that their rights do not open."""

    view: RouteName
    permission: Permission


@event("domains.imported")
@dataclass(frozen=True)
class DomainsImported(Event):
    added: int
    skipped: int


@event("nightly.finished")
@dataclass(frozen=True)
class NightlyFinished(Event):
    night: date
    warned: int = 0
    lapsed: int = 0
    ended: int = 0
    invitations_lapsed: int = 0
    counts_corrected: int = 0


@event("audit.erased")
@dataclass(frozen=True)
class PersonErased(Event):
    """Somebody's names and addresses were taken out of the history; the chain still holds."""

    entries: int
