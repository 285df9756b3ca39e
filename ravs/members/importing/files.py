"""The files of bulk adding: the template, the rows to mend, the receipts."""

from collections.abc import Iterable, Iterator

from ravs.core.csv import safe_cell
from ravs.members.importing import words
from ravs.members.importing.columns import HEADINGS, Field
from ravs.members.importing.presenters import receipt_rows
from ravs.members.models import Import, ImportRow, Level

EXAMPLE = {
    Field.FIRST_NAME: "Rosa",
    Field.LAST_NAME: "Example",
    Field.EMAIL: "rosa.example@nhs.net",
    Field.LEVEL: Level.RECORDER.label,
    Field.VACCINATOR: "Yes",
    Field.CLINICIAN: "No",
    Field.STARTS_ON: "",
    Field.ENDS_ON: "",
}
WHAT_IS_WRONG = "What needs changing"
RECEIPT = ("Line", "Name", "Email address", "Permission", "Result", "Why")


def template_fields(*, records_clinicians: bool) -> tuple[Field, ...]:
    return tuple(f for f in EXAMPLE if records_clinicians or f != Field.CLINICIAN)


def template_rows(*, records_clinicians: bool) -> list[list[str]]:
    """The headings, and one line as an example."""
    fields = template_fields(records_clinicians=records_clinicians)
    return [[HEADINGS[field] for field in fields], [EXAMPLE[field] for field in fields]]


def problem_lines(job: Import, rows: Iterable[ImportRow]) -> Iterator[list[str]]:
    """The rows with problems as they were typed, and what is wrong: to be mended and added."""
    fields = [Field(name) for name in job.reading.get("fields", ())]
    yield [*(HEADINGS[field] for field in fields), WHAT_IS_WRONG]
    for row in rows:
        yield [*(row.typed.get(field, "") for field in fields), " ".join(words.why(row))]


def to_paste(job: Import, rows: Iterable[ImportRow]) -> str:
    """The same for the text box, with tabs, which no cell holds."""
    lines = (line[:-1] for line in problem_lines(job, rows))
    return "\n".join("\t".join(safe_cell(cell) for cell in line) for line in lines)


def receipt_lines(rows: Iterable[ImportRow]) -> Iterator[list[str]]:
    yield list(RECEIPT)
    for row in rows:
        [said] = receipt_rows([row])
        yield [
            str(row.line),
            said.name,
            said.email,
            said.rights if row.level else "",
            said.tag,
            " ".join(said.why),
        ]
