"""Vaccinations: recorded, changed, deleted, opened. No patient is named here."""

from ravs.audit import events
from ravs.audit.sentences.base import People, Sentences


def _recorded(event: events.VaccinationRecorded, _people: People) -> str:
    late = ", on a later day than it was given" if event.late else ""
    warned = ""
    if event.overridden:
        warned = f", after going on from {event.overridden} " + (
            "warning" if event.overridden == 1 else "warnings"
        )
    return f"{{actor}} recorded {{outcome}}{late}{warned}"


SENTENCES: Sentences = {
    events.VaccinationRecorded: _recorded,
    events.VaccinationChanged: (
        "{actor} changed a vaccination record, which is now version {version}"
    ),
    events.VaccinationDeleted: "{actor} deleted a vaccination record",
    events.VaccinationViewed: "{actor} opened a vaccination record",
}
