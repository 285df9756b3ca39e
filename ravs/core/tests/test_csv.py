"""CSV files: text for every spreadsheet, and the same text when read back."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravs.core.csv import MARK, download, plain_cell, safe_cell, to_csv

pytestmark = pytest.mark.once

OPENERS = ["=", "+", "-", "@", "\t=", "\r", "＝", "＋", "－", "＠", "﹢", "﹣", "﹫"]  # noqa: RUF001
SKIPPED = ["", " ", "  ", '"', "'", " \u00a0", "\u200b", "\ufeff", "“", "\u3000'"]
cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
tables = st.lists(st.lists(cells, min_size=1, max_size=6), min_size=1, max_size=6)


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


@pytest.mark.parametrize("opener", OPENERS)
@pytest.mark.parametrize("before", SKIPPED)
def test_it_marks_what_a_spreadsheet_might_compute(opener: str, before: str) -> None:
    assert safe_cell(f"{before}{opener}1+1") == f"{MARK}{before}{opener}1+1"


@pytest.mark.parametrize("begin", ["\t", "\r", "\n", "\0"])
def test_it_marks_a_cell_that_begins_with_a_control_character(begin: str) -> None:
    assert safe_cell(f"{begin}Rosa") == f"{MARK}{begin}Rosa"


@pytest.mark.parametrize("text", ["", " ", "Rosa", "O'Neil", "mary-lee", "rosa@nhs.net", "'tHooft"])
def test_it_leaves_ordinary_text_alone(text: str) -> None:
    assert safe_cell(text) == text
    assert plain_cell(text) == text


def test_it_writes_dates_numbers_and_nothing() -> None:
    assert [safe_cell(each) for each in (date(2026, 10, 1), 7, None)] == ["2026-10-01", "7", ""]


@given(cells)
def test_it_gives_back_what_it_protected(text: str) -> None:
    assert plain_cell(safe_cell(text)) == text


@given(st.sampled_from(SKIPPED), st.sampled_from(OPENERS), cells)
def test_it_never_lets_a_formula_begin_a_cell(before: str, opener: str, rest: str) -> None:
    assert safe_cell(before + opener + rest).startswith(MARK)


@given(tables)
def test_it_reads_back_the_same_cells_in_the_same_places(rows: list[list[str]]) -> None:
    found = [[plain_cell(cell) for cell in row] for row in read(to_csv(rows))]
    assert found == rows


def test_it_ends_lines_and_doubles_quotes_as_the_standard_says() -> None:
    assert to_csv([["a", 'b "c"'], ["d,e", ""]]) == b'\xef\xbb\xbfa,"b ""c"""\r\n"d,e",\r\n'


def test_it_is_downloaded_under_its_name() -> None:
    response = download("people.csv", [["Name"], ["=cmd"]])
    assert response["Content-Disposition"] == 'attachment; filename="people.csv"'
    assert response.content == b"\xef\xbb\xbfName\r\n'=cmd\r\n"
