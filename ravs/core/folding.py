"""How names are compared: one folding for everybody's, whichever room keeps them."""

import re
import unicodedata

# UTF-8 never contains this byte, so ``prefix + LAST`` is above every text with that prefix.
LAST = b"\xff"
TERM_BYTES = 330
MOST_PARTS = 6

# Letters that Unicode does not take apart, as people without them on the keyboard type them.
WHOLE_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i"}  # noqa: RUF001
)


def fold(text: str) -> str:
    """``text`` as it is compared: any case, accents folded, spaces collapsed.

    Taken apart on both sides of folding case, since each can bring work for the other.
    """
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", plain.translate(WHOLE_LETTERS).replace("’", "'")).strip()


def key(text: str) -> bytes:
    """Folded ``text`` as bytes: the same order on every database."""
    return fold(text).encode()[:TERM_BYTES]


def prefix_range(query: str) -> tuple[bytes, bytes]:
    """The half-open range of terms that begin with ``query``."""
    wanted = key(query)
    return wanted, wanted + LAST


def parts(name: str) -> list[str]:
    """The parts of a name, folded, with nothing left but letters and digits.

    "O’Brien Smith-Jones" has four of them: o, brien, smith, jones.
    """
    letters = "".join(c if c.isalnum() else " " for c in fold(name))
    return letters.split()


def squash(name: str) -> str:
    """A name without whatever parts its parts: "O’Brien", "O Brien" and "Obrien" are one."""
    return "".join(parts(name))


def joined(name: str) -> tuple[str, ...]:
    """Everything a name may be typed as: its parts, and each run of neighbours as one word."""
    found = parts(name)[:MOST_PARTS]
    ends = range(1, len(found) + 1)
    runs = ("".join(found[start:end]) for start in range(len(found)) for end in ends if start < end)
    return tuple(dict.fromkeys((*runs, squash(name))))
