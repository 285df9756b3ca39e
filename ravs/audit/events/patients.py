"""Who looked a patient up, and who opened whose details."""

from dataclasses import dataclass

from ravs.audit.events.base import Event, event


@event("patient.added")
@dataclass(frozen=True)
class PatientAdded(Event):
    """An organisation knows somebody from now on. ``local``: entered there, found nowhere."""

    local: bool


@event("patient.updated")
@dataclass(frozen=True)
class PatientUpdated(Event):
    """The directory says otherwise than it did when they were looked up before; or, of somebody
    whom no directory knows (``local``), a person corrected what was entered."""

    local: bool = False

    nhs_number: bool = False
    name: bool = False
    birth_date: bool = False
    gender: bool = False
    address: bool = False
    practice: bool = False
    death: bool = False
    sensitive: bool = False


@event("patient.searched")
@dataclass(frozen=True)
class PatientsShown(Event):
    """Somebody was shown the people who fit a search; ``found`` of them."""

    found: int


@event("patient.viewed")
@dataclass(frozen=True)
class PatientViewed(Event):
    """Somebody opened a patient's details."""
