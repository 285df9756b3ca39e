"""Seasonal staff come back by the thousand, and the night goes on: nobody lapses before their date.

Not a race between processes but one against the calendar, so one engine is enough.
"""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from ravs.audit.models import Event
from ravs.core.dates import london_today
from ravs.mail.models import Message
from ravs.members.models import Membership
from ravs.members.nightly import run_night
from ravs.members.services import reactivate_lapsed
from ravs.organisations.models import Organisation
from tests.crowds import crowd, people
from tests.evidence import assert_whole
from tests.fixtures import Rounds
from tests.people import LEAD, member, organisation

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.timeout(1800)]

OCTOBER = datetime(2026, 9, 30, 22, 30, tzinfo=UTC)
"""Half past eleven at night in London, in summer time; it ends within these 30 nights."""

NIGHTS = 30
EARLIER = range(61, 91)
"""Days idle of people who never lapsed: one of them reaches day 90 in each of the 30 nights."""


def night_of(clock: time_machine.Traveller, day: date) -> None:
    """Half past midnight UTC: past midnight in London, in summer and in winter."""
    clock.move_to(datetime(day.year, day.month, day.day, 0, 30, tzinfo=UTC), tick=False)
    assert london_today() == day
    for _ in run_night(today=day):
        pass


def keep_lead_about(at: Organisation) -> None:
    """Priya logs in every day; what happens to her is another test's matter."""
    rows = Membership.objects.filter(organisation=at, level=LEAD)
    rows.update(clock_on=london_today(), warned_day=0)


def lapsed_on(at: Organisation) -> Counter[date]:
    rows = Membership.objects.filter(organisation=at).lapsed()
    return Counter(moment.date() for moment in rows.values_list("deactivated_at", flat=True))


def tell_the_planner() -> None:
    """So many rows in one transaction: PostgreSQL learns of them only when it is told to."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def came_back(at: Organisation, lead: Membership, many: int) -> list[Membership]:
    """People who lapsed long ago, and whom their lead brings back all at once."""
    away = people(["Ann Other"] * many)
    rows = crowd(at, away, status="deactivated", idle_days=200, reason="inactivity")
    tell_the_planner()
    count = reactivate_lapsed(
        actor=lead.account, organisation=at, lapsed_by=timezone.now() + timedelta(seconds=1)
    )
    assert count == many
    return rows


def test_nobody_who_came_back_lapses_before_their_date(rounds: Rounds) -> None:
    many = rounds(10_000)
    with time_machine.travel(OCTOBER, tick=False) as clock:
        at = organisation()
        lead = member(at, "Priya Shah", LEAD)
        came = london_today()
        back = came_back(at, lead, many)
        for days in EARLIER:
            crowd(at, people(["Ben Other"]), idle_days=days)
        everybody = Membership.objects.filter(pk__gte=back[0].pk, account__first_name="Ann")

        for number in range(1, NIGHTS + 1):
            keep_lead_about(at)
            night_of(clock, came + timedelta(days=number))
            assert not everybody.lapsed().exists(), f"night {number}"
        assert set(everybody.values_list("status", "clock_on")) == {("active", came)}

        # Those who had been away longest went one by one, each on their own day.
        late = {came + timedelta(days=90 - days): 1 for days in EARLIER if days < 90}
        late[came + timedelta(days=1)] = 2  # day 90 was the day of the coming back, after its night
        assert lapsed_on(at) == late

        fifty_stay_away(clock, at, came, [row.pk for row in back[::20][:50]])
        assert Event.objects.filter(type="member.reactivated").count() == many
        tell_the_planner()
        assert_whole(at)


def fifty_stay_away(
    clock: time_machine.Traveller, at: Organisation, came: date, away: list[int]
) -> None:
    """Nobody has been warned of anything. Most log in by and by; fifty never do, and they are
    warned and go on their own day."""
    everybody = Membership.objects.filter(organisation=at, account__first_name="Ann")
    letters = Message.objects.filter(to__startswith="ann.")
    assert set(letters.values_list("kind", flat=True)) == {"reactivated"}
    for day, kind, lapsed in ((89, "lapse_warning", 0), (90, "lapsed", len(away))):
        keep_lead_about(at)
        everybody.exclude(pk__in=away).update(clock_on=came + timedelta(days=day - 59))
        night_of(clock, came + timedelta(days=day))
        assert everybody.lapsed().count() == lapsed
        assert letters.filter(kind=kind).count() == len(away)
    assert set(everybody.lapsed().values_list("pk", flat=True)) == set(away)
