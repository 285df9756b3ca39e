"""Numbered pages: first, last, this one and its neighbours, whatever was asked for."""

import pytest

from ravs.core.pagination import Page, page_of


def page(asked: str | None, total: int, **query: str) -> Page:
    return page_of(asked, total=total, size=20, path="/o/RR8/users", **query)


def shown(found: Page) -> str:
    """``1 … 4 [5] 6 … 11``."""
    return " ".join(
        "…"
        if item.get("ellipsis")
        else f"[{item['number']}]"
        if item["current"]
        else str(item["number"])
        for item in found.items()
    )


@pytest.mark.parametrize(
    ("total", "pages"), [(0, 1), (1, 1), (20, 1), (21, 2), (40, 2), (41, 3), (203, 11)]
)
def test_it_counts_pages(total: int, pages: int) -> None:
    assert page("1", total).pages == pages


@pytest.mark.parametrize(
    ("asked", "start", "stop"), [("1", 0, 20), ("2", 20, 40), ("3", 40, 41), (None, 0, 20)]
)
def test_it_cuts_out_the_rows_of_a_page(asked: str | None, start: int, stop: int) -> None:
    found = page(asked, 41)
    assert (found.start, found.stop) == (start, stop)


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("0", 1), ("-1", 1), ("4", 3), ("99", 3), ("x", 1), ("", 1), ("1.5", 1), ("²", 1),
        ("٢", 1), ("9" * 400, 1),
    ],
)  # fmt: skip
def test_it_brings_nonsense_into_range(asked: str, number: int) -> None:
    assert page(asked, 41).number == number


@pytest.mark.parametrize(
    ("asked", "total", "row"),
    [
        ("1", 20, "[1]"),
        ("1", 40, "[1] 2"),
        ("1", 60, "[1] 2 3"),
        ("1", 80, "[1] 2 3 4"),
        ("1", 100, "[1] 2 … 5"),
        ("3", 100, "1 2 [3] 4 5"),
        ("4", 140, "1 2 3 [4] 5 6 7"),
        ("5", 203, "1 … 4 [5] 6 … 11"),
        ("11", 203, "1 … 10 [11]"),
    ],
)
def test_it_leaves_out_what_is_far(asked: str, total: int, row: str) -> None:
    assert shown(page(asked, total)) == row


def test_its_links_keep_the_search() -> None:
    found = page("2", 203, q="o'b & co")
    assert found.href(1) == "/o/RR8/users?q=o%27b+%26+co"
    assert found.href(3) == "/o/RR8/users?q=o%27b+%26+co&page=3"


def test_its_links_stay_short_without_a_search() -> None:
    found = page("2", 203, q="")
    assert found.href(1) == "/o/RR8/users"
    assert found.href(3) == "/o/RR8/users?page=3"


def test_there_is_nothing_before_the_first_page_nor_after_the_last() -> None:
    assert "previous" not in page("1", 41).params()
    assert "next" not in page("3", 41).params()
    assert page("2", 41).params()["previous"] == {"href": "/o/RR8/users"}
    assert page("2", 41).params()["next"] == {"href": "/o/RR8/users?page=3"}
