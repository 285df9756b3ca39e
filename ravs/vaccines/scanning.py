"""What a scanner types when it reads a GS1 DataMatrix: GTIN, expiry date and batch number.

The GS1 grammar is the library's. Here stands only what scanners do to it on the way: they leave
out the separator, write it visibly, or send the symbology identifier in another case.
"""

import re
from dataclasses import dataclass
from datetime import date

from biip import ParseError
from biip.gs1_messages import GS1Message

from ravs.core.errors import Refusal

SEPARATOR = "\x1d"
WRITTEN_SEPARATORS = ("<GS>", "{GS}", "[GS]", "<FNC1>", "{FNC1}", "\u241d", "^]")
SYMBOLOGY = re.compile(r"^\][dDcCqQeE]\d")
GTIN, EXPIRY, BATCH = "01", "17", "10"
BEGINS_AS_CODE = re.compile(r"^(01\d{14}.|\(\d{2,4}\))")
RUNS_ON = re.compile(r".{3,}(17\d{6}|21.{6,}|11\d{6})")
"""A batch number that seems to hold another field, so the separator between them was lost."""


class CannotRead(Refusal):
    """It is a scanned code, but what it says is not sure."""

    message = (
        "We cannot read the batch number from the code you scanned. Type the batch number and"
        " the expiry date from the pack"
    )


@dataclass(frozen=True)
class Scan:
    """What a code says. ``gtin`` has 14 digits; the expiry may not be in the code."""

    gtin: str
    number: str
    expiry: date | None


def read(typed: str) -> Scan | None:
    """The code that a scanner typed; ``None`` for anything a person types.

    Raises:
        CannotRead
    """
    text = typed.strip()
    for written in WRITTEN_SEPARATORS:
        text = text.replace(written, SEPARATOR)
    is_marked = bool(SYMBOLOGY.match(text)) or text.startswith(SEPARATOR)
    text = SYMBOLOGY.sub("", text).strip(SEPARATOR)
    if not is_marked and not BEGINS_AS_CODE.match(text) and SEPARATOR not in text:
        return None
    return _said(_message(text), has_separators=SEPARATOR in text or text.startswith("("))


def _message(text: str) -> GS1Message:
    try:
        return GS1Message.parse_hri(text) if text.startswith("(") else GS1Message.parse(text)
    except ParseError as error:
        raise CannotRead from error


def _said(message: GS1Message, *, has_separators: bool) -> Scan:
    gtin = message.element_strings.get(ai=GTIN)
    batch = message.element_strings.get(ai=BATCH)
    expiry = message.element_strings.get(ai=EXPIRY)
    if gtin is None or gtin.gtin is None or batch is None:
        raise CannotRead
    if not has_separators and RUNS_ON.fullmatch(batch.value):
        raise CannotRead
    return Scan(gtin.value, batch.value, expiry.date if expiry else None)
