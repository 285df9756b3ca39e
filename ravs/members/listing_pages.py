"""What the three lists show around their rows: tabs, columns, filters, captions, the CSV."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from ravs.core.pagination import Page
from ravs.core.presenters import written_date
from ravs.members.models import BulkVerb, Level, MemberCount, Membership, Status
from ravs.members.narrowing import Narrowing, choices
from ravs.members.presenters import MemberRow, Tab, last_log_in, reason_of, yes_or_no
from ravs.organisations.models import Organisation

TABS = {
    Status.INVITED: "members:invited",
    Status.ACTIVE: "members:list",
    Status.DEACTIVATED: "members:deactivated",
}
LAST_COLUMN = {
    Status.ACTIVE: "Last log in",
    Status.INVITED: "Invite sent",
    Status.DEACTIVATED: "Reason deactivated",
}


@dataclass(frozen=True)
class Column:
    """A heading that sorts its list: ``sort`` is the way it stands in now."""

    text: str
    href: str
    sort: str


@dataclass(frozen=True)
class Filter:
    """One question of the filters, its answers with their words, and what is chosen."""

    name: str
    label: str
    items: tuple[dict[str, Any], ...]


FILTER_LABELS = {
    "level": "Permission level",
    "vaccinator": "Vaccinator",
    "last": "Last log in",
    "reason": "Reason deactivated",
}
COLUMNS = {"name": "Name", "email": "Email", "vaccinator": "Vaccinator", "level": "Permission"}
SORTED_BY = {
    Status.ACTIVE: "Last log in",
    Status.INVITED: "Invite sent",
    Status.DEACTIVATED: "Date deactivated",
}
ENDS = {
    "name": ("A to Z", "Z to A"),
    "email": ("A to Z", "Z to A"),
    "vaccinator": ("No first", "Yes first"),
    "level": ("lowest first", "highest first"),
    "last": ("oldest first", "newest first"),
}
"""What comes first in either direction of a column."""


@dataclass(frozen=True)
class ListPage:
    """A tab of the landing page."""

    tabs: tuple[Tab, ...]
    rows: tuple[MemberRow, ...]
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...]
    sorts: tuple[dict[str, Any], ...]
    caption: str
    pages: Page
    narrowing: Narrowing
    status: str
    verbs: tuple[BulkVerb, ...]
    everybody: str
    lapsed: int
    lapse_days: int
    may_add: bool
    is_deactivated: bool
    closes_on: date | None


def tabs_of(organisation: Organisation, counts: MemberCount, current: Status) -> tuple[Tab, ...]:
    """Only the states that somebody is in; none at all when everybody is active (domain 3.2)."""
    numbers = {status: getattr(counts, status.value) for status in TABS}
    shown = [s for s in TABS if numbers[s] or s == current]
    if shown == [Status.ACTIVE]:
        return ()
    return tuple(
        Tab(s.label, numbers[s], reverse(TABS[s], kwargs={"ods": organisation.ods}), s == current)
        for s in shown
    )


def caption_of(status: Status, pages: Page, narrowing: Narrowing, *, most: int) -> str:
    """The words over the table (domain 3.4)."""
    noun = "user" if pages.total == 1 else "users"
    kind = status.label.lower()
    if narrowing.is_narrow:
        number = _number(pages, most)
        matching = f" matching “{narrowing.q}”" if narrowing.q else ""
        filtered = " with these filters" if narrowing.is_filtered else ""
        return f"Showing {number} {kind} {noun}{matching}{filtered}"
    if pages.pages > 1:
        return f"Showing {pages.start + 1} to {pages.stop} of {pages.total} {kind} {noun}"
    return f"{pages.total} {kind} {noun}"


def _number(pages: Page, most: int) -> str:
    return f"more than {most}" if pages.total > most else str(pages.total)


def everybody_label(pages: Page, narrowing: Narrowing, *, most: int) -> str:
    """The words of the box that stands for everybody whom the list shows, on any page of it."""
    if pages.total == 1:
        return ""
    matching = " that match" if narrowing.is_narrow else ""
    every = ", on every page" if pages.pages > 1 else ""
    return f"Select all {_number(pages, most)} users{matching}{every}"


def columns_of(status: Status, narrowing: Narrowing, *, path: str) -> tuple[Column, ...]:
    """The headings; each leads to the same list in its order, and once more to the other way."""
    names = {**COLUMNS, "last": LAST_COLUMN[status]}
    return tuple(_column(key, text, status, narrowing, path) for key, text in names.items())


def _column(key: str, text: str, status: Status, narrowing: Narrowing, path: str) -> Column:
    by_default = "-last" if status == Status.DEACTIVATED else "name"
    now = narrowing.sort or by_default
    wanted = f"-{key}" if now == key else key
    turned = replace(narrowing, sort="" if wanted == by_default else wanted)
    query = urlencode(turned.pairs)
    stands = {key: "ascending", f"-{key}": "descending"}.get(now, "none")
    return Column(text, f"{path}?{query}" if query else path, stands)


def sorts_of(status: Status, narrowing: Narrowing) -> tuple[dict[str, Any], ...]:
    """Every order as an answer of a select, for small screens that show no headings."""
    names = {**COLUMNS, "last": SORTED_BY[status]}
    orders = {"": "The usual order"}
    for key, text in names.items():
        first, last = ENDS[key]
        orders |= {key: f"{text}, {first}", f"-{key}": f"{text}, {last}"}
    return tuple(
        {"value": value, "text": text, "selected": value == narrowing.sort}
        for value, text in orders.items()
    )


def filters_of(status: Status, narrowing: Narrowing) -> tuple[Filter, ...]:
    return tuple(
        Filter(name, FILTER_LABELS[name], tuple(_items(answers, getattr(narrowing, name))))
        for name, answers in choices(status).items()
    )


def _items(answers: dict[str, str], chosen: str) -> Iterator[dict[str, Any]]:
    yield {"value": "", "text": "Any", "selected": not chosen}
    for value, text in answers.items():
        yield {"value": value, "text": text, "selected": value == chosen}


EXPORTED = ("First name", "Last name", "Email", "Vaccinator", "Permission level", "Status")


def exported(
    people: Iterable[Membership], status: Status, organisation: Organisation
) -> tuple[tuple[str, ...], Iterator[tuple[str, ...]]]:
    """The headings and rows of the file: what the list shows, with dates written out."""
    clinician = ("Clinician",) if organisation.records_clinicians else ()
    headings = (*EXPORTED, *clinician, LAST_COLUMN[status], "Start date", "End date")
    return headings, (_exported(m, status, organisation) for m in people)


def _exported(m: Membership, status: Status, organisation: Organisation) -> tuple[str, ...]:
    last = {
        Status.ACTIVE: written_date(last_log_in(m)),
        Status.INVITED: written_date(m.invite_sent_on),
        Status.DEACTIVATED: reason_of(m) if m.is_deactivated else "",
    }[status]
    clinician = (yes_or_no(m.clinician),) if organisation.records_clinicians else ()
    return (
        m.account.first_name,
        m.account.last_name,
        m.account.email,
        yes_or_no(m.vaccinator),
        Level(m.level).label,
        m.get_status_display(),
        *clinician,
        last,
        written_date(m.starts_on),
        written_date(m.ends_on),
    )
