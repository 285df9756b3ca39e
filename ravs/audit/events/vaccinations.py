"""Vaccinations: recorded, changed, deleted, and opened. The subject is the patient, by id alone."""

from dataclasses import dataclass
from uuid import UUID

from ravs.audit.events.base import Event, VaccinationOutcome, event


@event("vaccination.recorded")
@dataclass(frozen=True)
class VaccinationRecorded(Event):
    """``late``: typed in after the day it was given on; ``overridden``: warnings gone on from."""

    vaccination: UUID
    outcome: VaccinationOutcome
    late: bool = False
    overridden: int = 0


@event("vaccination.changed")
@dataclass(frozen=True)
class VaccinationChanged(Event):
    """``version``: the number that it bears from now on."""

    vaccination: UUID
    version: int


@event("vaccination.deleted")
@dataclass(frozen=True)
class VaccinationDeleted(Event):
    vaccination: UUID


@event("vaccination.viewed")
@dataclass(frozen=True)
class VaccinationViewed(Event):
    """Somebody opened the record, and with it a patient's details."""

    vaccination: UUID
