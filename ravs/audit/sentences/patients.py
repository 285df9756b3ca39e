"""Patients: who looked them up, and who opened whose details. None is named here."""

from ravs.audit import events
from ravs.audit.sentences.base import People, Sentences

CHANGED = {
    "nhs_number": "NHS number",
    "name": "name",
    "birth_date": "date of birth",
    "gender": "gender",
    "address": "address",
    "practice": "GP surgery",
    "death": "date of death",
    "sensitive": "protection of their details",
}


def _added(event: events.PatientAdded, _people: People) -> str:
    if event.local:
        return "{actor} added a patient without an NHS number"
    return "{actor} found a patient for the first time here"


def _updated(event: events.PatientUpdated, _people: People) -> str:
    changed = [words for name, words in CHANGED.items() if getattr(event, name)]
    *most, last = changed or ["details"]
    listed = f"{', '.join(most)} and {last}" if most else last
    if event.local:
        return f"{{actor}} corrected the {listed} of a patient without an NHS number"
    return f"{{actor}} found a patient, whose {listed} had changed since"


def _shown(event: events.PatientsShown, _people: People) -> str:
    people = "1 patient who fits" if event.found == 1 else f"{event.found} patients who fit"
    return f"{{actor}} was shown {people} a search"


SENTENCES: Sentences = {
    events.PatientAdded: _added,
    events.PatientUpdated: _updated,
    events.PatientsShown: _shown,
    events.PatientViewed: "{actor} opened the details of a patient",
}
