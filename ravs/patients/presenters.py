"""What pages show of patients: built from loaded rows, never querying."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse

from ravs.core import nhs_number
from ravs.core.presenters import written_date
from ravs.integrations.pds.port import Demographics
from ravs.nhsuk_forms.fields import Choice
from ravs.organisations.models import Organisation
from ravs.patients.models import Patient, Source

WITHHELD = "Withheld"
DECEASED, SENSITIVE, SUPERSEDED, NO_GP, LOCAL = (
    "deceased",
    "sensitive",
    "superseded",
    "no-gp",
    "local",
)


@dataclass(frozen=True)
class PatientSummary:
    """One patient as every page of recording shows them.

    ``notices``: what has to be said of them before anything else (domain 5.2.6).
    """

    name: str
    born: str
    died: str
    address: tuple[str, ...]
    nhs_number: str
    practice: str
    notices: tuple[str, ...]

    @property
    def is_sensitive(self) -> bool:
        return SENSITIVE in self.notices


def summary_of(patient: Patient, today: date) -> PatientSummary:
    """``today``: the London date on which ages are counted."""
    until = min(today, patient.died_on) if patient.died_on else today
    return PatientSummary(
        name=patient.full_name,
        born=_with_age(patient.birth_date, patient, until),
        died=_with_age(patient.died_on, patient, until) if patient.died_on else "",
        address=_address_of(patient),
        nhs_number=nhs_number.written(patient.nhs_number) or "Not known",
        practice=patient.gp_name or _no_practice(patient),
        notices=tuple(_notices(patient)),
    )


def _no_practice(patient: Patient) -> str:
    if patient.sensitive:
        return WITHHELD
    return "Not known" if patient.source == Source.LOCAL else "Not registered"


def _with_age(day: date, patient: Patient, until: date) -> str:
    return f"{written_date(day)} (aged {written_age(patient, until)})"


def written_age(patient: Patient, day: date) -> str:
    """Years; of a child under 2 months, of a baby under 2 months weeks."""
    months = (day.year - patient.birth_date.year) * 12 + day.month - patient.birth_date.month
    months -= day.day < patient.birth_date.day
    if months >= 24:
        return str(patient.age_on(day))
    if months >= 2:
        return f"{months} months"
    weeks = (day - patient.birth_date).days // 7
    return f"{weeks} week{'' if weeks == 1 else 's'}"


def _address_of(patient: Patient) -> tuple[str, ...]:
    if patient.sensitive:
        return (WITHHELD,)
    lines = [line.strip() for line in patient.address.split(",")]
    return tuple(line for line in (*lines, patient.postcode) if line) or ("Not known",)


def _notices(patient: Patient) -> list[str]:
    is_local = patient.source == Source.LOCAL
    found = {
        DECEASED: patient.died_on is not None,
        SENSITIVE: patient.sensitive,
        SUPERSEDED: bool(patient.former_nhs_number),
        NO_GP: not (patient.gp_ods or patient.sensitive or is_local),
        LOCAL: is_local,
    }
    return [code for code, holds in found.items() if holds]


def url_of(name: str, organisation: Organisation, key: str = "") -> str:
    path = reverse(f"patients:{name}", kwargs={"ods": organisation.ods})
    return f"{path}?key={key}" if key else path


def patient_url(organisation: Organisation, patient: UUID, draft: str = "") -> str:
    """The patient's details and history, where recording begins, or goes on with ``draft``."""
    kwargs = {"ods": organisation.ods, "patient": patient}
    path = reverse("vaccinations:patient", kwargs=kwargs)
    return f"{path}?draft={draft}" if draft else path


def resume_url(organisation: Organisation, draft: str) -> str:
    """Where a record that was being written goes on; empty for nonsense."""
    try:
        kwargs = {"ods": organisation.ods, "draft": UUID(draft)}
    except ValueError:
        return ""
    return reverse("vaccinations:go-on", kwargs=kwargs)


def correct_url(patient: Patient, draft: UUID | None = None) -> str:
    """Where the details of somebody entered here are corrected; empty of anybody else, whose
    details are the directory's."""
    if patient.source != Source.LOCAL:
        return ""
    kwargs = {"ods": patient.organisation.ods, "patient": patient.public_id}
    path = reverse("patients:correct", kwargs=kwargs)
    return f"{path}?draft={draft}" if draft else path


def choice_of(person: Patient | Demographics) -> Choice:
    """Somebody in a list to choose from."""
    known = [f"Born {written_date(person.birth_date)}"]
    if person.died_on:
        known.append(f"died {written_date(person.died_on)}")
    if person.sensitive:
        known.append("address withheld")
    known += [part for part in (person.address, person.postcode) if part]
    number = nhs_number.written(person.nhs_number)
    known.append(f"NHS number {number}" if number else "no NHS number, entered here")
    return Choice(value_of(person), f"{person.given_name} {person.family_name}", ", ".join(known))


def value_of(person: Patient | Demographics) -> str:
    """What stands for somebody in a form: their number, or the id of a row without one."""
    own = str(person.public_id) if isinstance(person, Patient) else ""
    return person.nhs_number or own


@dataclass(frozen=True)
class FindPage:
    """Any step of finding somebody. ``key``: its journey's."""

    key: str
    back: str
    draft: str = ""
    nobody: bool = False
    go_on: str = ""
    """Where to continue without an NHS number, once that is offered."""


@dataclass(frozen=True)
class ChoosePage:
    """Several people to choose from; ``more``: so many that not all are listed."""

    key: str
    back: str
    more: bool = False


@dataclass(frozen=True)
class AwayPage:
    """The directory does not answer. ``again``: what is sent to ``action`` to ask once more.

    ``known``: the organisation's own copy, when it has one.
    """

    key: str
    back: str
    action: str
    again: Sequence[tuple[str, str]]
    go_on: str = ""
    known: str = ""
    known_on: date | None = None
