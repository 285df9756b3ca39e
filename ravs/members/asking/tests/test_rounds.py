"""By night: who should log in soon, and organisations with too few lead administrators."""

from datetime import date, timedelta
from typing import Any

import pytest

from ravs.audit.models import Event
from ravs.core.dates import london_today
from ravs.mail.models import Message
from ravs.members.asking import rounds
from ravs.members.asking.rounds import send_digests, tell_few_leads, write_to_leads
from ravs.members.models import LeadNotice, Membership
from ravs.members.services import apply_inactivity_rule
from ravs.members.services.leads import outlooks
from ravs.organisations.models import Organisation
from tests.evidence import assert_whole, left_behind
from tests.people import ADMINISTRATOR, LEAD, NOON, Leeds, member, organisation

WEDNESDAY = date(2026, 3, 4)
MONDAY = date(2026, 3, 9)

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


def digests(today: date = WEDNESDAY) -> int:
    return sum(send_digests(today=today))


def few(today: date = WEDNESDAY) -> int:
    return sum(tell_few_leads(today=today))


def letters(kind: str) -> dict[str, str]:
    return dict(Message.objects.filter(kind=kind).order_by("pk").values_list("to", "text"))


def noted(at: Organisation, field: str = "digest_on") -> date | None:
    found: date | None = LeadNotice.objects.values_list(field, flat=True).get(pk=at.pk)
    return found


@pytest.fixture
def wilf(leeds: Leeds) -> Membership:
    return member(leeds.organisation, "Wilf Dunn", idle_days=80)


class TestTheDigest:
    def test_every_lead_reads_who_should_log_in_and_until_when(
        self, leeds: Leeds, quinn: Membership, wilf: Membership
    ) -> None:
        member(leeds.organisation, "Ada Gray", idle_days=76)
        member(leeds.organisation, "Bo Tran", idle_days=75)
        with left_behind() as left:
            assert digests() == 2
        assert left.events == ["organisation.digest_sent"]
        assert Event.objects.get(type="organisation.digest_sent").data == {"people": 2}
        text = letters("log_in_soon")["quinn.moor@nhs.net"]
        assert text.index("Wilf Dunn on 14 March 2026") < text.index("Ada Gray on 18 March 2026")
        assert "Bo Tran" not in text
        assert "/o/RR8/users/soon" in text
        assert noted(leeds.organisation) == WEDNESDAY
        assert_whole(leeds.organisation)

    def test_nothing_is_sent_when_there_is_nobody(self, leeds: Leeds) -> None:
        with left_behind() as left:
            assert digests() == 0
        assert left.nothing
        assert not LeadNotice.objects.exists()

    def test_a_second_run_sends_nothing(self, leeds: Leeds, wilf: Membership) -> None:
        digests()
        with left_behind() as left:
            assert digests() == 0
        assert left.nothing

    @pytest.mark.parametrize(
        ("before", "today", "sent"),
        [
            (MONDAY - timedelta(days=7), MONDAY, 1),
            (MONDAY - timedelta(days=2), MONDAY, 1),
            (MONDAY, MONDAY, 0),
            (WEDNESDAY - timedelta(days=6), WEDNESDAY, 0),
            (WEDNESDAY - timedelta(days=7), WEDNESDAY, 1),
            (WEDNESDAY - timedelta(days=30), WEDNESDAY, 1),
        ],
    )
    def test_it_comes_on_mondays_or_a_week_after_the_last(
        self, leeds: Leeds, wilf: Membership, before: date, today: date, sent: int
    ) -> None:
        LeadNotice.objects.create(organisation=leeds.organisation, digest_on=before)
        assert digests(today) == sent

    def test_a_lead_of_several_organisations_gets_one_letter(
        self, leeds: Leeds, wilf: Membership, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Also where the organisations would fall into different slices."""
        monkeypatch.setattr(rounds, "SLICE", 1)
        there = organisation("RW3", "Manchester", region="Y62")
        member(there, leeds.priya.account, LEAD)
        member(there, "Mo Reed", LEAD)
        member(there, "Una Byrne", idle_days=85)
        third = organisation("RX4", "York", region="Y63")
        member(third, "Zoe Hart", LEAD)
        member(third, "Abe Long", idle_days=77)
        assert digests() == 3
        told = letters("log_in_soon")
        assert sorted(told) == ["mo.reed@nhs.net", "priya.shah@nhs.net", "zoe.hart@nhs.net"]
        assert Message.objects.filter(to="priya.shah@nhs.net").count() == 1
        assert "Wilf Dunn" in told["priya.shah@nhs.net"]
        assert "Una Byrne" in told["priya.shah@nhs.net"]
        assert "Wilf Dunn" not in told["mo.reed@nhs.net"]
        assert "Abe Long" not in told["priya.shah@nhs.net"]

    def test_it_names_five_and_counts_the_others(self, leeds: Leeds) -> None:
        for n in range(7):
            member(leeds.organisation, f"Person Number{n}", idle_days=89 - n)
        digests()
        text = letters("log_in_soon")["priya.shah@nhs.net"]
        assert "Number4" in text
        assert "Number5" not in text
        assert "2 more people need to log in soon." in text

    def test_nobody_at_closed_organisations_is_told(self) -> None:
        at = organisation(status="closed")
        member(at, "Priya Shah", LEAD)
        member(at, "Wilf Dunn", idle_days=80)
        assert digests() == 0

    def test_who_lapses_tonight_is_not_told_to_log_in(self, leeds: Leeds, wilf: Membership) -> None:
        later = WEDNESDAY + timedelta(days=10)
        for _ in apply_inactivity_rule(today=later):
            pass
        assert digests(later) == 0

    def test_it_asks_no_more_for_many_organisations(
        self, leeds: Leeds, wilf: Membership, django_assert_max_num_queries: Any
    ) -> None:
        for n in range(12):
            at = organisation(f"RZ{n}", f"Trust {n}")
            member(at, f"Lead Number{n}", LEAD)
            member(at, f"Away Number{n}", idle_days=80)
        with django_assert_max_num_queries(25):
            assert digests() == 13

    def test_a_simulated_night_ends(self, leeds: Leeds, wilf: Membership) -> None:
        """Each slice is undone before the next, and is not taken for another one."""
        from ravs.members.commands import _simulated

        _simulated(WEDNESDAY)
        assert not LeadNotice.objects.exists()


class TestFewLeads:
    def test_an_only_lead_is_told_whom_to_promote(self, leeds: Leeds) -> None:
        with left_behind() as left:
            assert few() == 1
        assert left.events == ["organisation.leads_told"]
        assert Event.objects.get(type="organisation.leads_told").data == {"leads": 1}
        text = letters("few_leads")["priya.shah@nhs.net"]
        assert "You are the only lead administrator there." in text
        assert text.index("Adam Obi, administrator") < text.index("Rosa Keane, recorder")
        assert "Ingrid" not in text
        assert "Dev" not in text
        assert noted(leeds.organisation, "few_leads_on") == WEDNESDAY

    def test_two_who_log_in_are_enough(self, leeds: Leeds, quinn: Membership) -> None:
        with left_behind() as left:
            assert few() == 0
        assert left.nothing

    @pytest.mark.parametrize(("idle", "told"), [(29, 0), (30, 2), (89, 2)])
    def test_one_who_would_lapse_within_sixty_days_does_not_count(
        self, leeds: Leeds, idle: int, told: int
    ) -> None:
        member(leeds.organisation, "Quinn Moor", LEAD, idle_days=idle)
        assert few() == told

    @pytest.mark.parametrize(("days", "told"), [(60, 0), (59, 2), (0, 2)])
    def test_nor_does_one_whose_end_date_comes_before(
        self, leeds: Leeds, quinn: Membership, days: int, told: int
    ) -> None:
        quinn.ends_on = WEDNESDAY + timedelta(days=days)
        quinn.save()
        assert few() == told
        if told:
            text = letters("few_leads")["priya.shah@nhs.net"]
            gone = quinn.ends_on + timedelta(days=1)
            assert f"Quinn Moor on {gone.day} {gone:%B %Y}" in text
            assert "You on " in letters("few_leads")["quinn.moor@nhs.net"]

    def test_somebody_invited_does_not_count(self, leeds: Leeds) -> None:
        member(leeds.organisation, "Quinn Moor", LEAD, status="invited")
        assert few() == 1

    def test_it_is_said_again_after_thirty_days_and_not_before(self, leeds: Leeds) -> None:
        assert few() == 1
        assert few() == 0
        assert few(WEDNESDAY + timedelta(days=29)) == 0
        active = Membership.objects.filter(status="active")
        active.update(clock_on=WEDNESDAY + timedelta(days=30))
        assert few(WEDNESDAY + timedelta(days=30)) == 1

    @pytest.mark.parametrize("status", ["invited", "deactivated", "closed"])
    def test_only_open_organisations_are_told(self, status: str) -> None:
        member(organisation(status=status), "Priya Shah", LEAD)
        assert few() == 0

    def test_the_regulars_are_administrators_first_then_the_latest_log_ins(
        self, leeds: Leeds
    ) -> None:
        at = leeds.organisation
        Membership.objects.filter(pk__in=[leeds.adam.pk, leeds.rosa.pk]).delete()
        member(at, "Amy Late", ADMINISTRATOR, idle_days=20)
        member(at, "Ada Away", ADMINISTRATOR, idle_days=31)
        member(at, "Rob Today", idle_days=0)
        member(at, "Rik Yesterday", idle_days=1)
        member(at, "Ron Earlier", idle_days=2)
        leaving = member(at, "Lea Ving", ADMINISTRATOR)
        leaving.ends_on = WEDNESDAY + timedelta(days=20)
        leaving.save()
        [found] = outlooks([at], WEDNESDAY)
        assert [m.account.full_name for m in found.candidates] == [
            "Amy Late",
            "Rob Today",
            "Rik Yesterday",
        ]

    def test_a_lead_of_two_such_organisations_gets_one_letter(self, leeds: Leeds) -> None:
        there = organisation("RW3", "Manchester", region="Y62")
        member(there, leeds.priya.account, LEAD)
        assert few() == 1
        text = letters("few_leads")["priya.shah@nhs.net"]
        assert "Leeds Teaching Hospitals (RR8)" in text
        assert "Manchester (RW3)" in text
        assert "Nobody else there has logged in lately" in text

    def test_both_letters_may_come_in_one_night(self, leeds: Leeds, wilf: Membership) -> None:
        assert sum(write_to_leads(today=london_today())) == 2
        assert_whole()
