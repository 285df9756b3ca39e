"""Spreadsheets as people save them, made with the library that reads them and by hand."""

import io
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import openpyxl

HEAD = ("First name", "Last name", "Email", "Level", "Vaccinator")
MO = ("Mo", "Khan", "mo.khan@nhs.net", "Recorder", "Yes")
ZOE = ("Zoë", "Nuñez", "zoe.nunez@nhs.net", "administrator", "no")

MIDNIGHT = datetime.fromisoformat("2027-03-31")
MORNING = datetime.fromisoformat("2026-10-01T09:30")
Made = tuple[str, Callable[[], bytes], dict[int, str]]


def book(
    rows: Sequence[Sequence[Any]] = (HEAD, MO, ZOE), change: Callable[[Any], None] | None = None
) -> bytes:
    made = openpyxl.Workbook()
    sheet: Any = made.active
    sheet.title = "Staff"
    for cells in rows:
        sheet.append(list(cells))
    if change is not None:
        change(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def sheet_of(made: Any) -> Any:
    return made["Staff"]


def dated(*days: Any) -> bytes:
    return book([(*HEAD, "Start date", "End date"), (*MO, *days)])


def merged(made: Any) -> None:
    sheet_of(made).merge_cells("D2:D3")


def hidden_row(made: Any) -> None:
    sheet_of(made).row_dimensions[3].hidden = True


def other_sheets(made: Any) -> None:
    made.create_sheet("Notes").append(["Not", "for", "you"])


def hidden_sheet_first(made: Any) -> None:
    made.create_sheet("Lookups", 0).append(["Email", "Name"])
    made["Lookups"].sheet_state = "hidden"


def far_away(made: Any) -> None:
    sheet_of(made)["A60000"] = " "
    sheet_of(made)["XFD1"] = "far"


BOTH = {2: "add", 3: "add"}
WORKBOOKS: list[Made] = [
    ("a spreadsheet", book, BOTH),
    ("a spreadsheet without its extension's name", book, BOTH),
    ("several sheets", lambda: book(change=other_sheets), BOTH),
    ("a hidden sheet in front", lambda: book(change=hidden_sheet_first), BOTH),
    ("a hidden row", lambda: book(change=hidden_row), BOTH),
    ("merged cells", lambda: book(change=merged), {2: "add", 3: "invalid"}),
    ("cells far away", lambda: book(change=far_away), BOTH),
    (
        "empty rows above and between",
        lambda: book([(), (), HEAD, MO, (), ZOE]),
        {4: "add", 6: "add"},
    ),
    ("true and false", lambda: book([HEAD, (*MO[:4], True), (*ZOE[:4], False)]), BOTH),
    ("one and nought", lambda: book([HEAD, (*MO[:4], 1), (*ZOE[:4], 0.0)]), BOTH),
    ("a day as Excel keeps it", lambda: dated(date(2026, 10, 1), MIDNIGHT), {2: "add"}),
    ("a moment for a day", lambda: dated(MORNING, None), {2: "invalid"}),
    ("a day as text", lambda: dated("1 October 2026", "31/03/2027"), {2: "add"}),
    ("a number for a day", lambda: dated(46296, None), {2: "invalid"}),
    (
        "a formula in a spreadsheet",
        lambda: book([HEAD, (*MO[:2], '=A2&"@nhs.net"', *MO[3:])]),
        {2: "invalid"},
    ),
    (
        "a formula that asks another file",
        lambda: book([HEAD, ("='[x.xls]A'!A1", *MO[1:])]),
        {2: "invalid"},
    ),
    ("an error in a cell", lambda: book([HEAD, ("#REF!", *MO[1:])]), {2: "invalid"}),
    ("numbers for a name", lambda: book([HEAD, (12345, *MO[1:])]), {2: "invalid"}),
]
