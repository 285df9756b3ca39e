"""Lists as text: with commas, semicolons or tabs between the cells, or plain email addresses."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from ravs.members.importing.sheets import (
    MOST_COLUMNS,
    MOST_LINES,
    MOST_ROWS,
    Line,
    Sheet,
    Unreadable,
    tidy,
    too_many_rows,
)

DELIMITERS = (",", ";", "\t")
LOOKED_AT = 20
"""Records that decide which character stands between the cells."""

SEPARATOR_LINE = re.compile(r"\Asep=(.)\r?\n?", re.IGNORECASE)
"""What Excel writes, and reads, above a file whose separator is not the usual one."""

NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<email>[^<>\s]+@[^<>\s]+)>")
BARE = re.compile(r"[^\s,;<>\"]+@[^\s,;<>\"]+")
HEADINGS = Line(0, ("Name", "Email address"))


def read_text(text: str) -> Sheet:
    """``text`` as lines of cells.

    Raises:
        Unreadable
    """
    text = text.lstrip("\ufeff")
    if not text.strip():
        raise Unreadable("The list is empty")
    addresses = read_addresses(text)
    return addresses or read_cells(text)


def read_cells(text: str) -> Sheet:
    said = SEPARATOR_LINE.match(text)
    skipped = 0
    if said:
        text, skipped = text[said.end() :], 1
    delimiter = said[1] if said else delimiter_of(text)
    return Sheet(tuple(_lines(text, delimiter, skipped)))


def delimiter_of(text: str) -> str:
    """The character that makes the most cells of the first records; a comma if all make one."""
    return max(DELIMITERS, key=lambda delimiter: _cells_made(text, delimiter))


def _cells_made(text: str, delimiter: str) -> int:
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return sum(len(record) - 1 for record in islice(records, LOOKED_AT) if record)
    except csv.Error:
        return 0


def _lines(text: str, delimiter: str, skipped: int) -> Iterator[Line]:
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found, before = 0, 0
    while True:
        try:
            record = next(records)
        except StopIteration:
            return
        except csv.Error as error:
            raise _unclosed(skipped + before + 1) from error
        number, before = skipped + before + 1, records.line_num
        if any(_swallowed(cell, delimiter) for cell in record):
            raise _unclosed(number)
        cells = tuple(tidy(cell) for cell in record[:MOST_COLUMNS])
        if not any(cells):
            continue
        found += 1
        if found > MOST_ROWS * 2 or number > MOST_LINES:
            raise too_many_rows()
        yield Line(number, cells)


def _swallowed(cell: str, delimiter: str) -> bool:
    """Whether other people's lines ended up in one cell, between two stray quotation marks."""
    return "\n" in cell.replace("\r", "\n").strip() and delimiter in cell and "@" in cell


def _unclosed(number: int) -> Unreadable:
    return Unreadable(
        f"Line {number} has a quotation mark that does not belong there or is not closed."
        " Take it away and try again"
    )


def read_addresses(text: str) -> Sheet | None:
    """Addresses as mail programs write them: ``Rosa Raa <rosa.raa@nhs.net>``, or bare.

    One on each line, or several with semicolons or commas between them. ``None`` when any line
    is something else.
    """
    found: list[tuple[int, str, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        people = _people_of(line)
        if people is None or len(found) > MOST_ROWS * 2:
            return None
        found += [(number, name, email) for name, email in people]
    numbers = [number for number, _, _ in found]
    if len(set(numbers)) < len(numbers):
        numbers = list(range(1, len(found) + 1))
    people_lines = (
        Line(number, (tidy(name).strip("\"' "), tidy(email)))
        for number, (_, name, email) in zip(numbers, found, strict=True)
    )
    return Sheet((HEADINGS, *people_lines))


def _people_of(line: str) -> list[tuple[str, str]] | None:
    people = []
    for piece in filter(None, (each.strip() for each in re.split(r"[;\t]", line))):
        named = NAMED.fullmatch(piece.rstrip(", "))
        if named:
            people.append((named["name"].strip().rstrip(","), named["email"]))
            continue
        bare = [each.strip() for each in piece.split(",") if each.strip()]
        if not all(BARE.fullmatch(each) for each in bare):
            return None
        people += [("", email) for email in bare]
    return people
