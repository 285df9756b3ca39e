"""Whatever comes in, lines of cells come out, or a refusal in words; never anything else."""

import io
import zipfile

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ravs.core.csv import to_csv
from ravs.members.domains import parents
from ravs.members.importing.columns import Field, recognise
from ravs.members.importing.reading import decoded, read_pasted, read_upload
from ravs.members.importing.sheets import FORMULA, MOST_CELL, Unreadable, tidy
from ravs.members.importing.suggesting import Domains
from ravs.members.importing.tests import books
from ravs.members.importing.values import answer_of, day_of, level_of, names_of

pytestmark = pytest.mark.once

WHOLE = books.book()
words = st.text(st.characters(codec="utf-8"), max_size=60)
near_lists = st.lists(
    st.lists(
        st.sampled_from(
            [
                "Name",
                "Email",
                "First name",
                "mo@nhs.net",
                "Mo",
                '"',
                "'",
                "\n",
                "=1",
                "Recorder",
                "",
            ]
        ),
        max_size=6,
    ),
    max_size=8,
)


def read_or_refused(data: bytes) -> None:
    try:
        found = str(recognise(read_upload(data)).people)
    except Unreadable as refusal:
        found = str(refusal)
    assert found


@given(st.binary(max_size=400))
@example(b"\xff\xfe\x00")
@example(b"PK\x03\x04")
@example(b"sep=")
@example(b"sep=\n\n")
@example(b'sep="\nName,Email')
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    read_or_refused(data)


@given(words)
def test_any_text_is_read_or_refused(text: str) -> None:
    read_or_refused(text.encode())


@given(near_lists, st.sampled_from([",", ";", "\t"]))
def test_anything_like_a_list_is_read_or_refused(rows: list[list[str]], between: str) -> None:
    read_or_refused("\n".join(between.join(row) for row in rows).encode())


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=20))
def test_a_spreadsheet_with_any_damage_is_read_or_refused(at: int, damage: bytes) -> None:
    read_or_refused(WHOLE[:at] + damage + WHOLE[at + len(damage) :])


@given(st.sampled_from(sorted(zipfile.ZipFile(io.BytesIO(WHOLE)).namelist())), st.binary())
def test_a_spreadsheet_with_any_part_replaced_is_read_or_refused(name: str, part: bytes) -> None:
    from ravs.members.importing.tests.broken import with_part

    read_or_refused(with_part(name, part))


@given(words)
@example("\x1b=1+1")
@example("''=1+1")
@example("\x00' =1+1")
def test_tidying_twice_is_tidying_once(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert len(once) <= MOST_CELL + 1


names = st.text(st.characters(categories=["Lu", "Ll"]), min_size=1, max_size=20)


@given(st.lists(st.tuples(names, names), min_size=1, max_size=10))
def test_what_we_write_we_read_back(people: list[tuple[str, str]]) -> None:
    rows = [("First name", "Last name", "Email")]
    rows += [(first, last, f"a{n}@nhs.net") for n, (first, last) in enumerate(people)]
    table = recognise(read_upload(to_csv(rows)))
    assert [(p[Field.FIRST_NAME], p[Field.LAST_NAME]) for _, p in table.people] == people


@given(words.filter(lambda text: not text.startswith("\0")))
def test_every_encoding_gives_the_same_text(text: str) -> None:
    """A text that begins with nothing has the mark of another encoding, and is no list."""
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        assert decoded(text.encode(encoding)) == text


@given(st.text(max_size=30), words)
def test_values_are_read_or_not_and_never_break(text: str, more: str) -> None:
    for cell in (text, more):
        day_of(cell), level_of(cell), answer_of(cell), names_of(cell)


@pytest.mark.parametrize(
    ("whole", "halves"),
    [
        ("Rosa Raa", ("Rosa", "Raa")),
        ("Raa, Rosa", ("Rosa", "Raa")),
        ("RAA, Rosa (LEEDS TEACHING HOSPITALS NHS TRUST)", ("Rosa", "RAA")),
        ("Dr Rosa van Raa", ("Rosa", "van Raa")),
        ("Raa, Dr. Rosa", ("Rosa", "Raa")),
        ("Rosa", ("Rosa", "")),
        ("", ("", "")),
    ],
)
def test_a_whole_name_is_parted_where_people_part_it(whole: str, halves: tuple[str, str]) -> None:
    assert names_of(whole) == halves


def test_a_formula_is_neither_computed_nor_kept() -> None:
    made = books.book([("Name", "Email"), ('=WEBSERVICE("http://evil")', "=1+1")])
    lines = read_upload(made).lines
    assert lines[1].cells[:2] == (FORMULA, FORMULA)


def test_a_computed_value_is_not_taken_for_what_stands_there() -> None:
    """Excel keeps the last result beside a formula; it is the formula that counts."""
    made = openpyxl.load_workbook(io.BytesIO(books.book()))
    made["Staff"]["C2"] = '=CONCAT("mo","@nhs.net")'
    out = io.BytesIO()
    made.save(out)
    assert read_upload(out.getvalue()).lines[1].cells[2] == FORMULA


def test_which_sheet_was_read_is_said() -> None:
    sheet = read_upload(books.book(change=books.other_sheets))
    assert sheet.notes == ("We read the sheet “Staff” and not the 1 other sheet of the file.",)


def test_columns_that_mean_nothing_are_named_and_not_kept() -> None:
    table = recognise(read_pasted("Name,Email,NI number\nMo Khan,mo@nhs.net,AB123456C"))
    assert table.ignored == ("NI number",)
    assert table.people == ((2, {"name": "Mo Khan", "email": "mo@nhs.net"}),)


ALLOWED = {"nhs.net": True, "nhs.uk": True, "boots.co.uk": False, "aa.uk": False}


@pytest.mark.parametrize(
    ("typed", "likely"),
    [
        ("nhs.ent", "nhs.net"),
        ("nsh.net", "nhs.net"),
        ("nhs.nett", "nhs.net"),
        ("hns.net", "nhs.net"),
        ("leeds.nsh.uk", "leeds.nhs.uk"),
        ("bots.co.uk", "boots.co.uk"),
        ("gmail.com", ""),
        ("evilnhs.net", ""),
        ("ab.uk", "aa.uk"),
        ("bb.uk", ""),
        ("net", ""),
    ],
)
def test_the_likely_domain_is_suggested_and_no_other(typed: str, likely: str) -> None:
    domains = Domains(dict(ALLOWED))
    assert not domains.allows(typed)
    assert domains.nearest(typed) == likely


@given(st.lists(st.sampled_from(["nhs", "net", "uk", "co", "boots", "x"]), min_size=1, max_size=4))
def test_what_is_suggested_is_allowed(labels: list[str]) -> None:
    domains, typed = Domains(dict(ALLOWED)), ".".join(labels)
    likely = domains.nearest(typed)
    assert likely != typed
    assert not likely or domains.allows(likely)
    is_below = any(ALLOWED.get(above) for above in parents(typed))
    assert domains.allows(typed) == (typed in ALLOWED or is_below)
