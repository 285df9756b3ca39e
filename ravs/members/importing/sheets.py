"""What was read from a file or a pasted list, before anybody asks what its columns mean."""

import re
import unicodedata
from dataclasses import dataclass

from ravs.core.csv import plain_cell
from ravs.core.errors import Refusal

MOST_ROWS = 10_000
MOST_LINES = 100_000
"""Lines of a file, the empty ones with them: an empty spreadsheet can be a million lines long."""

MOST_COLUMNS = 50
MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 40 * 1024 * 1024
MOST_PARTS = 1000
MOST_CELL = 1000

FORMULA = "(formula)"
"""Stands for a cell that holds a formula: it is neither computed nor shown to anybody again."""


class Unreadable(Refusal):
    """The list cannot be used at all. The message says what to do about it."""


@dataclass(frozen=True)
class Line:
    """One line that is not empty, by its number in the file."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """The lines of a list; ``notes`` are sentences for the person who gave it."""

    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()


def too_many_rows() -> Unreadable:
    return Unreadable(
        f"The list has more than {MOST_ROWS:,} people. Split it into several lists and add them"
        " one after the other"
    )


def tidy(text: str) -> str:
    """A cell as a person sees it: without control and invisible characters, on one line."""
    kept = (
        " " if unicodedata.category(letter) == "Cc" else letter
        for letter in text[: MOST_CELL + 1]
        if unicodedata.category(letter) != "Cf"
    )
    seen = re.sub(r"\s+", " ", "".join(kept)).strip()
    while (plain := plain_cell(seen).strip()) != seen:
        seen = plain
    return FORMULA if seen.startswith(("=", "＝")) else seen  # noqa: RUF001
