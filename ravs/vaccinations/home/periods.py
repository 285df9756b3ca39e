"""The stretches of time that home counts over. All are whole days in London, both ends in."""

from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """``name`` stands in addresses, ``label`` over numbers."""

    name: str
    label: str
    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


def days_of_week(today: date) -> list[date]:
    """Today and the 6 days before it, the latest first (domain 5.1)."""
    return [today - back * DAY for back in range(7)]


def today_of(today: date) -> Period:
    return Period("today", "Today", today, today)


def yesterday_of(today: date) -> Period:
    return Period("yesterday", "Yesterday", today - DAY, today - DAY)


def week_of(today: date) -> Period:
    return Period("week", "Past 7 days", today - 6 * DAY, today)


def last_week_of(today: date) -> Period:
    """Monday to Sunday."""
    monday = today - today.weekday() * DAY - 7 * DAY
    return Period("last-week", "Last calendar week", monday, monday + 6 * DAY)


def month_of(today: date) -> Period:
    return Period("month", "This month so far", today.replace(day=1), today)


def cards_of(today: date) -> tuple[Period, ...]:
    """Those of the live service, and of the prototype what it lacks."""
    return (
        today_of(today),
        yesterday_of(today),
        week_of(today),
        last_week_of(today),
        month_of(today),
    )


def columns_of(today: date) -> tuple[Period, ...]:
    """What the tables by vaccine and by site count, beside everything there ever was."""
    return (today_of(today), week_of(today), month_of(today))
