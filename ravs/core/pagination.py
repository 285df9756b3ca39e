"""Numbered pages: which rows, which numbers, and which links (domain 3.4)."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode


@dataclass(frozen=True)
class Page:
    """Page ``number`` of a list of ``total`` rows. Out-of-range numbers are brought into range."""

    number: int
    total: int
    size: int
    path: str
    query: tuple[tuple[str, str], ...] = ()

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list still has one."""
        return max(1, -(-self.total // self.size))

    @property
    def start(self) -> int:
        """Offset of the first row, for slicing."""
        return (self.number - 1) * self.size

    @property
    def stop(self) -> int:
        """Offset after the last row, for slicing."""
        return min(self.start + self.size, self.total)

    def href(self, number: int) -> str:
        """The address of another page of the same list. The first has no number in it."""
        pairs = [pair for pair in self.query if pair[1]]
        if number > 1:
            pairs.append(("page", str(number)))
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    def params(self) -> dict[str, Any]:
        """What the pagination component takes."""
        params: dict[str, Any] = {"items": self.items()}
        if self.number > 1:
            params["previous"] = {"href": self.href(self.number - 1)}
        if self.number < self.pages:
            params["next"] = {"href": self.href(self.number + 1)}
        return params

    def items(self) -> list[dict[str, Any]]:
        """First, last, this page and its neighbours; an ellipsis for two pages or more left out."""
        items: list[dict[str, Any]] = []
        last = 0
        for number in self.shown():
            if number - last == 2:
                items.append(self.item(number - 1))
            elif number - last > 2:
                items.append({"ellipsis": True})
            items.append(self.item(number))
            last = number
        return items

    def shown(self) -> list[int]:
        near = range(self.number - 1, self.number + 2)
        return sorted({1, self.pages, *(n for n in near if 1 <= n <= self.pages)})

    def item(self, number: int) -> dict[str, Any]:
        return {
            "number": number,
            "href": self.href(number),
            "current": number == self.number,
        }


def page_of(asked: str | None, *, total: int, size: int, path: str, **query: str) -> Page:
    """The page a request asked for (``?page=``), clamped to those there are."""
    page = Page(1, total, size, path, tuple(query.items()))
    number = int(asked) if asked and asked.isascii() and asked.isdigit() and len(asked) < 10 else 1
    return Page(min(max(number, 1), page.pages), total, size, path, page.query)
