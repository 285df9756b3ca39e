"""What the pages of records show. Built from rows that were read; nothing here asks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from ravs.core import nhs_number
from ravs.core.presenters import written_date, written_moment
from ravs.organisations.models import Organisation
from ravs.patients.presenters import WITHHELD
from ravs.vaccinations.models import Outcome, Vaccination, Version
from ravs.vaccinations.recording.pages import care_home_of
from ravs.vaccinations.records.selectors import Slice

NO_NUMBER = "No NHS number"
GENDERS = {"male": "Male", "female": "Female", "other": "Other", "unknown": "Unknown"}


def address(name: str, organisation: Organisation, **keys: object) -> str:
    return reverse(f"vaccinations:{name}", kwargs={"ods": organisation.ods, **keys})


@dataclass(frozen=True)
class Tag:
    text: str
    colour: str


@dataclass(frozen=True)
class RecordRow:
    """One record in a list."""

    patient: str
    number: str
    href: str
    day: str
    vaccine: str
    product: str
    batch: str
    vaccinator: str
    tags: tuple[Tag, ...]


@dataclass(frozen=True)
class ListPage:
    """A list of records; ``newer`` and ``older`` lead to its other pages."""

    rows: tuple[RecordRow, ...]
    title: str
    is_search: bool
    has_records: bool
    are_deleted: bool
    is_filtered: bool
    by_name: bool
    vaccines: tuple[dict[str, Any], ...]
    vaccinators: tuple[dict[str, Any], ...]
    pagination: dict[str, Any] | None
    record: str


@dataclass(frozen=True)
class FindPage:
    back: str


@dataclass(frozen=True)
class Line:
    """One line of a summary; ``change`` leads to the page that edits it."""

    key: str
    value: str
    change: str = ""
    change_of: str = ""


@dataclass(frozen=True)
class Part:
    """Lines under one heading."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Difference:
    """What one line said before a change, and what it says since; empty where it said nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """How one version became the next; ``href`` opens what the record said before."""

    number: int
    who: str
    when: datetime
    differences: tuple[Difference, ...]
    is_deletion: bool
    reason: str
    href: str


@dataclass(frozen=True)
class RecordPage:
    """A record as it is, or as it was in one version."""

    patient: str
    tags: tuple[Tag, ...]
    parts: tuple[Part, ...]
    warnings: tuple[str, ...]
    recorder: str
    recorded_at: datetime
    version: int
    is_earlier: bool
    deleted_by: str
    deleted_at: datetime | None
    deletion_reason: str
    changes: tuple[Change, ...]
    delete: str
    back: str
    now: str


@dataclass(frozen=True)
class EditPage:
    """One question about a record. ``meanwhile``: what somebody else changed since."""

    title: str
    patient: str
    summary: str
    key: str
    version: int
    meanwhile: tuple[Change, ...]
    back: str


@dataclass(frozen=True)
class DeletePage:
    patient: str
    vaccine: str
    day: str
    key: str
    version: int
    meanwhile: tuple[Change, ...]
    back: str


def what(row: Vaccination) -> str:
    """The vaccine in the words of the day: *Flu, Fluenz*."""
    return f"{row.type.title}, {row.product_name}" if row.product_name else row.type.title


def tags_of(row: Vaccination) -> tuple[Tag, ...]:
    tags = []
    if row.is_deleted:
        tags.append(Tag("Deleted", "red"))
    if row.outcome == Outcome.NOT_GIVEN:
        tags.append(Tag("Not given", "orange"))
    if row.outcome == Outcome.NO_CONSENT:
        tags.append(Tag("No consent", "orange"))
    if row.recorded_late:
        tags.append(Tag("Recorded late", "grey"))
    if row.edited_at is not None:
        tags.append(Tag("Edited", "blue"))
    return tuple(tags)


def rows_of(found: Slice, organisation: Organisation) -> tuple[RecordRow, ...]:
    return tuple(
        RecordRow(
            patient=row.patient_name,
            number=nhs_number.written(row.nhs_number) or NO_NUMBER,
            href=address("view", organisation, vaccination=row.public_id),
            day=_when(row),
            vaccine=row.type.title,
            product=row.product_name,
            batch=row.batch_number,
            vaccinator=row.vaccinator_name or row.assessing_clinician_name,
            tags=tags_of(row),
        )
        for row in found.rows
    )


def _when(row: Vaccination) -> str:
    """The day it was given, with the time at which it was recorded on that day; the time of one
    that was typed in later says nothing."""
    is_same_day = row.given_on == row.recorded_on
    return written_moment(row.recorded_at) if is_same_day else written_date(row.given_on)


def pagination_of(found: Slice, path: str, query: str) -> dict[str, Any] | None:
    """The neighbouring pages, by the records they go on from."""
    joint = f"{path}?{query}&" if query else f"{path}?"
    params: dict[str, Any] = {}
    if found.newer:
        params["previous"] = {"href": f"{joint}after={found.newer}"}
    if found.older:
        params["next"] = {"href": f"{joint}before={found.older}"}
    return params or None


def select_items(choices: Iterable[tuple[str, str]], chosen: str) -> tuple[dict[str, Any], ...]:
    return tuple(
        {"value": value, "text": words, "selected": value == chosen} for value, words in choices
    )


def described(row: Vaccination) -> dict[str, tuple[str, str]]:
    """Everything a record can say: its label and its words by slug of the question, empty ones
    too."""
    is_given = row.is_given
    return {
        "outcome": ("Outcome", "" if is_given else Outcome(row.outcome).label),
        "outcome-reason": ("Reason", row.outcome_reason),
        "vaccine": ("Vaccine", row.type.title),
        "product": ("Product", row.product_name),
        "batch": ("Batch", _batch(row)),
        "dose-number": ("Dose", row.dose_label),
        "date": ("Date of vaccination" if is_given else "Date", written_date(row.given_on)),
        "site": ("Site", row.site.name),
        "vaccinator": ("Vaccinator", row.vaccinator_name),
        "location": ("Location type", row.location_type_label),
        "care-home": ("Care home", care_home_of(row)),
        "eligibility": ("Eligibility", row.eligibility_label),
        "staff-role": ("Healthcare worker role", row.staff_role_label),
        "due-date": ("Estimated due date", written_date(row.due_date)),
        "assessed": ("Assessed by", row.assessing_clinician_name),
        "assessed-on": ("Assessed on", _unless(row.given_on, row.assessed_on)),
        "legal-mechanism": ("Legal mechanism", row.legal_mechanism_label),
        "consent": ("Consent given by", _consent(row)),
        "consent-taken": ("Consent taken by", row.consenting_clinician_name),
        "giving": _giving(row),
        "note": ("Note", row.note),
    }


def _batch(row: Vaccination) -> str:
    if not row.batch_number:
        return ""
    expires = f", expires {written_date(row.batch_expiry)}" if row.batch_expiry else ""
    return _joined(f"{row.batch_number}{expires}", row.pack_size_label)


def _consent(row: Vaccination) -> str:
    return _joined(row.consent_giver_label, row.consent_name, row.consent_relationship)


def _unless(same: date, day: date | None) -> str:
    """A day that differs from the vaccination's; the same day need not be said twice."""
    return written_date(day) if day and day != same else ""


def _giving(row: Vaccination) -> tuple[str, str]:
    if row.full_dose is not None:
        return "Dose given", "Full dose" if row.full_dose else "Half dose, in one nostril"
    return "Injection site", row.injection_site_label


def _joined(*words: str) -> str:
    return ", ".join(word for word in words if word)


PATIENT = "Patient"
VACCINATION = "Vaccination"


def parts_of(row: Vaccination, changes: dict[str, tuple[str, str]]) -> tuple[Part, ...]:
    """The summary. ``changes``: where a line is edited, and what the link calls it, by slug."""
    told = (
        ("Name", row.patient_name),
        ("Date of birth", written_date(row.birth_date)),
        ("NHS number", nhs_number.written(row.nhs_number) or NO_NUMBER),
        ("Gender", GENDERS.get(row.gender, row.gender)),
        ("Postcode", WITHHELD if row.patient.sensitive else row.postcode),
    )
    patient = tuple(Line(key, value) for key, value in told if value)
    said = described(row)
    lines = tuple(
        Line(label, words or "Not recorded", *changes.get(slug, ("", "")))
        for slug, (label, words) in said.items()
        if words or slug in changes
    )
    return (Part(PATIENT, patient), Part(VACCINATION, lines))


def differences(before: Vaccination, after: Vaccination) -> tuple[Difference, ...]:
    then, since = described(before), described(after)
    return tuple(
        Difference(since[slug][0], then[slug][1], since[slug][1])
        for slug in since
        if then[slug][1] != since[slug][1]
    )


def changes_of(
    now: Vaccination, versions: Sequence[tuple[Version, Vaccination]]
) -> tuple[Change, ...]:
    """Every change, the latest first. ``versions``: with the record as it was in each."""
    told = []
    after = now
    for version, before in versions:
        told.append(
            Change(
                number=version.number,
                who=version.replaced_by.full_name,
                when=version.replaced_at,
                differences=differences(before, after),
                is_deletion="deleted_at" in version.changed,
                reason=version.reason,
                href=address(
                    "version",
                    now.organisation,
                    vaccination=now.public_id,
                    number=version.number,
                ),
            )
        )
        after = before
    return tuple(told)
