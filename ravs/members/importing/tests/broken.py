"""Files that are no lists, or mean harm."""

import gzip
import io
import zipfile
from collections.abc import Callable

from ravs.members.importing.tests import books

MEGABYTE = 2**20
WHOLE = books.book()
Broken = tuple[str, Callable[[], bytes | str], str]


def archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        return {name: made.read(name) for name in made.namelist()}


def with_part(name: str, content: bytes) -> bytes:
    return archive({**parts_of(books.book()), name: content})


def entities() -> bytes:
    """A workbook whose sheet doubles itself by entities, the billion laughs."""
    laughs = "".join(f'<!ENTITY l{n} "&l{n - 1};&l{n - 1};">' for n in range(1, 30))
    sheet = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><worksheet>&l29;</worksheet>'
    return with_part("xl/worksheets/sheet1.xml", sheet.encode())


def bomb() -> bytes:
    return with_part("xl/worksheets/sheet1.xml", b" " * (60 * MEGABYTE))


def lying_bomb() -> bytes:
    """Says in its directory that it unpacks to little."""
    data = bytearray(bomb())
    size = (60 * MEGABYTE).to_bytes(4, "little")
    return bytes(data.replace(size, (1000).to_bytes(4, "little")))


def many(number: int) -> list[tuple[str, ...]]:
    return [books.HEAD] + [(*books.MO[:2], f"mo{n}@nhs.net", *books.MO[3:]) for n in range(number)]


def many_as_text(number: int) -> str:
    return "\n".join(",".join(cells) for cells in many(number))


BROKEN: list[Broken] = [
    ("nothing", lambda: b"", "empty"),
    ("nothing but spaces and ends of lines", lambda: b" \r\n\n", "empty"),
    ("a spreadsheet cut off", lambda: WHOLE[: len(WHOLE) // 2], "damaged"),
    ("a spreadsheet with holes", lambda: WHOLE[:200] + b"\0" * 300 + WHOLE[500:], "damaged"),
    ("a zip of something else", lambda: archive({"a.txt": b"a"}), "not a spreadsheet"),
    ("a document", lambda: archive({"word/document.xml": b"<a/>"}), "not a spreadsheet"),
    ("no zip after all", lambda: b"PK\x03\x04 and then words", "damaged"),
    (
        "a sheet that is no XML",
        lambda: with_part("xl/worksheets/sheet1.xml", b"Mo,Khan"),
        "damaged",
    ),
    ("an empty spreadsheet", lambda: books.book([]), "empty"),
    ("a zip bomb", bomb, "unpacks to more"),
    ("a zip bomb that lies", lying_bomb, "damaged"),
    ("entities within entities", entities, "damaged"),
    (
        "thousands of parts",
        lambda: archive({"xl/workbook.xml": b"", **{f"{n}": b"" for n in range(1001)}}),
        "unpacks to more",
    ),
    (
        "a spreadsheet of old",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "old or a password-protected",
    ),
    ("a picture", lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 60, "picture"),
    ("a photograph", lambda: b"\xff\xd8\xff\xe0\0\x10JFIF", "picture"),
    ("a PDF", lambda: b"%PDF-1.7\n%\xe2\xe3", "PDF"),
    ("a text document", lambda: rb"{\rtf1 Mo Khan}", "text document"),
    ("a compressed list", lambda: gzip.compress(b"Name,Email\nMo Khan,mo@nhs.net"), "compressed"),
    ("a web page", lambda: "<!DOCTYPE html><table><tr><td>Name</td></tr></table>", "web page"),
    ("a table that calls itself xls", lambda: "  <html xmlns:x='urn:excel'><table>", "web page"),
    ("XML", lambda: "<?xml version='1.0'?><people/>", "web page"),
    ("noise", lambda: bytes(range(256)) * 20, "not a list"),
    ("ten thousand people and one", lambda: many_as_text(10_001), "more than 10,000"),
    ("as many in a spreadsheet", lambda: books.book(many(10_001)), "more than 10,000"),
    (
        "a hundred thousand empty lines",
        lambda: "\n" * 100_000 + many_as_text(1),
        "more than 10,000",
    ),
    (
        "one cell as large as a list",
        lambda: f"Name,Email\n{'M' * 200_000},mo@nhs.net",
        "quotation mark",
    ),
]
