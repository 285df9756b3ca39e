"""Properties of the 90-day rule over ten years of London days.

Both clock changes and leap days are among them, nights are missed or late, and people log in and
come back at any time of day: above all in the hour in which London and UTC have different dates.
"""

import random
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.conf import settings as django_settings
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ravs.core.dates import london_date
from ravs.members.models import Membership
from ravs.members.services import apply_inactivity_rule
from ravs.members.services.inactivity import days_idle, due, lapses_on, stage
from ravs.members.tests.ninety_days import (
    PEOPLE,
    PLACES,
    WARNINGS,
    Lives,
    at_london,
    date_in_london,
    last_sunday,
    lives,
)
from tests.crowds import crowd, people
from tests.fixtures import Rounds
from tests.people import organisation

FIRST, LAST = date(2023, 1, 1), date(2032, 12, 31)
YEARS = range(FIRST.year, LAST.year + 1)
CHANGES = [last_sunday(year, month) for year in YEARS for month in (3, 10)]
LEAP_DAYS = [date(year, 2, 29) for year in YEARS if year % 4 == 0]
ODD_DAYS = sorted(
    {
        odd + timedelta(days=near)
        for odd in (*CHANGES, *LEAP_DAYS, date(2027, 12, 31))
        for near in (-90, -89, -60, -1, 0, 1)
    }
)
CLOCKS = [time(0, 0), time(0, 30), time(1, 30), time(12, 0), time(23, 0), time(23, 30)]
GAPS = (0, 0, 1, 1, 6, 7, 16, 29, 30, 59, 60, 75, 76, 83, 88, 89, 90, 91)

day = st.one_of(st.sampled_from(ODD_DAYS), st.dates(FIRST, LAST))
moment = st.one_of(
    st.builds(
        lambda day, seconds: datetime.combine(day, time(0), UTC) + timedelta(seconds=seconds),
        day,
        st.integers(0, 24 * 60 * 60 - 1),
    ),
    st.builds(at_london, day, st.sampled_from(CLOCKS)),
)


@pytest.mark.once
@given(moment)
@example(datetime(2026, 3, 29, 0, 59, 59, 999999, UTC))
@example(datetime(2026, 3, 29, 1, 0, tzinfo=UTC))
@example(datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC))
@example(datetime(2026, 7, 1, 23, 0, tzinfo=UTC))
@example(datetime(2028, 2, 28, 23, 30, tzinfo=UTC))
@settings(max_examples=400)
def test_a_date_is_londons_whatever_the_date_in_utc(at: datetime) -> None:
    assert london_date(at) == date_in_london(at)


@pytest.mark.once
@given(day, st.integers(0, 400))
@settings(max_examples=300)
def test_days_are_counted_on_the_calendar(clock: date, days: int) -> None:
    """No clock change makes a day longer, and a 29th of February counts like any other."""
    row = Membership(clock_on=clock)
    today = clock + timedelta(days=days)
    assert days_idle(row, today) == days
    last = lapses_on(row)
    assert last is not None
    assert (last <= today) == (days >= 90)


@pytest.mark.once
@given(st.integers(0, 1000))
def test_the_nearest_warning_still_true_is_the_only_one(days: int) -> None:
    true = [warning for warning in WARNINGS if warning <= days]
    assert stage(days) == (true[-1] if true else 0)
    assert tuple(django_settings.LAPSE_WARNING_DAYS) == WARNINGS


def test_what_is_due_is_what_the_rule_says(db: None) -> None:
    """Every age up to 130 days with every warning already sent: the question to the database and
    the rule in words choose the same rows, on a day after each change of the clocks."""
    at = organisation()
    ages, sent = range(131), (0, *WARNINGS)
    rows = crowd(at, people(["Ann Other"] * (len(ages) * len(sent))))
    wanted = [(age, warned) for age in ages for warned in sent]
    for today in (date(2026, 3, 29), date(2026, 10, 26), date(2028, 2, 29), date(2028, 3, 1)):
        for row, (age, warned) in zip(rows, wanted, strict=True):
            row.clock_on, row.warned_day = today - timedelta(days=age), warned
        Membership.objects.bulk_update(rows, ["clock_on", "warned_day"], batch_size=200)
        found = set(Membership.objects.filter(due(today, warn=True)).values_list("pk", flat=True))
        at_door = set(
            Membership.objects.filter(due(today, warn=False)).values_list("pk", flat=True)
        )
        expected = {
            row.pk
            for row, (age, warned) in zip(rows, wanted, strict=True)
            if age >= 90 or max([0, *(d for d in WARNINGS if d <= age)]) > warned
        }
        assert found == expected
        assert at_door == {row.pk for row, (age, _) in zip(rows, wanted, strict=True) if age >= 90}


step = st.tuples(
    st.sampled_from(GAPS),
    st.sampled_from(CLOCKS),
    st.one_of(
        st.just(("night",)),
        st.tuples(st.just("log in"), st.sampled_from(PEOPLE)),
        st.tuples(st.just("reactivate"), st.sampled_from(PLACES), st.sampled_from(PEOPLE)),
    ),
)


def live(them: Lives, days: int, clock: time, act: tuple[str, ...]) -> None:
    """Let time pass to a time of day in London, and let one thing happen then."""
    then = at_london(them.today + timedelta(days=days), clock)
    if then > them.now:
        them.move_to(then)
    if act[0] == "night":
        them.night()
    elif act[0] == "log in":
        them.log_in(act[1])
    else:
        them.reactivate(act[1], act[2])
    them.check()


@pytest.mark.once
def test_any_life_lapses_on_its_day_and_is_warned_in_its_turn(db: None, rounds: Rounds) -> None:
    """Log-ins, comings back and nights in any order, on any days: rows, letters and notices are
    what the rule in few words says, after each of them."""

    @settings(
        max_examples=rounds(250, part=20),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.builds(at_london, day, st.sampled_from(CLOCKS)), st.lists(step, max_size=20))
    @example(at_london(date(2025, 12, 29), time(23, 30)), [(90, time(0, 30), ("night",))])
    @example(at_london(date(2025, 12, 30), time(0, 30)), [(89, time(23, 30), ("night",))])
    @example(at_london(date(2026, 7, 27), time(23, 30)), [(90, time(0, 0), ("log in", "ann"))])
    @example(at_london(date(2027, 12, 1), time(0, 30)), [(90, time(0, 0), ("night",))])
    def holds(begin: datetime, acts: list[tuple[int, time, tuple[str, ...]]]) -> None:
        with lives(begin) as them:
            for days, clock, act in acts:
                live(them, days, clock, act)

    holds()


@pytest.mark.once
def test_ten_years_of_nights(db: None, rounds: Rounds) -> None:
    """Every night for ten years, some missed and some late; people come and stay away as they
    do. Otherwise a winter with a leap day in it, and the spring after it."""
    chance = random.Random(90)
    begin, nights = (FIRST, 3650) if rounds.long else (date(2027, 11, 1), 220)
    with lives(at_london(begin, time(12))) as them:
        for number in range(nights):
            today = begin + timedelta(days=number + 1)
            if chance.random() < 0.9:
                them.move_to(
                    at_london(today, chance.choice([time(0, 0), time(2, 30), time(23, 30)]))
                )
                them.night()
            if chance.random() < 0.02:
                them.log_in(chance.choice(PEOPLE))
            if chance.random() < 0.06:
                them.reactivate(chance.choice(PLACES), chance.choice(PEOPLE))
            if number % 5 == 0:
                them.check()
        them.check()
        assert {day for told in them.told.values() for day in told} == {*WARNINGS, 90}


@pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29)])
@pytest.mark.parametrize("days", [-1, 0, 1])
def test_a_crowd_lapses_on_its_own_day_and_not_the_day_before(
    db: None, change: date, days: int
) -> None:
    """Log-ins every half hour of the day 90 days before, by London's clock: one set, one night."""
    night = change + timedelta(days=days)
    at = organisation()
    begun = night - timedelta(days=90)
    moments = [at_london(begun, time(n // 2, n % 2 * 30)) for n in range(48)]
    rows = crowd(at, people(["Ann Other"] * 48))
    for row, then in zip(rows, moments, strict=True):
        row.clock_on = london_date(then)
    Membership.objects.bulk_update(rows, ["clock_on"])
    assert {row.clock_on for row in rows} == {begun}
    lapsed = Membership.objects.filter(organisation=at).lapsed()
    for clock, wanted in ((time(23, 59), 0), (time(0, 0), 48)):
        eve = night if wanted else night - timedelta(days=1)
        with time_machine.travel(at_london(eve, clock), tick=False):
            list(apply_inactivity_rule(today=date_in_london(datetime.now(UTC))))
        assert lapsed.count() == wanted
