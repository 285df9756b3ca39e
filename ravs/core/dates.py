"""Europe/London calendar dates: the only dates that rules of this service count."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

LONDON = ZoneInfo("Europe/London")


def london_date(moment: datetime) -> date:
    """The calendar date in London at an aware ``moment``."""
    return moment.astimezone(LONDON).date()


def london_today() -> date:
    """Today's date in London."""
    return london_date(timezone.now())


def days_ago(then: date, today: date) -> str:
    """How long ago ``then`` was, in whole calendar days, as people say it.

    Source: the guide's lists ("Today", "1 day ago", "n days ago").
    """
    days = (today - then).days
    if days <= 0:
        return "Today"
    return "1 day ago" if days == 1 else f"{days} days ago"
