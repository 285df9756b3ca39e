"""Reading care homes from a file: all of them, or none where a line is wrong."""

import csv
import re
from pathlib import Path

from django.db import transaction

from ravs.core.errors import Refusal
from ravs.integrations.ods.models import Listed

COLUMNS = ("ods", "name", "address")
CODE = re.compile(r"[A-Z0-9]{3,10}")
MOST_TOLD = 10
LONGEST_NAME, LONGEST_ADDRESS = 100, 200


class WrongFile(Refusal):
    """What is wrong with a file, line by line."""


def load(file: Path) -> int:
    """Put the care homes of ``file`` into the directory, new details for old; says how many.

    Raises:
        WrongFile
    """
    rows, wrong = [], []
    with file.open(encoding="utf-8-sig", newline="") as opened:
        lines = csv.DictReader(opened)
        missing = set(COLUMNS) - set(lines.fieldnames or ())
        if missing:
            raise WrongFile(f"The first line must name the columns {', '.join(COLUMNS)}.")
        for number, line in enumerate(lines, 2):
            try:
                rows.append(_listed({name: (line[name] or "").strip() for name in COLUMNS}))
            except ValueError as error:
                wrong.append(f"line {number}: {error}")
    if wrong:
        raise WrongFile(f"Nothing was loaded. {'; '.join(wrong[:MOST_TOLD])}")
    with transaction.atomic():
        return Listed.write(rows)


def _listed(cells: dict[str, str]) -> Listed:
    """Raises ``ValueError`` with what is wrong."""
    code = cells["ods"].upper()
    if not CODE.fullmatch(code):
        raise ValueError("ods must be an ODS code, 3 to 10 letters and digits")
    if not 0 < len(cells["name"]) <= LONGEST_NAME:
        raise ValueError(f"name must have 1 to {LONGEST_NAME} characters")
    if len(cells["address"]) > LONGEST_ADDRESS:
        raise ValueError(f"address must have at most {LONGEST_ADDRESS} characters")
    return Listed(ods=code, name=cells["name"], address=cells["address"])
