"""Putting the pages of one record together."""

from ravs.vaccinations.models import Vaccination, Version
from ravs.vaccinations.recording.warnings import LATE_AFTER_DAYS
from ravs.vaccinations.records import selectors
from ravs.vaccinations.records.presenters import (
    Change,
    RecordPage,
    address,
    changes_of,
    parts_of,
    tags_of,
)
from ravs.vaccinations.records.questions import QUESTIONS, is_edited, label_of
from ravs.vaccinations.records.reading import Reading
from ravs.vaccinations.records.versions import as_record
from ravs.vaccines.models import Rule, RuleKind

WARNED = {
    "late": f"It was recorded more than {LATE_AFTER_DAYS} days after the vaccination",
    "pcn": "The patient’s GP surgery was not in the primary care network",
    "repeat": "The same vaccine had been recorded for the patient on the same day",
    RuleKind.AGE: "The patient’s age was not usual for this vaccine",
    RuleKind.INTERVAL: "The previous dose was given more recently than is usual",
    RuleKind.MOST_DOSES: "The patient had already had as many doses as is usual",
    RuleKind.PREGNANCY: "The week of pregnancy was not usual for this vaccine",
}
OTHER = "Something was unusual about this vaccination"


def warnings_of(row: Vaccination) -> tuple[str, ...]:
    """What the recorder was warned of and went on from, in plain words."""
    codes = [str(key).partition(":")[0] for key in row.warnings]
    if not codes:
        return ()
    kinds = dict(Rule.objects.filter(code__in=codes).values_list("code", "kind"))
    words = [WARNED.get(kinds.get(code, code), OTHER) for code in codes]
    return tuple(dict.fromkeys(words))


def history_of(row: Vaccination) -> tuple[Change, ...]:
    versions = selectors.versions_of(row)
    return changes_of(row, [(version, as_record(version, row)) for version in versions])


def changes_since(row: Vaccination, shown_version: int) -> tuple[Change, ...]:
    return tuple(change for change in history_of(row) if change.number >= shown_version)


def record_page(row: Vaccination, reading: Reading) -> RecordPage:
    """The record as it is now, with a way to edit each line that can be edited."""
    edits = {
        question.slug: (
            address("edit", row.organisation, vaccination=row.public_id, field=question.slug),
            label_of(question, row),
        )
        for question in QUESTIONS
        if is_edited(question, reading)
    }
    return _page(row, edits, history_of(row), is_earlier=False)


def version_page(row: Vaccination, version: Version) -> RecordPage:
    """The record as it was; nothing of it can be edited."""
    return _page(as_record(version, row), {}, (), is_earlier=True)


def _page(
    row: Vaccination,
    edits: dict[str, tuple[str, str]],
    changes: tuple[Change, ...],
    *,
    is_earlier: bool,
) -> RecordPage:
    keys = {"vaccination": row.public_id}
    may_delete = not (row.is_deleted or is_earlier)
    return RecordPage(
        patient=row.patient_name,
        tags=tags_of(row),
        parts=parts_of(row, edits),
        warnings=warnings_of(row),
        recorder=row.recorder_name,
        recorded_at=row.recorded_at,
        version=row.version,
        is_earlier=is_earlier,
        deleted_by=row.deleted_by.full_name if row.deleted_by else "",
        deleted_at=row.deleted_at,
        deletion_reason=row.deletion_reason,
        changes=changes,
        delete=address("delete", row.organisation, **keys) if may_delete else "",
        back=address("records", row.organisation),
        now=address("view", row.organisation, **keys),
    )
