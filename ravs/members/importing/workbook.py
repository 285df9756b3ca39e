"""Spreadsheets in the XLSX format, read cell by cell and held to limits before they are opened.

An XLSX file is a zip of XML. What it says it unpacks to is added up first, and ``zipfile`` never
unpacks more than was said; the XML is read by defusedxml, which refuses entities. Formulas are
seen as such (``data_only=False``) and never computed.
"""

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import openpyxl

from ravs.members.importing.sheets import (
    FORMULA,
    MOST_COLUMNS,
    MOST_LINES,
    MOST_PARTS,
    MOST_ROWS,
    MOST_UNPACKED,
    Line,
    Sheet,
    Unreadable,
    tidy,
    too_many_rows,
)

BROKEN = "The spreadsheet is damaged or cannot be read. Open it, save it again as XLSX or CSV"
NOT_A_WORKBOOK = "The file is not a spreadsheet. Save the list as XLSX or CSV and upload that"
TOO_LARGE = "The spreadsheet unpacks to more than it should. Save only the list, as CSV"


def read_workbook(data: bytes) -> Sheet:
    """The first visible sheet that is not empty.

    Raises:
        Unreadable
    """
    _check_parts(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which nobody reads here
            return _read(data)
    except Unreadable:
        raise
    except Exception as error:  # a broken file breaks the reader in any way it likes
        raise Unreadable(BROKEN) from error


def _check_parts(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Unreadable(BROKEN) from error
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise Unreadable(NOT_A_WORKBOOK)
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable(TOO_LARGE)


def _read(data: bytes) -> Sheet:
    book = openpyxl.load_workbook(
        io.BytesIO(data), read_only=True, data_only=False, keep_links=False
    )
    try:
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        for sheet in visible:
            lines = tuple(_lines(sheet))
            if lines:
                return Sheet(lines, _notes(sheet.title, len(book.worksheets) - 1))
    finally:
        book.close()
    raise Unreadable("The spreadsheet is empty")


def _notes(title: str, others: int) -> tuple[str, ...]:
    if not others:
        return ()
    rest = "1 other sheet" if others == 1 else f"{others} other sheets"
    return (f"We read the sheet “{tidy(title)}” and not the {rest} of the file.",)


def _lines(sheet: Any) -> Iterator[Line]:
    sheet.reset_dimensions()  # what the file says of its own size need not be true
    found = 0
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        if number > MOST_LINES:
            raise too_many_rows()
        cells = tuple(_text_of(cell) for cell in row)
        if not any(cells):
            continue
        found += 1
        if found > MOST_ROWS * 2:
            raise too_many_rows()
        yield Line(number, cells)


def _text_of(cell: Any) -> str:
    """A cell's value as text; dates as ISO, so that nobody confuses day and month."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return FORMULA
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return tidy(str(value))
