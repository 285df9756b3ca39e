"""What the columns of a list mean: by their headings, or by what stands in them where that is
certain."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ravs.members.importing.sheets import MOST_ROWS, Line, Sheet, Unreadable, too_many_rows
from ravs.members.importing.values import answer_of, level_of


class Field(StrEnum):
    """What a list can say of a person."""

    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    NAME = "name"
    EMAIL = "email"
    LEVEL = "level"
    VACCINATOR = "vaccinator"
    CLINICIAN = "clinician"
    STARTS_ON = "starts_on"
    ENDS_ON = "ends_on"


HEADINGS = {
    Field.FIRST_NAME: "First name",
    Field.LAST_NAME: "Last name",
    Field.NAME: "Name",
    Field.EMAIL: "Email address",
    Field.LEVEL: "Permission level",
    Field.VACCINATOR: "Vaccinator",
    Field.CLINICIAN: "Clinician",
    Field.STARTS_ON: "Start date",
    Field.ENDS_ON: "End date",
}
"""What each is called on our pages and in our files."""

SYNONYMS = {
    Field.FIRST_NAME: "first name|forename|forenames|given name|given names|christian name|first",
    Field.LAST_NAME: "last name|surname|family name|second name|last",
    Field.NAME: "name|full name|display name|whole name|staff name",
    Field.EMAIL: (
        "email|e mail|email address|e mail address|mail|mail address|nhs email|nhs email address"
        "|nhs mail|nhsmail|nhsmail address|nhs net email|work email|work email address"
    ),
    Field.LEVEL: (
        "permission level|permission|permissions|level|role|user role|access|access level"
        "|user level|ravs role|ravs permission level"
    ),
    Field.VACCINATOR: "vaccinator|is vaccinator|vaccinator status|are they a vaccinator|vaccinates",
    Field.CLINICIAN: (
        "clinician|registered clinician|is clinician|clinician status|are they a clinician"
        "|are they a registered clinician"
    ),
    Field.STARTS_ON: "start date|starts on|start|starts|from|start day|first day|date from",
    Field.ENDS_ON: "end date|ends on|end|ends|to|until|end day|last day|date to|leaving date",
}

LINES_BEFORE_HEADINGS = 10
WANTED = "“First name”, “Last name” and “Email address”"


@dataclass(frozen=True)
class Table:
    """The people of a list, each line by field; ``ignored``: headings that mean nothing here."""

    people: tuple[tuple[int, dict[str, str]], ...]
    fields: tuple[Field, ...]
    ignored: tuple[str, ...]
    notes: tuple[str, ...]

    def without(self, field: Field) -> "Table":
        """The same list where a column is of no use, so that it is named and not kept."""
        if field not in self.fields:
            return self
        people = tuple(
            (line, {name: text for name, text in typed.items() if name != field})
            for line, typed in self.people
        )
        fields = tuple(each for each in self.fields if each != field)
        return Table(people, fields, (*self.ignored, HEADINGS[field]), self.notes)


def normal(text: str) -> str:
    """A heading without case, accents, punctuation and spaces."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


KNOWN = {normal(word): field for field, words in SYNONYMS.items() for word in words.split("|")}


def field_of(heading: str) -> Field | None:
    """What a heading stands for; a remark in brackets, as in *Start date (dd/mm/yyyy)*, is none."""
    whole = KNOWN.get(normal(heading))
    return whole or KNOWN.get(normal(re.sub(r"[(\[].*", "", heading)))


def recognise(sheet: Sheet) -> Table:
    """The people of ``sheet``.

    Raises:
        Unreadable, when it is not certain which column is which
    """
    found = _headings_of(sheet.lines)
    headings: tuple[str, ...] = ()
    if found is None:
        columns, body = _by_content(sheet.lines), sheet.lines
        notes: tuple[str, ...] = (
            "There were no headings. We told the columns by what is in them.",
        )
    else:
        at, columns = found
        headings, body = sheet.lines[at].cells, sheet.lines[at + 1 :]
        notes = _notes_on(sheet.lines[at].number, at)
        columns = _without_whole_name(columns)
        _check_columns(columns, headings)
    if not body:
        raise Unreadable("The list has headings but no people")
    if len(body) > MOST_ROWS:
        raise too_many_rows()
    ignored = tuple(h for i, h in enumerate(headings) if h and i not in columns)
    people = tuple((line.number, _typed(line, columns)) for line in body)
    fields = tuple(field for field in Field if field in columns.values())
    return Table(people, fields, ignored, (*sheet.notes, *notes))


def _headings_of(lines: Sequence[Line]) -> tuple[int, dict[int, Field]] | None:
    """Where the headings stand, and which column each recognised one is; titles may come first."""
    for at, line in enumerate(lines[:LINES_BEFORE_HEADINGS]):
        columns = {i: field for i, cell in enumerate(line.cells) if (field := field_of(cell))}
        if Field.EMAIL in columns.values() and not any("@" in cell for cell in line.cells):
            return at, columns
        if len(set(columns.values())) > 1 and not any("@" in cell for cell in line.cells):
            return at, columns
    return None


def _notes_on(number: int, at: int) -> tuple[str, ...]:
    return (
        (f"We took line {number} for the headings and left out what stands above.",) if at else ()
    )


def _without_whole_name(columns: Mapping[int, Field]) -> dict[int, Field]:
    """Where both halves of a name have columns of their own, the whole one is not needed."""
    if {Field.FIRST_NAME, Field.LAST_NAME} <= set(columns.values()):
        return {i: field for i, field in columns.items() if field != Field.NAME}
    return dict(columns)


def _check_columns(columns: Mapping[int, Field], headings: Sequence[str]) -> None:
    for field in Field:
        twice = [headings[i] for i, each in sorted(columns.items()) if each == field]
        if len(twice) > 1:
            named = " and ".join(f"“{heading}”" for heading in twice)
            raise Unreadable(
                f"{len(twice)} columns mean the same: {named}. Keep one of them and try again"
            )
    if Field.EMAIL not in columns.values():
        raise Unreadable(f"No column is headed “Email address”. Use the headings {WANTED}")
    halves = {Field.FIRST_NAME, Field.LAST_NAME} - set(columns.values())
    if halves and Field.NAME not in columns.values():
        missing = " or ".join(f"“{HEADINGS[f]}”" for f in Field if f in halves)
        raise Unreadable(f"No column is headed {missing}. Use the headings {WANTED}")


def _by_content(lines: Sequence[Line]) -> dict[int, Field]:
    """Columns told by their cells, when only one reading of them is possible."""
    unknown = Unreadable(f"We cannot tell which column is which. Put headings above them: {WANTED}")
    width = max((len(line.cells) for line in lines), default=0)
    columns: dict[int, Field] = {}
    for i in range(width):
        cells = [line.cells[i] if i < len(line.cells) else "" for line in lines]
        if not any(cells):
            continue
        field = _field_by_cells(cells)
        if field is None or field in columns.values():
            raise unknown
        columns[i] = field
    if not {Field.EMAIL, Field.NAME} <= set(columns.values()):
        raise unknown
    return columns


def _field_by_cells(cells: Sequence[str]) -> Field | None:
    """Addresses, levels, and whole names of two words and more; nothing else is certain."""
    filled = [cell for cell in cells if cell]
    if all("@" in cell for cell in filled):
        return Field.EMAIL
    if all(level_of(cell) for cell in filled):
        return Field.LEVEL
    is_answer = any(answer_of(cell) is not None for cell in filled)
    if len(filled) == len(cells) and not is_answer and all(_is_whole_name(c) for c in filled):
        return Field.NAME
    return None


def _is_whole_name(cell: str) -> bool:
    is_letters = all(letter.isalpha() or letter in " -'’.,()" for letter in cell)
    return is_letters and len(cell.split()) > 1


def _typed(line: Line, columns: Mapping[int, Field]) -> dict[str, str]:
    """The cells of one person by field; what other columns hold is not kept."""
    return {
        field.value: line.cells[i]
        for i, field in columns.items()
        if i < len(line.cells) and line.cells[i]
    }
