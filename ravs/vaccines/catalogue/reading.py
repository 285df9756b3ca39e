"""From a file to a ``Document``, or to a list of what is wrong with it in plain English."""

import hashlib
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ravs.core.errors import Refusal
from ravs.vaccines.catalogue.rows import TABLES, Document

MOST_BYTES = 5 * 1024 * 1024
MOST_TOLD = 20
NAMED_BY = ("code", "name", "type")

WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is no field of this table",
    "string_type": "must be text in quotation marks",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false, without quotation marks",
    "date_type": "must be a date without quotation marks, such as 2026-09-01",
    "date_from_datetime_inexact": "must be a date without a time, such as 2026-09-01",
    "list_type": "must be a list in square brackets",
    "tuple_type": "must be a list in square brackets",
    "decimal_type": "must be a number",
    "decimal_parsing": "must be a number",
    "finite_number": "must be a number",
    "decimal_max_digits": "must be below 100, with at most 2 decimal places",
    "decimal_max_places": "must have at most 2 decimal places",
    "decimal_whole_digits": "must be below 100",
}


class BadCatalogue(Refusal):
    """The file cannot be used; nothing was changed. ``faults`` says everything that is wrong."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        self.summary = f"The catalogue has {count}. Nothing was changed."
        super().__init__(" ".join([self.summary, *faults[:MOST_TOLD]]))


def read(path: Path) -> tuple[Document, str]:
    """The file's content and the SHA-256 of its bytes. Raises ``BadCatalogue``."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadCatalogue([f"The file cannot be read: {error.strerror}."]) from error
    return document(content), hashlib.sha256(content).hexdigest()


def document(content: bytes) -> Document:
    """What a file says. Raises ``BadCatalogue`` with every fault of its rows."""
    if len(content) > MOST_BYTES:
        raise BadCatalogue(["The file is larger than 5 MB."])
    try:
        raw = tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise BadCatalogue(["The file is no UTF-8 text."]) from error
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise BadCatalogue([f"The file is no TOML: {error}."]) from error
    return validated(raw)


def validated(raw: dict[str, Any]) -> Document:
    """The rows of a parsed file, each field checked. Raises ``BadCatalogue``."""
    _fill_in_first_day(raw)
    try:
        return Document.model_validate(raw)
    except ValidationError as error:
        faults = [_told(fault, raw) for fault in error.errors(include_url=False)]
        raise BadCatalogue(faults) from error


def _fill_in_first_day(raw: dict[str, Any]) -> None:
    """``valid_from`` at the head of a file stands for that of each row which says none."""
    if "valid_from" not in raw:
        return
    first_day = raw.pop("valid_from")
    for table in TABLES:
        rows = raw.get(table)
        for row in rows if isinstance(rows, list) else []:
            if isinstance(row, dict):
                row.setdefault("valid_from", first_day)


def _told(fault: ErrorDetails, raw: dict[str, Any]) -> str:
    place = fault["loc"]
    if not place or place[0] not in TABLES or len(place) < 2:
        return f"{_path(place) or 'The file'} {_words(fault)}."
    row = place_of(str(place[0]), raw[place[0]], place[1])
    field = _path(tuple(part for part in place[2:] if not str(part).startswith("function")))
    return f"{row}: {field} {_words(fault)}.".replace(":  ", ": ")


def place_of(table: str, rows: Any, index: Any) -> str:
    """A row as a person finds it again: its table, its number, and what it calls itself."""
    row = rows[index] if isinstance(rows, list) and isinstance(index, int) else {}
    names = [str(row[name]) for name in NAMED_BY if isinstance(row, dict) and row.get(name)]
    called = f" ({names[0][:60]})" if names else ""
    return f"{table}, row {int(index) + 1 if isinstance(index, int) else index}{called}"


def _path(parts: tuple[int | str, ...]) -> str:
    told = ""
    for part in parts:
        told += f"[{part + 1}]" if isinstance(part, int) else f"{'.' if told else ''}{part}"
    return told


def _words(fault: ErrorDetails) -> str:
    kind, more = fault["type"], fault.get("ctx", {})
    if kind == "enum":
        return f"must be one of {str(more['expected']).replace(' or ', ', ')}"
    if kind == "string_too_long":
        return f"must have at most {more['max_length']} characters"
    if kind == "string_too_short":
        return "must not be blank: leave the field out"
    if kind == "value_error":
        return str(more["error"])
    if kind in {"greater_than_equal", "less_than_equal", "greater_than"}:
        return fault["msg"].replace("Input should be", "must be")
    return WORDS.get(kind, fault["msg"].replace("Input should", "must"))
