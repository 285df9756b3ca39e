"""What the pages of bulk adding show. Built from loaded rows; nothing here asks the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from ravs.core.pagination import Page
from ravs.core.presenters import written_date
from ravs.members.importing import words
from ravs.members.importing.columns import HEADINGS, Field
from ravs.members.importing.judging import ADDED, Shared
from ravs.members.models import Import, ImportRow, RowOutcome, RowVerdict
from ravs.members.presenters import Row, Tab, url_of
from ravs.organisations.models import Organisation

PASTED = "Pasted list"


def url_of_import(job: Import, name: str = "import") -> str:
    return reverse(f"members:{name}", kwargs={"ods": job.organisation.ods, "job": job.public_id})


def name_of(job: Import) -> str:
    return job.name or PASTED


@dataclass(frozen=True)
class FormPage:
    """Upload or paste; ``key`` names the submission."""

    key: str
    headings: tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """One row of a list with what is said of it."""

    line: str
    name: str
    href: str
    email: str
    rights: str
    tag: str
    colour: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class CheckedPage:
    """The dry run of a list."""

    name: str
    summary: tuple[Row, ...]
    notes: tuple[str, ...]
    tabs: tuple[Tab, ...]
    rows: tuple[Said, ...]
    caption: str
    pages: Page
    to_add: int
    leads: int
    problems: int
    problems_url: str
    mend_url: str
    key: str
    may_add: bool


@dataclass(frozen=True)
class ProgressPage:
    """A list that is being checked, or whose people are being added."""

    name: str
    is_checking: bool
    done: int
    total: int
    progress_url: str

    @property
    def words(self) -> str:
        if self.is_checking:
            return f"Checked {self.done:,} of {words.rows(self.total)}."
        return f"Added {self.done:,} of {words.people(self.total)}."


@dataclass(frozen=True)
class ReceiptPage:
    """What became of each row."""

    name: str
    summary: tuple[Row, ...]
    stopped: str
    is_cancelled: bool
    is_forgotten: bool
    tabs: tuple[Tab, ...]
    rows: tuple[Said, ...]
    caption: str
    pages: Page
    problems: int
    problems_url: str
    mend_url: str
    receipt_url: str


@dataclass(frozen=True)
class Listed:
    """One earlier list."""

    name: str
    href: str
    by: str
    when: datetime
    rows: int
    state: str


@dataclass(frozen=True)
class ListsPage:
    """All lists of the organisation, newest first."""

    lists: tuple[Listed, ...]
    pages: Page
    may_add: bool


def checked_rows(rows: Sequence[ImportRow]) -> tuple[Said, ...]:
    return tuple(_said(row, *words.TAGS[RowVerdict(row.verdict)], words.why(row)) for row in rows)


def receipt_rows(rows: Sequence[ImportRow]) -> tuple[Said, ...]:
    return tuple(_receipt(row) for row in rows)


def _receipt(row: ImportRow) -> Said:
    tag = words.OUTCOMES[RowOutcome(row.outcome)] if row.outcome else words.WAITING
    why = words.why(row) if row.outcome == RowOutcome.LEFT_OUT else (row.reason,)
    return _said(row, *tag, why)


def _said(row: ImportRow, tag: str, colour: str, why: tuple[str, ...]) -> Said:
    member, organisation = row.membership, row.job.organisation
    return Said(
        line=str(row.line),
        name=_name_of(row),
        href=url_of("person", organisation, member.public_id) if member else "",
        email=row.email or row.typed.get(Field.EMAIL, ""),
        rights=words.rights_of(row),
        tag=tag,
        colour=colour,
        why=tuple(sentence for sentence in why if sentence),
    )


def _name_of(row: ImportRow) -> str:
    """The name as it was understood; as it was typed where it was not; the person's own name once
    the typed one is forgotten."""
    if row.first_name or row.last_name:
        return f"{row.first_name} {row.last_name}".strip()
    halves = (row.typed.get(Field.FIRST_NAME, ""), row.typed.get(Field.LAST_NAME, ""))
    typed = row.typed.get(Field.NAME) or " ".join(filter(None, halves))
    return typed or (row.membership.account.full_name if row.membership else "No name")


def tabs_of(
    path: str, counts: Mapping[str, int], labels: Mapping[Any, tuple[str, str]], current: str
) -> tuple[Tab, ...]:
    """All rows, and each verdict or outcome that some row has."""
    tabs = [Tab("All", sum(counts.values()), path, not current)]
    for value, (label, _) in labels.items():
        if counts.get(value):
            href = f"{path}?show={value}"
            tabs.append(Tab(label, counts[value], href, current == value))
    return tuple(tabs)


def summary_of(job: Import) -> tuple[Row, ...]:
    """How a list was understood."""
    reading = job.reading
    found = ", ".join(HEADINGS[Field(name)] for name in reading.get("fields", ()))
    rows = [Row("List", name_of(job)), Row("Rows", f"{job.total:,}"), Row("Columns used", found)]
    if reading.get("ignored"):
        rows.append(Row("Columns not used", ", ".join(reading["ignored"])))
    rows += _shared_rows(Shared.of(reading.get("shared", {})))
    return tuple(rows)


def _shared_rows(shared: Shared) -> list[Row]:
    """The answers that were given for rows which have none."""
    given = [shared.level.label if shared.level else ""]
    if shared.vaccinator is not None:
        given.append("vaccinator" if shared.vaccinator else "not a vaccinator")
    given.append("registered clinician" if shared.clinician else "")
    given.append(f"from {written_date(shared.starts_on)}" if shared.starts_on else "")
    given.append(f"until {written_date(shared.ends_on)}" if shared.ends_on else "")
    said = ", ".join(filter(None, given))
    return [Row("For rows that do not say", said)] if said else []


def caption_of(pages: Page) -> str:
    if pages.pages > 1:
        return f"Showing {pages.start + 1:,} to {pages.stop:,} of {words.rows(pages.total)}"
    return words.rows(pages.total)


def to_add(counts: Mapping[str, int]) -> int:
    return sum(counts.get(verdict, 0) for verdict in ADDED)


def listed(job: Import, organisation: Organisation) -> Listed:
    return Listed(
        name=name_of(job),
        href=reverse("members:import", kwargs={"ods": organisation.ods, "job": job.public_id}),
        by=job.actor.full_name,
        when=job.created_at,
        rows=job.total,
        state=job.get_state_display(),
    )
