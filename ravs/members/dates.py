"""The first and the last day of seasonal and bank staff: which dates make sense."""

from datetime import date

from ravs.members.refusals import DatesNotPossible

ENDS_BEFORE_TODAY = "End date must be today or in the future"
ENDS_BEFORE_START = "End date must be the same as or after the start date"


def check(starts_on: date | None, ends_on: date | None, today: date) -> None:
    """Both are London dates and count in full: the person may log in on each of them.

    Raises:
        DatesNotPossible, with the field that is wrong
    """
    if ends_on is None:
        return
    if ends_on < today:
        raise DatesNotPossible("ends_on", ENDS_BEFORE_TODAY)
    if starts_on and ends_on < starts_on:
        raise DatesNotPossible("ends_on", ENDS_BEFORE_START)
