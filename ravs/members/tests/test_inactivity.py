"""The 90-day rule: who is warned, who lapses, on which day, and who else hears of it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from time_machine import TimeMachineFixture, travel

from ravs.core.dates import LONDON, london_today
from ravs.mail.models import Message
from ravs.members.models import LevelSnapshot, Membership
from ravs.members.services import apply_inactivity_rule, inactivity, lapse_invitations
from ravs.members.services.inactivity import Outcome, stage
from ravs.organisations.models import Organisation, Region
from tests.clients import PageClient
from tests.crowds import crowd, people
from tests.evidence import assert_whole, fresh, left_behind
from tests.people import LEAD, NOON, Leeds, account, member, organisation

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


@pytest.fixture
def trust(db: None) -> Organisation:
    """Leeds, where Priya logs in every day, and a region that can be written to."""
    Region.objects.filter(code="Y63").update(contact_email="rvoc@nhs.net")
    at = organisation()
    member(at, "Priya Shah", LEAD)
    return at


def run(today: date | None = None) -> Outcome:
    total = Outcome()
    for outcome in apply_inactivity_rule(today=today or london_today()):
        total.add(outcome)
    return total


def bodies(kind: str) -> list[str]:
    return list(Message.objects.filter(kind=kind).order_by("pk").values_list("text", flat=True))


STAGES = [
    (0, ""),
    (59, ""),
    (60, "warned 60"),
    (61, "warned 60"),
    (75, "warned 60"),
    (76, "warned 76"),
    (82, "warned 76"),
    (83, "warned 83"),
    (88, "warned 83"),
    (89, "warned 89"),
    (90, "lapsed"),
    (91, "lapsed"),
    (400, "lapsed"),
]


@pytest.mark.parametrize(("days", "expected"), STAGES)
def test_it_does_what_the_day_asks(trust: Organisation, days: int, expected: str) -> None:
    """A late run sends the nearest warning still true, and none after the fact."""
    ida = member(trust, "Ida Moss", idle_days=days)
    with left_behind() as left:
        run()
    row = fresh(ida)
    if expected == "lapsed":
        assert row.has_lapsed
        assert row.deactivated_by is None
        assert left.events == ["member.lapsed"]
        assert left.letters == [("lapsed", "ida.moss@nhs.net")]
    elif expected:
        assert row.is_active
        assert row.warned_day == int(expected.split()[1])
        assert left.events == ["member.lapse_warned"]
        assert left.letters == [("lapse_warning", "ida.moss@nhs.net")]
    else:
        assert left.nothing
    assert_whole(trust)


def test_it_says_the_day_that_is_in_the_database(trust: Organisation) -> None:
    member(trust, "Ida Moss", idle_days=76)
    run()
    [text] = bodies("lapse_warning")
    assert "18 March 2026" in text
    ida = Membership.objects.get(account__first_name="Ida")
    lapse = date(2026, 3, 18)
    assert run(lapse - timedelta(days=1)).lapsed == 0
    assert run(lapse).lapsed == 1
    assert fresh(ida).has_lapsed


def test_each_warning_is_sent_once_and_in_its_turn(trust: Organisation) -> None:
    ida = member(trust, "Ida Moss")
    start = london_today()
    told = {}
    for day in range(1, 121):
        before = Message.objects.count()
        run(start + timedelta(days=day))
        run(start + timedelta(days=day))
        Membership.objects.filter(account__first_name="Priya").update(
            clock_on=start + timedelta(days=day)
        )
        if Message.objects.count() > before:
            told[day] = Message.objects.latest("pk").kind
    assert told == {
        60: "lapse_warning",
        76: "lapse_warning",
        83: "lapse_warning",
        89: "lapse_warning",
        90: "lapsed",
    }
    assert fresh(ida).has_lapsed


@pytest.mark.parametrize("missed", [10, 25])
def test_after_missed_nights_only_what_is_still_true_is_said(
    trust: Organisation, missed: int
) -> None:
    """Nobody ran it from day 70 on; days 76 and 83 have gone by."""
    ida = member(trust, "Ida Moss", idle_days=70)
    run()
    assert fresh(ida).warned_day == 60
    with left_behind() as left:
        run(london_today() + timedelta(days=missed))
    expected = "lapse_warning" if missed < 20 else "lapsed"
    assert [kind for kind, _ in left.letters] == [expected]


CLOCK_NIGHTS = [
    # last log-in at London wall time, the run 90 or 89 days on at London wall time
    ("2025-12-29 23:30", "2026-03-29 00:30", 90),  # the night the clocks go forward
    ("2025-12-30 00:30", "2026-03-29 23:30", 89),
    ("2025-12-29 23:59", "2026-03-29 03:00", 90),
    ("2026-03-28 23:30", "2026-06-26 00:30", 90),
    ("2026-03-29 00:30", "2026-06-26 23:59", 89),
    ("2026-07-27 23:30", "2026-10-25 00:30", 90),  # the night they go back
    ("2026-07-28 00:30", "2026-10-25 23:30", 89),
    ("2026-10-24 23:30", "2027-01-22 00:30", 90),
    ("2023-12-01 12:00", "2024-02-29 00:30", 90),  # a leap day
    ("2023-12-02 00:10", "2024-02-29 23:50", 89),
    ("2024-02-29 23:30", "2024-05-29 00:05", 90),
]


def at_london(wall: str) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=LONDON)


@pytest.mark.parametrize(("last", "now", "days"), CLOCK_NIGHTS)
def test_days_are_londons_whatever_its_clocks_do(db: None, last: str, now: str, days: int) -> None:
    with travel(at_london(last), tick=False):
        ida = member(organisation(), account("Ida Moss"))
        PageClient().sign_in(ida.account)
    with travel(at_london(now), tick=False):
        assert (london_today() - fresh(ida).clock_on).days == days  # type: ignore[operator]
        run()
    assert fresh(ida).has_lapsed is (days >= 90)


@pytest.mark.parametrize("status", ["invited", "deactivated"])
def test_only_active_people_lapse(trust: Organisation, status: str) -> None:
    member(trust, "Ida Moss", status=status, idle_days=400, invited_days_ago=400)
    with left_behind() as left:
        run()
    assert left.nothing


def test_reactivated_yesterday_stays(trust: Organisation) -> None:
    ida = member(trust, "Ida Moss", idle_days=200)
    Membership.objects.filter(pk=ida.pk).update(clock_on=london_today() - timedelta(days=1))
    with left_behind() as left:
        run()
    assert left.nothing


def test_a_log_in_anywhere_counts_everywhere(trust: Organisation) -> None:
    ida = member(trust, "Ida Moss", idle_days=89)
    member(organisation("RW3", "Manchester"), ida.account, idle_days=89)
    PageClient().sign_in(ida.account)
    with left_behind() as left:
        run(london_today() + timedelta(days=1))
    assert left.nothing


def test_one_letter_a_night_names_every_organisation(trust: Organisation) -> None:
    ida = member(trust, "Ida Moss", idle_days=90)
    for ods, name, clock in (("RW3", "Manchester", 95), ("RX1", "Nottingham", 83)):
        row = member(organisation(ods, name), ida.account, idle_days=90)
        Membership.objects.filter(pk=row.pk).update(clock_on=london_today() - timedelta(days=clock))
    with left_behind() as left:
        outcome = run()
    assert left.letters == [("lapsed", "ida.moss@nhs.net")]
    assert sorted(left.events) == ["member.lapse_warned", "member.lapsed", "member.lapsed"]
    assert (outcome.lapsed, outcome.warned, outcome.told) == (2, 1, 1)
    [text] = bodies("lapsed")
    ended, _, soon = text.partition("Log in soon")
    assert "Leeds Teaching Hospitals (RR8)" in ended
    assert "Manchester (RW3)" in ended
    assert "Nottingham (RX1) on 11 March 2026" in soon
    assert_whole()


def test_a_lapse_ends_the_session_there(trust: Organisation) -> None:
    ida = member(trust, "Ida Moss", idle_days=0)
    PageClient().sign_in(ida.account)
    run(london_today() + timedelta(days=90))
    assert fresh(ida).has_lapsed
    assert not LevelSnapshot.objects.filter(membership=ida).exists()


class TestTheLastLead:
    """The rule has no exception; the person and the region are told in time."""

    @pytest.fixture
    def alone(self, db: None) -> Membership:
        Region.objects.filter(code="Y63").update(contact_email="rvoc@nhs.net")
        at = organisation()
        member(at, "Rosa Keane")
        return member(at, "Priya Shah", LEAD)

    @staticmethod
    def idle(row: Membership, days: int) -> None:
        Membership.objects.filter(pk=row.pk).update(
            clock_on=london_today() - timedelta(days=days), warned_day=0
        )

    @pytest.mark.parametrize("days", [60, 76, 83, 89])
    def test_it_warns_the_person_and_the_region(self, alone: Membership, days: int) -> None:
        self.idle(alone, days)
        with left_behind() as left:
            run()
        assert left.letters == [
            ("lapse_warning", "priya.shah@nhs.net"),
            ("region_lead_inactive", "rvoc@nhs.net"),
        ]
        assert "You are the only active lead administrator" in bodies("lapse_warning")[0]
        assert "may soon have no lead" in Message.objects.get(to="rvoc@nhs.net").subject

    def test_it_lapses_and_the_region_hears_that_nobody_leads(self, alone: Membership) -> None:
        self.idle(alone, 90)
        with left_behind() as left:
            run()
        assert fresh(alone).has_lapsed
        assert left.letters == [
            ("lapsed", "priya.shah@nhs.net"),
            ("region_lead_inactive", "rvoc@nhs.net"),
        ]
        assert "rvoc@nhs.net" in bodies("lapsed")[0]
        assert "now has no active lead administrator" in bodies("region_lead_inactive")[0]

    def test_nobody_is_told_of_a_region_that_cannot_be_told(self, alone: Membership) -> None:
        Region.objects.update(contact_email="")
        self.idle(alone, 61)
        run()
        [letter] = Message.objects.all()
        assert "nobody there can manage users" in letter.text
        assert "has been told" not in letter.text

    def test_a_region_without_an_address_is_not_written_to(self, alone: Membership) -> None:
        Region.objects.update(contact_email="")
        self.idle(alone, 90)
        with left_behind() as left:
            run()
        assert [kind for kind, _ in left.letters] == ["lapsed"]

    def test_another_lead_who_logs_in_makes_it_nobodys_business(self, alone: Membership) -> None:
        member(alone.organisation, "Wei Lin", LEAD)
        for days in (60, 90):
            self.idle(alone, days)
            with left_behind() as left:
                run()
            assert all(kind != "region_lead_inactive" for kind, _ in left.letters)
        assert "only lead" not in bodies("lapsed")[0]

    @pytest.mark.parametrize("status", ["invited", "deactivated"])
    def test_a_lead_who_is_not_active_does_not_help(self, alone: Membership, status: str) -> None:
        member(alone.organisation, "Wei Lin", LEAD, status=status)
        self.idle(alone, 60)
        with left_behind() as left:
            run()
        assert ("region_lead_inactive", "rvoc@nhs.net") in left.letters

    def test_two_leads_both_away_are_warned_of_but_neither_is_called_the_only_one(
        self, alone: Membership
    ) -> None:
        wei = member(alone.organisation, "Wei Lin", LEAD)
        self.idle(alone, 76)
        self.idle(wei, 60)
        with left_behind() as left:
            run()
        assert left.letters.count(("region_lead_inactive", "rvoc@nhs.net")) == 2
        for text in bodies("lapse_warning"):
            assert "the only active lead" not in text

    def test_while_another_is_active_nobody_says_that_none_is(self, alone: Membership) -> None:
        """Wei has been away for 70 days, and can still log in tomorrow."""
        wei = member(alone.organisation, "Wei Lin", LEAD, idle_days=70)
        run()
        self.idle(alone, 90)
        with left_behind() as left:
            run()
        assert fresh(alone).has_lapsed
        assert fresh(wei).is_active
        assert left.letters == [("lapsed", "priya.shah@nhs.net")]
        assert "only lead" not in bodies("lapsed")[0]

    def test_when_the_last_two_lapse_together_the_region_hears_it(self, alone: Membership) -> None:
        wei = member(alone.organisation, "Wei Lin", LEAD)
        self.idle(alone, 90)
        self.idle(wei, 90)
        run()
        assert bodies("region_lead_inactive")
        for text in bodies("region_lead_inactive"):
            assert "now has no active lead administrator" in text

    def test_a_recorder_who_lapses_is_not_the_regions_business(self, alone: Membership) -> None:
        rosa = Membership.objects.get(account__first_name="Rosa")
        self.idle(rosa, 90)
        with left_behind() as left:
            run()
        assert left.letters == [("lapsed", "rosa.keane@nhs.net")]


@pytest.mark.parametrize("idle_days", [60, 90])
def test_the_number_of_queries_is_the_same_for_ten_and_for_three_hundred(
    trust: Organisation, idle_days: int
) -> None:
    """People, slice, locks, rows, state, counts, chain heads, events, their people, leads, mail."""
    used = []
    for count in (1, 10, 300):  # the first begins the history, which takes two more
        crowd(trust, people(["Ann Other"] * count), idle_days=idle_days)
        with CaptureQueriesContext(connection) as queries:
            outcome = run()
        assert outcome.lapsed + outcome.warned == count
        used.append(len(queries))
    assert used[1] == used[2], used


def test_it_works_in_slices_each_whole(trust: Organisation, monkeypatch: Any) -> None:
    monkeypatch.setattr(inactivity, "SLICE", 3)
    crowd(trust, people(["Ann Other"] * 8), idle_days=90)
    outcomes = list(apply_inactivity_rule(today=london_today()))
    assert [outcome.lapsed for outcome in outcomes] == [3, 3, 2]
    assert_whole(trust)


class Broken(Exception):
    """The process ends here."""


@pytest.mark.parametrize("after", [0, 1, 2])
def test_broken_off_after_any_slice_the_next_run_finishes_and_repeats_nothing(
    trust: Organisation, monkeypatch: Any, after: int
) -> None:
    monkeypatch.setattr(inactivity, "SLICE", 3)
    crowd(trust, people(["Ann Other"] * 8), idle_days=90)
    slices = apply_inactivity_rule(today=london_today())
    for _ in range(after):
        next(slices)
    slices.close()
    assert Membership.objects.lapsed().count() == after * 3
    assert_whole(trust)
    run()
    assert Membership.objects.lapsed().count() == 8
    told = list(Message.objects.values_list("to", flat=True))
    assert len(told) == len(set(told)) == 8
    assert_whole(trust)


@pytest.mark.parametrize(
    "statement", ["_lapse", "_mark_warned", "_letters_to_regions", "enqueue_many"]
)
def test_broken_off_inside_a_slice_nothing_of_it_stays(
    trust: Organisation, monkeypatch: Any, statement: str
) -> None:
    real = getattr(inactivity, statement)

    def breaks(*args: Any, **kwargs: Any) -> Any:
        real(*args, **kwargs)
        raise Broken

    crowd(trust, people(["Ann Other"] * 2), idle_days=90)
    crowd_warned = member(trust, "Ida Moss", idle_days=60)
    monkeypatch.setattr(inactivity, statement, breaks)
    with left_behind() as left, pytest.raises(Broken):
        run()
    assert left.nothing
    assert not Membership.objects.lapsed().exists()
    assert fresh(crowd_warned).warned_day == 0
    monkeypatch.undo()
    assert run().told == 3
    assert_whole(trust)


def test_the_nearest_stage_is_the_highest_reached() -> None:
    assert [stage(days) for days in (0, 59, 60, 75, 76, 83, 88, 89, 90)] == [
        0, 0, 60, 60, 76, 83, 83, 89, 89,
    ]  # fmt: skip


def test_people_of_a_closed_organisation_are_left_in_peace(db: None) -> None:
    """They cannot log in there, whatever a letter said."""
    gone = organisation("RX9", "Gone Trust", status="closed")
    row = member(gone, "Gil Past", LEAD, idle_days=95)
    asked = member(gone, "Una Byrne", status="invited")
    long_ago = london_today() - timedelta(days=120)
    Membership.objects.filter(pk=asked.pk).update(invite_sent_on=long_ago)
    with left_behind() as left:
        run()
        list(lapse_invitations(today=london_today()))
    assert left.nothing
    assert fresh(row).is_active


def test_a_deactivated_organisation_keeps_the_rule(db: None, leeds: Leeds) -> None:
    at = organisation("RX1", "Nottingham", status="deactivated")
    ida = member(at, "Ida Moss", idle_days=90)
    run()
    assert fresh(ida).has_lapsed


def test_the_clock_moved_an_hour_harms_nobody(
    trust: Organisation, time_machine: TimeMachineFixture
) -> None:
    ida = member(trust, "Ida Moss", idle_days=89)
    for seconds in (3600, -3600):
        time_machine.shift(seconds)
        run()
        assert fresh(ida).is_active
