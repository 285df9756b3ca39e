"""What a lead administrator narrows a list by, and the order it stands in.

A ``Narrowing`` is read from the address of the list, so that pages, links and the acts that
follow all speak of the same people. Nonsense in the address narrows by nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Case, F, Q, When
from django.db.models.functions import Coalesce
from django.http import QueryDict

from ravs.members.models import DeactivationReason, Level, MembershipQuerySet, Status

LONGEST_QUERY = 100
WEEK, MONTH = 7, 30

LAST_LOG_IN = {
    "week": f"In the last {WEEK} days",
    "month": f"{WEEK + 1} to {MONTH} days ago",
    "longer": f"More than {MONTH} days ago",
    "soon": "About to be deactivated",
}
REASONS = {
    DeactivationReason.PERSON.value: "By a person",
    DeactivationReason.INACTIVITY.value: "90 days since log in",
    DeactivationReason.END_DATE.value: "End date reached",
}
SORTS = ("name", "email", "vaccinator", "level", "last")
YES, NO = "yes", "no"


@dataclass(frozen=True)
class Narrowing:
    """Which people of a tab, and in which order; empty means all of them, in the tab's order.

    ``sort`` is a column of ``SORTS``, with a minus for the other way round.
    """

    q: str = ""
    level: str = ""
    vaccinator: str = ""
    last: str = ""
    reason: str = ""
    sort: str = ""

    @classmethod
    def read(cls, asked: QueryDict, status: Status) -> "Narrowing":
        """What the address asks for, as far as it makes sense in this tab."""
        allowed = choices(status)
        chosen = {name: asked.get(name) or "" for name in allowed}
        sort = asked.get("sort") or ""
        return cls(
            q=" ".join((asked.get("q") or "").split())[:LONGEST_QUERY],
            sort=sort if sort.removeprefix("-") in SORTS else "",
            **{name: value for name, value in chosen.items() if value in allowed[name]},
        )

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves anybody out."""
        return bool(self.q or self.is_filtered)

    @property
    def is_filtered(self) -> bool:
        return bool(self.level or self.vaccinator or self.last or self.reason)

    @property
    def pairs(self) -> dict[str, str]:
        """As it stands in an address."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in named.items() if value}

    def filtered(self, rows: MembershipQuerySet, today: date) -> MembershipQuerySet:
        """``rows`` without those whom the filters leave out. The words of ``q`` are not asked."""
        if self.level:
            rows = rows.filter(level=self.level)
        if self.vaccinator:
            rows = rows.filter(vaccinator=self.vaccinator == YES)
        if self.last:
            shown = Coalesce(F("account__last_login_on"), F("clock_on"))
            rows = rows.alias(shown_on=shown).filter(_LAST[self.last](today))
        if self.reason == DeactivationReason.PERSON:
            machine = (DeactivationReason.INACTIVITY, DeactivationReason.END_DATE)
            rows = rows.exclude(deactivated_reason__in=machine)
        elif self.reason:
            rows = rows.filter(deactivated_reason=self.reason)
        return rows

    def ordered(self, rows: MembershipQuerySet, status: Status) -> MembershipQuerySet:
        """In the order asked for; the key last, so that pages never overlap."""
        column = self.sort.removeprefix("-")
        if not column:
            return rows.order_by(*DEFAULT_ORDER[status])
        by = _columns(status)[column]
        turned = self.sort.startswith("-")
        return rows.order_by(by.desc() if turned else by.asc(), "sort_key", "pk")


DEFAULT_ORDER = {
    Status.ACTIVE: ("sort_key", "pk"),
    Status.INVITED: ("sort_key", "pk"),
    Status.DEACTIVATED: ("-deactivated_at", "pk"),
}


RANK = Case(*(When(level=level.value, then=level.rank) for level in Level), default=0)


def _columns(status: Status) -> dict[str, Any]:
    """What each column is sorted by: what it shows, levels from the lowest."""
    last: Any = {
        Status.ACTIVE: Coalesce(F("account__last_login_on"), F("clock_on")),
        Status.INVITED: F("invite_sent_at"),
        Status.DEACTIVATED: F("deactivated_at"),
    }[status]
    return {
        "name": F("sort_key"),
        "email": F("account__email_key"),
        "vaccinator": F("vaccinator"),
        "level": RANK,
        "last": last,
    }


def choices(status: Status) -> dict[str, dict[str, str]]:
    """The filters of a tab: each with its values and their words."""
    both = {
        "level": {level.value: level.label for level in Level},
        "vaccinator": {YES: "Yes", NO: "No"},
    }
    if status == Status.ACTIVE:
        return {**both, "last": LAST_LOG_IN}
    return {**both, "reason": REASONS} if status == Status.DEACTIVATED else both


def _seen(first: int, last: int | None) -> Callable[[date], Q]:
    """Last log-in between ``first`` and ``last`` days ago, as the list shows it."""

    def condition(today: date) -> Q:
        wanted = Q(shown_on__lte=today - timedelta(days=first))
        if last is not None:
            wanted &= Q(shown_on__gte=today - timedelta(days=last))
        return wanted

    return condition


def _about_to_lapse(today: date) -> Q:
    return Q(clock_on__lte=today - timedelta(days=settings.LAPSE_SOON_DAYS))


_LAST: dict[str, Callable[[date], Q]] = {
    "week": _seen(0, WEEK),
    "month": _seen(WEEK + 1, MONTH),
    "longer": _seen(MONTH + 1, None),
    "soon": _about_to_lapse,
}
