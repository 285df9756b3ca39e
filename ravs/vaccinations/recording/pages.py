"""What the pages of recording show. Built from what was read; nothing here asks the database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from ravs.core.pagination import Page
from ravs.core.presenters import written_date
from ravs.members.models import Membership
from ravs.organisations.models import Organisation
from ravs.patients.models import Patient
from ravs.patients.presenters import PatientSummary, correct_url
from ravs.patients.presenters import summary_of as summary_of_patient
from ravs.vaccinations.history import Past
from ravs.vaccinations.models import Draft, Vaccination
from ravs.vaccinations.recording.facts import Facts
from ravs.vaccinations.recording.recording import NOT_GIVEN, Recording
from ravs.vaccinations.recording.warnings import Warned


def url_of(name: str, organisation: Organisation, **keys: object) -> str:
    return reverse(f"vaccinations:{name}", kwargs={"ods": organisation.ods, **keys})


def draft_url(name: str, draft: Draft, **keys: object) -> str:
    return url_of(name, draft.organisation, draft=draft.public_id, **keys)


@dataclass(frozen=True)
class Waiting:
    """A draft that waits to be finished. ``what``: whom it is about, or what it is for."""

    what: str
    vaccine: str
    begun: str
    href: str
    discard: str


@dataclass(frozen=True)
class RecordPage:
    """Where recording begins."""

    key: str
    has_stock: bool
    add_vaccines: str
    find: str
    find_key: str
    news: tuple[str, ...]
    """Vaccines that could not be recorded here until lately."""

    clinic: tuple[tuple[str, str], ...]
    begin_clinic: str
    end_clinic: str
    waiting: tuple[Waiting, ...]
    more_wait: bool
    """Whether older drafts wait that are not listed."""


@dataclass(frozen=True)
class PastRow:
    """One line of a patient's history."""

    day: str
    vaccine: str
    product: str
    place: str
    href: str = ""


@dataclass(frozen=True)
class Screening:
    """What to ask before giving a vaccine."""

    vaccine: str
    questions: tuple[str, ...]


@dataclass(frozen=True)
class PatientPage:
    """Details and history, and the way on."""

    key: str
    patient: PatientSummary
    back: str
    history: tuple[PastRow, ...]
    history_known: bool
    as_of: datetime | None
    """When the details were looked up, where the directory could not be asked again."""

    pages: Page
    screening: tuple[Screening, ...]
    draft: str
    correct: str
    """Where the details of somebody entered here are corrected."""

    network: str
    """Whether the patient's GP is in the organisation's primary care network: *in*, *out*, or
    nothing where nobody has said which practices are."""


@dataclass(frozen=True)
class StepPage:
    """One question. ``heading``: the field whose legend is the heading of the page."""

    title: str
    slug: str
    back: str
    heading: str
    lapsed: str
    """Why the answer that was given holds no longer."""

    patient: PatientSummary | None
    is_empty: bool
    add_batch: str
    add_vaccines: str
    manage_users: str
    not_given: str
    discard: str


@dataclass(frozen=True)
class AddBatchPage:
    key: str
    back: str
    patient: PatientSummary | None


@dataclass(frozen=True)
class WarningsPage:
    warnings: tuple[Warned, ...]
    back: str
    patient: PatientSummary | None
    not_given: str
    key: str = ""


@dataclass(frozen=True)
class CheckPage:
    """All the answers, each with the way to change it."""

    key: str
    shown: str
    """The fingerprint of what is shown; what is saved has to be the same."""

    back: str
    patient: PatientSummary | None
    rows: tuple[dict[str, Any], ...]
    is_given: bool
    is_clinic: bool
    in_clinic: bool
    has_died: bool
    not_given: str
    discard: str


@dataclass(frozen=True)
class SavedPage:
    key: str
    patient: str
    vaccine: str
    is_given: bool
    record: str
    home: str
    find: str
    find_key: str
    search: str
    in_clinic: bool


def past_rows(
    past: Iterable[Past], names: dict[str, str], here: int, ods: str, *, sensitive: bool
) -> list[PastRow]:
    """``names``: display names of types by code; records of this organisation can be opened.

    Where protected people were vaccinated would tell where they live, so other places are withheld.
    """
    rows = []
    for one in past:
        vaccine = one.type_name or names.get(one.type_code, one.type_code)
        own = one.made_by == here
        rows.append(
            PastRow(
                day=written_date(one.given_on),
                vaccine=f"{vaccine} ({one.dose})" if one.dose else vaccine,
                product=f"Not given: {one.not_given}"
                if one.not_given
                else one.product or "Not known",
                place="Withheld" if sensitive and not own else one.place,
                href=reverse("vaccinations:view", kwargs={"ods": ods, "vaccination": one.record})
                if own
                else "",
            )
        )
    return rows


def summary_of(patient: Patient | None, today: date) -> PatientSummary | None:
    return summary_of_patient(patient, today) if patient else None


def check_rows(recording: Recording) -> tuple[dict[str, Any], ...]:
    """What will be saved, in the order of the questions; a row that was asked can be changed, and
    the details of a patient whom no directory knows (domain 5.2.2, row 16)."""
    asked = {step.slug for step in recording.path}
    rows = _patient_rows(recording)
    for slug, key, value in _told(recording):
        row: dict[str, Any] = {"key": key, "value": value}
        if slug in asked:
            row["change"] = draft_url("step", recording.draft, step=slug)
        elif slug == NOT_GIVEN:
            row["change"] = draft_url("not-given", recording.draft)
        rows.append(row)
    return tuple(rows)


def _patient_rows(recording: Recording) -> list[dict[str, Any]]:
    patient, draft = recording.patient, recording.draft
    change = correct_url(patient, draft.public_id) if patient else ""
    if patient is None or not change:
        return []
    told = {
        "Patient": patient.full_name,
        "Date of birth": written_date(patient.birth_date),
        "Postcode": patient.postcode,
    }
    return [{"key": key, "value": value, "change": change} for key, value in told.items()]


Told = tuple[str, str, str]


def _told(recording: Recording) -> Sequence[Told]:
    facts = recording.facts
    told: list[Told] = [
        ("date", "Date", written_date(facts.given_on)),
        ("site", "Site", facts.site.name if facts.site else ""),
        ("present", "Vaccinators", ", ".join(m.account.full_name for m in facts.present)),
        (
            "vaccinator",
            "Vaccinator",
            "" if recording.is_clinic else _name(facts.vaccinator),
        ),
        ("vaccine", "Vaccine", facts.type.title if facts.type else ""),
        ("vaccine", "Product", facts.product.name if facts.product else ""),
        ("batch", "Batch", facts.batch.number if facts.batch else ""),
        ("batch", "Batch expiry date", written_date(facts.batch.expiry) if facts.batch else ""),
        *_reasons(recording),
        *_giving(recording),
    ]
    if not facts.is_given:
        told.append((_who_decided(recording), "Not given because", facts.outcome_reason))
    return [one for one in told if one[2]]


def _name(membership: Membership | None) -> str:
    return membership.account.full_name if membership else ""


def _who_decided(recording: Recording) -> str:
    """The step on which it was said that it is not given."""
    if NOT_GIVEN in recording.draft.answers:
        return NOT_GIVEN
    return "consent" if recording.facts.outcome == Vaccination.Outcome.NO_CONSENT else "assess"


def _reasons(recording: Recording) -> Sequence[Told]:
    facts = recording.facts
    place = facts.location.label if facts.location else ""
    return [
        ("dose", "Dose", facts.dose.label if facts.dose else ""),
        ("eligibility", "Eligibility", facts.eligibility.label if facts.eligibility else ""),
        ("staff-role", "Staff role", facts.staff_role.label if facts.staff_role else ""),
        ("location", "Location", place),
        ("location", "Care home", care_home_of(facts)),
        ("due-date", "Estimated due date", written_date(facts.due_date)),
    ]


def care_home_of(row: Facts | Vaccination) -> str:
    """Its name, with address and ODS code where the directory knew them."""
    code = f"({row.care_home_ods})" if row.care_home_ods else ""
    named = " ".join(filter(None, (row.care_home, code)))
    return ", ".join(filter(None, (named, row.care_home_address)))


def _giving(recording: Recording) -> Sequence[Told]:
    facts = recording.facts
    full = {True: "Yes, both nostrils", False: "No, one nostril", None: ""}[facts.full_dose]
    mechanism = facts.legal_mechanism
    return [
        ("assess", "Assessed by", _name(facts.assessor)),
        ("assess", "Legal mechanism", mechanism.label if mechanism else ""),
        ("consent", "Consent", _consent(recording)),
        (
            "consent",
            "Consent taken by",
            _name(facts.consenter),
        ),
        ("giving", "Injection site", facts.injection_site.label if facts.injection_site else ""),
        ("giving", "Full dose", full),
    ]


def _consent(recording: Recording) -> str:
    """*Patient (Ada Jones)*, or who consented, by name and relationship."""
    facts = recording.facts
    if facts.consent is None:
        return ""
    named = [facts.consent_name, facts.consent_relationship]
    if not any(named) and recording.patient is not None:
        named = [recording.patient.full_name]
    return f"{facts.consent.label} ({', '.join(name for name in named if name)})"
