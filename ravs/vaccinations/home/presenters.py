"""What home shows. Built from numbers that were read; nothing here asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.utils.http import urlencode
from markupsafe import Markup

from ravs.core.presenters import written_date
from ravs.members.asking.presenters import VaccinatingPage
from ravs.members.own_pages import Standing
from ravs.vaccinations import plot
from ravs.vaccinations.home.periods import Period
from ravs.vaccinations.home.selectors import TOTAL, Counted
from ravs.vaccinations.models import Basis


class Tab(StrEnum):
    DAY = "day"
    VACCINE = "vaccination"
    SITE = "site"


TAB_WORDS = {Tab.DAY: "By day", Tab.VACCINE: "By vaccination", Tab.SITE: "By site"}
BY_NAME = "name"
FIRST_HEADING = {Tab.DAY: "Day", Tab.VACCINE: "Vaccine", Tab.SITE: "Site"}
CAPTION = {
    Tab.DAY: "Vaccinations each day, in the past 7 days",
    Tab.VACCINE: "Vaccinations by vaccine",
    Tab.SITE: "Vaccinations by site",
}
BASIS_WORDS = {Basis.GIVEN: "given", Basis.RECORDED: "recorded"}


@dataclass(frozen=True)
class Asked:
    """What the address of home asks for. Nonsense asks for what is shown by default."""

    tab: Tab = Tab.DAY
    basis: Basis = Basis.GIVEN
    sort: str = ""

    def href(self, path: str, **other: str) -> str:
        pairs = {"tab": self.tab.value, "by": self.basis.value, "sort": self.sort} | other
        usual = {"tab": Tab.DAY.value, "by": Basis.GIVEN.value, "sort": ""}
        told = {name: value for name, value in pairs.items() if value != usual[name]}
        return f"{path}?{urlencode(told)}" if told else path


@dataclass(frozen=True)
class Card:
    label: str
    dates: str
    number: str


@dataclass(frozen=True)
class Column:
    """A heading that sorts its table; ``sort`` is the way it stands in now."""

    text: str
    href: str
    sort: str


@dataclass(frozen=True)
class Table:
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    plot: Markup


@dataclass(frozen=True)
class FirstStep:
    """One thing that a new organisation does, and whether it is done."""

    words: str
    href: str
    is_done: bool


@dataclass(frozen=True)
class Totals:
    cards: tuple[Card, ...]
    tabs: tuple[dict[str, Any], ...]
    table: Table
    basis: str
    other_basis: str
    other_href: str
    updated_at: datetime


@dataclass(frozen=True)
class HomePage:
    """``totals`` are there once anything was recorded, ``first_steps`` until then."""

    name: str
    totals: Totals | None
    first_steps: tuple[FirstStep, ...]
    reports: str
    standing: Standing
    vaccinating: VaccinatingPage


def cards_of(periods: Sequence[Period], days: dict[date, int]) -> tuple[Card, ...]:
    return tuple(
        Card(
            label=period.label,
            dates=_dates_of(period),
            number=f"{sum(n for day, n in days.items() if period.holds(day)):,}",
        )
        for period in periods
    )


def _dates_of(period: Period) -> str:
    if period.first == period.last:
        return written_date(period.first)
    month = "" if period.first.month == period.last.month else f" {period.first:%B}"
    return f"{period.first.day}{month} to {written_date(period.last)}"


def tabs_of(asked: Asked, path: str, *, sites: int) -> tuple[dict[str, Any], ...]:
    """By site only where there are two that gave anything."""
    shown = [tab for tab in Tab if tab != Tab.SITE or sites > 1]
    return tuple(
        {
            "text": TAB_WORDS[tab],
            "href": asked.href(path, tab=tab.value, sort=""),
            "current": tab == asked.tab,
        }
        for tab in shown
    )


def day_table(asked: Asked, path: str, days: Sequence[date], numbers: dict[date, int]) -> Table:
    """The past 7 days, the latest first unless asked otherwise."""
    counted = [(day, numbers.get(day, 0)) for day in days]
    sort = asked.sort if asked.sort.removeprefix("-") in {BY_NAME, TOTAL} else f"-{BY_NAME}"
    is_by_day = sort.removeprefix("-") == BY_NAME
    rows = sorted(
        counted, key=lambda one: one[0] if is_by_day else one[1], reverse=sort.startswith("-")
    )
    return Table(
        caption=CAPTION[Tab.DAY],
        columns=_columns(asked, path, sort, ((BY_NAME, "Day"), (TOTAL, "Vaccinations"))),
        rows=tuple((f"{day:%A} {written_date(day)}", f"{number:,}") for day, number in rows),
        plot=plot.columns([(f"{day:%a} {day.day}", number) for day, number in sorted(counted)]),
    )


def grouped_table(
    asked: Asked, path: str, periods: Sequence[Period], counted: Sequence[Counted]
) -> Table:
    """One line for each vaccine or site; A to Z unless asked otherwise."""
    names = [(period.name, period.label) for period in periods] + [(TOTAL, "Total")]
    known = {BY_NAME, *(name for name, _ in names)}
    sort = asked.sort if asked.sort.removeprefix("-") in known else BY_NAME
    by = sort.removeprefix("-")
    in_order = sorted(counted, key=lambda one: one.label.casefold())
    if by == BY_NAME:
        rows = in_order[::-1] if sort.startswith("-") else in_order
    else:
        rows = sorted(
            in_order, key=lambda one: one.numbers.get(by, 0), reverse=sort.startswith("-")
        )
    top = sorted(counted, key=lambda one: -one.numbers[TOTAL])[: plot.MOST_BARS]
    heading = (BY_NAME, FIRST_HEADING[asked.tab])
    return Table(
        caption=CAPTION[asked.tab],
        columns=_columns(asked, path, sort, (heading, *names)),
        rows=tuple(
            (_begun(one.label), *(f"{one.numbers.get(name, 0):,}" for name, _ in names))
            for one in rows
        ),
        plot=plot.bars([(_begun(one.label), one.numbers[TOTAL]) for one in top]),
    )


def _begun(label: str) -> str:
    return label[:1].upper() + label[1:]


def _columns(
    asked: Asked, path: str, sort: str, names: Sequence[tuple[str, str]]
) -> tuple[Column, ...]:
    """Numbers begin with the largest, names with A; once more turns the order round."""
    made = []
    for name, words in names:
        first = name if name == BY_NAME else f"-{name}"
        turned = name if first.startswith("-") else f"-{name}"
        stands = {name: "ascending", f"-{name}": "descending"}.get(sort, "none")
        made.append(
            Column(words, asked.href(path, sort=turned if sort == first else first), stands)
        )
    return tuple(made)
