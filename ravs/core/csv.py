"""Writing CSV that is text and nothing else, wherever it is opened (RFC 4180; ASVS 1.2.10).

A spreadsheet takes a cell that begins with one of a few characters for a formula and computes it.
Such a cell gets an apostrophe in front, which spreadsheets show as text; ``plain_cell`` takes it
away again, so that a file which we wrote can be mended and read back.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date

from django.http import HttpResponse

FORMULA = frozenset("=+-@")
CONTROL = frozenset("\t\r\n\0")
QUOTES = frozenset("\"'`‘’“”«»")
MARK = "'"
UTF8 = "utf-8-sig"
"""With a byte order mark, without which Excel takes the file for Windows-1252."""


def safe_cell(value: object) -> str:
    """``value`` as text that no spreadsheet computes. Applied twice it protects twice."""
    text = _text_of(value)
    return MARK + text if _is_dangerous(text) else text


def plain_cell(text: str) -> str:
    """``text`` without the apostrophe of ``safe_cell``; any other apostrophe stays."""
    return text[1:] if text.startswith(MARK) and _is_dangerous(text[1:]) else text


def _text_of(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def _is_dangerous(text: str) -> bool:
    """Whether a spreadsheet might see a formula behind what it skips at the beginning."""
    for letter in text:
        folded = unicodedata.normalize("NFKC", letter)[:1]
        if folded in FORMULA or letter in CONTROL:
            return True
        if not (_is_skipped(letter) or letter in QUOTES or folded in QUOTES):
            return False
    return False


def _is_skipped(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) in {"Cc", "Cf", "Zs", "Zl", "Zp"}


def to_csv(rows: Iterable[Sequence[object]]) -> bytes:
    """``rows``, the headings first, as a file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return out.getvalue().encode(UTF8)


def download(name: str, rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A CSV file that the browser keeps under ``name``, which is made by us."""
    response = HttpResponse(to_csv(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
