"""From an upload or pasted text to lines of cells. What a file is, its content says, not its name.

Whatever comes in, what comes out is a ``Sheet`` or ``Unreadable``.
"""

import re

from ravs.members.importing.delimited import read_text
from ravs.members.importing.sheets import MOST_BYTES, Sheet, Unreadable
from ravs.members.importing.workbook import read_workbook

SAVE = "Save the list as XLSX or CSV and upload that"
OLD_EXCEL = (
    "The file is an old or a password-protected Excel file. Save it as XLSX without a password,"
    " or as CSV, and upload that"
)
KINDS: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0", OLD_EXCEL),
    (b"%PDF", f"The file is a PDF. {SAVE}"),
    (b"\x89PNG", f"The file is a picture. {SAVE}"),
    (b"\xff\xd8\xff", f"The file is a picture. {SAVE}"),
    (b"GIF8", f"The file is a picture. {SAVE}"),
    (b"{\\rtf", f"The file is a text document. {SAVE}"),
    (b"\x1f\x8b", f"The file is compressed. {SAVE}"),
    (b"Rar!", f"The file is compressed. {SAVE}"),
    (b"7z\xbc\xaf", f"The file is compressed. {SAVE}"),
)
"""How files begin which are no lists, and what to say of them."""

MARKUP = re.compile(r"\s*<(!doctype|html|head|body|table|\?xml|svg|!--)", re.IGNORECASE)
MARKS: tuple[tuple[bytes, str], ...] = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
NOT_TEXT = f"The file is not a list that we can read. {SAVE}"
MEGABYTES = MOST_BYTES // (1024 * 1024)
TOO_LARGE = f"The file must be {MEGABYTES} MB or smaller"


def read_upload(data: bytes) -> Sheet:
    """The list in a file.

    Raises:
        Unreadable
    """
    if not data.strip():
        raise Unreadable("The file is empty")
    if len(data) > MOST_BYTES:
        raise Unreadable(TOO_LARGE)
    if data.startswith(b"PK"):
        return read_workbook(data)
    for begin, words in KINDS:
        if data.startswith(begin):
            raise Unreadable(words)
    return read_pasted(decoded(data))


def read_pasted(text: str) -> Sheet:
    """The list in a text.

    Raises:
        Unreadable
    """
    if len(text) > MOST_BYTES:
        raise Unreadable(f"The list must be {MEGABYTES} MB or smaller")
    if MARKUP.match(text):
        raise Unreadable(f"The file is a web page, not a list. {SAVE}")
    if "\0" in text:
        raise Unreadable(NOT_TEXT)
    return read_text(text)


def decoded(data: bytes) -> str:
    """Text by its byte order mark; without one UTF-16 shows itself by its zeros, and what is
    not UTF-8 is Windows-1252, which Excel writes in Britain. Nothing is guessed by statistics:
    a list of names is too short for that.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding)
    if b"\0" in data[:1000]:
        even, odd = data[:1000:2].count(0), data[1:1000:2].count(0)
        return _strictly(data, "utf-16-be" if even > odd else "utf-16-le")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _strictly(data, "cp1252")


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(NOT_TEXT) from error
