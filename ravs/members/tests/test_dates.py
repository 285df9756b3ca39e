"""Seasonal and bank staff: no entry before the first day or after the last (London dates)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from ravs.accounts.submissions import new_key
from ravs.audit.models import Event
from ravs.core.dates import london_today
from ravs.mail.models import Message
from ravs.members.entry import rules
from ravs.members.entry.rules import Closed
from ravs.members.models import DeactivationReason, InvitationEnd, MemberCount, Membership
from ravs.members.nightly import run_night
from ravs.members.refusals import DatesNotPossible, LastLeadEnds, NotInThatState
from ravs.members.selectors import usable
from ravs.members.services import (
    change_member,
    deactivate_member,
    invite_member,
    reactivate_member,
    resend_invitation,
)
from ravs.members.services.change import Standing
from ravs.members.services.details import Details
from tests.clients import PageClient
from tests.evidence import Left, left_behind
from tests.people import LEAD, NOON, RECORDER, Leeds, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def frozen():  # type: ignore[no-untyped-def]
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def in_days(days: int) -> date:
    return london_today() + timedelta(days=days)


def fresh(membership: Membership) -> Membership:
    return Membership.objects.select_related("account", "organisation__region").get(
        pk=membership.pk
    )


def ends(leeds: Leeds, who: Membership, on: date | None) -> Membership:
    return change_member(
        actor=leeds.priya.account,
        membership=who,
        standing=replace(Standing.of(fresh(who)), ends_on=on),
    )


def night() -> None:
    for _ in run_night(today=london_today()):
        pass


def kinds(left: Left) -> list[str]:
    return sorted(kind for kind, _ in left.letters)


def typed(client: PageClient, who: Membership, level: str, day: int, month: int) -> str:
    """Send the form of change with an end date in 2026; the page that comes."""
    answers = {"key": new_key(), "vaccinator": "yes", "level": level}
    boxes = {"ends_on_day": day, "ends_on_month": month, "ends_on_year": 2026}
    path = f"/o/RR8/users/{who.public_id}/change"
    return client.post(path, answers | boxes, follow=True).content.decode()


def invite(leeds: Leeds, **dates: date) -> Membership:
    details = Details("nia.cole@nhs.net", "Nia", "Cole", RECORDER, vaccinator=True, **dates)
    return invite_member(
        actor=leeds.priya.account, organisation=leeds.organisation, details=details
    )


class TestTheDoor:
    def test_it_is_shut_before_the_first_day_and_open_on_it(self, leeds: Leeds, frozen) -> None:  # type: ignore[no-untyped-def]
        nia = fresh(invite(leeds, starts_on=in_days(2)))
        assert rules.why_closed(nia) == Closed.NOT_STARTED
        assert not usable(nia.account).exists()
        frozen.shift(timedelta(days=2))
        assert rules.why_closed(nia) is None
        assert usable(nia.account).get() == nia

    def test_it_is_open_on_the_last_day_and_shut_after_it(self, leeds: Leeds, frozen) -> None:  # type: ignore[no-untyped-def]
        ends(leeds, leeds.rosa, in_days(1))
        frozen.shift(timedelta(days=1))
        assert rules.why_closed(fresh(leeds.rosa)) is None
        frozen.shift(timedelta(days=1))
        assert rules.why_closed(fresh(leeds.rosa)) == Closed.ENDED
        assert not usable(leeds.rosa.account).exists()

    def test_the_day_ends_at_midnight_in_london(self, leeds: Leeds, frozen) -> None:  # type: ignore[no-untyped-def]
        frozen.move_to(datetime(2026, 7, 1, 12, tzinfo=UTC))
        ends(leeds, leeds.rosa, date(2026, 7, 1))
        frozen.move_to(datetime(2026, 7, 1, 22, 59, tzinfo=UTC))
        assert rules.why_closed(fresh(leeds.rosa)) is None
        frozen.move_to(datetime(2026, 7, 1, 23, 0, tzinfo=UTC))
        assert rules.why_closed(fresh(leeds.rosa)) == Closed.ENDED

    def test_somebody_logged_in_is_shut_out_at_the_next_request(
        self, leeds: Leeds, client: PageClient, frozen
    ) -> None:  # type: ignore[no-untyped-def]
        frozen.move_to(datetime(2026, 3, 4, 23, 50, tzinfo=UTC))
        ends(leeds, leeds.rosa, in_days(0))
        client.sign_in(leeds.rosa.account)
        client.page("vaccinations:home", ods="RR8")
        frozen.move_to(datetime(2026, 3, 5, 0, 5, tzinfo=UTC))
        shut = client.get("/o/RR8")
        assert shut.status_code == 403
        assert "end date" in shut.content.decode()


class TestTheNight:
    def test_it_deactivates_the_day_after_with_that_reason(self, leeds: Leeds, frozen) -> None:  # type: ignore[no-untyped-def]
        ends(leeds, leeds.rosa, in_days(1))
        frozen.shift(timedelta(days=1))
        night()
        assert fresh(leeds.rosa).is_active
        frozen.shift(timedelta(days=1))
        with left_behind() as left:
            night()
        rosa = fresh(leeds.rosa)
        assert rosa.deactivated_reason == DeactivationReason.END_DATE
        assert left.events == ["member.deactivated", "nightly.finished"]
        assert kinds(left) == ["access_ended"]
        assert MemberCount.objects.get(pk=leeds.organisation.pk).lapsed == 1  # Lena, not Rosa

    def test_people_are_told_14_days_and_1_day_before_and_once_each(
        self, leeds: Leeds, frozen
    ) -> None:  # type: ignore[no-untyped-def]
        member(leeds.organisation, "Quinn Moor", LEAD)
        ends(leeds, leeds.rosa, in_days(20))
        told = {}
        for day in range(21):
            with left_behind() as left:
                night()
            if left.letters:
                told[20 - day] = kinds(left)
            frozen.shift(timedelta(days=1))
        assert told == {14: ["access_ends"], 1: ["access_ends"]}

    def test_a_late_night_tells_only_what_is_still_true(self, leeds: Leeds, frozen) -> None:  # type: ignore[no-untyped-def]
        member(leeds.organisation, "Quinn Moor", LEAD)
        ends(leeds, leeds.rosa, in_days(20))
        frozen.shift(timedelta(days=19))
        with left_behind() as left:
            night()
            night()
        assert kinds(left) == ["access_ends"]
        assert fresh(leeds.rosa).end_told_days == 1

    def test_another_end_date_is_told_of_anew(self, leeds: Leeds, frozen) -> None:  # type: ignore[no-untyped-def]
        ends(leeds, leeds.rosa, in_days(10))
        night()
        ends(leeds, leeds.rosa, in_days(12))
        with left_behind() as left:
            night()
        assert kinds(left) == ["access_ends"]
        letter = Message.objects.order_by("pk").last()
        assert letter is not None
        assert "16 March 2026" in letter.subject

    def test_an_invitation_ends_with_the_access_it_was_for(self, leeds: Leeds, frozen) -> None:  # type: ignore[no-untyped-def]
        nia = invite(leeds, ends_on=in_days(3))
        frozen.shift(timedelta(days=4))
        night()
        nia = fresh(nia)
        assert nia.invitation_end == InvitationEnd.LAPSED
        frozen.shift(timedelta(days=7))
        again = resend_invitation(actor=leeds.priya.account, membership=nia)
        assert (again.is_invited, again.ends_on) == (True, None)

    def test_it_may_take_the_last_lead_and_tells_the_region(self, leeds: Leeds, frozen) -> None:  # type: ignore[no-untyped-def]
        region = leeds.organisation.region
        region.contact_email = "rvoc@england.nhs.uk"
        region.save()
        second = member(leeds.organisation, "Grace Lund", LEAD)
        ends(leeds, second, in_days(1))
        deactivate_member(actor=second.account, membership=leeds.priya)
        frozen.shift(timedelta(days=2))
        with left_behind() as left:
            night()
        assert fresh(second).is_deactivated
        assert kinds(left) == ["access_ended", "region_lead_ended"]

    def test_the_door_applies_it_too_however_late_the_night_is(
        self, leeds: Leeds, client: PageClient, frozen
    ) -> None:  # type: ignore[no-untyped-def]
        from ravs.members.entry.services import lapse_at_the_door

        ends(leeds, leeds.rosa, in_days(0))
        frozen.shift(timedelta(days=1))
        lapse_at_the_door(leeds.rosa.account)
        assert fresh(leeds.rosa).deactivated_reason == DeactivationReason.END_DATE


class TestSettingThem:
    def test_an_end_date_today_is_the_earliest(self, leeds: Leeds) -> None:
        assert ends(leeds, leeds.rosa, in_days(0)).ends_on == london_today()
        with pytest.raises(DatesNotPossible):
            ends(leeds, leeds.rosa, in_days(-1))

    def test_nobody_ends_before_they_start(self, leeds: Leeds) -> None:
        with pytest.raises(DatesNotPossible):
            invite(leeds, starts_on=in_days(5), ends_on=in_days(4))

    def test_the_only_lead_cannot_have_one(self, leeds: Leeds) -> None:
        with pytest.raises(LastLeadEnds):
            ends(leeds, leeds.priya, in_days(30))

    def test_nor_may_all_leads_have_one(self, leeds: Leeds) -> None:
        second = member(leeds.organisation, "Grace Lund", LEAD)
        ends(leeds, second, in_days(30))
        with pytest.raises(LastLeadEnds):
            ends(leeds, leeds.priya, in_days(60))

    def test_a_start_in_the_future_shuts_out_nobody_who_is_active(self, leeds: Leeds) -> None:
        later = replace(Standing.of(leeds.rosa), starts_on=in_days(3))
        with pytest.raises(NotInThatState):
            change_member(actor=leeds.priya.account, membership=leeds.rosa, standing=later)

    def test_the_history_says_from_which_date_to_which(self, leeds: Leeds) -> None:
        with left_behind() as left:
            ends(leeds, leeds.rosa, in_days(30))
        assert left.events == ["member.dates_changed"]
        assert Event.objects.get(type="member.dates_changed").data["ends_after"] == "2026-04-03"

    def test_coming_back_after_the_end_is_without_an_end(self, leeds: Leeds, frozen) -> None:  # type: ignore[no-untyped-def]
        ends(leeds, leeds.rosa, in_days(0))
        frozen.shift(timedelta(days=1))
        night()
        rosa = reactivate_member(actor=leeds.priya.account, membership=leeds.rosa)
        assert (rosa.is_active, rosa.ends_on) == (True, None)

    def test_coming_back_before_the_end_keeps_it(self, leeds: Leeds) -> None:
        ends(leeds, leeds.rosa, in_days(9))
        deactivate_member(actor=leeds.priya.account, membership=leeds.rosa)
        rosa = reactivate_member(actor=leeds.priya.account, membership=leeds.rosa)
        assert rosa.ends_on == in_days(9)


class TestThePages:
    @pytest.fixture(autouse=True)
    def priya_is_logged_in(self, leeds: Leeds, client: PageClient) -> None:
        client.sign_in(leeds.priya.account)

    def test_somebody_who_came_already_is_not_asked_for_a_start(
        self, leeds: Leeds, client: PageClient
    ) -> None:
        for who, asked in ((leeds.rosa, False), (leeds.ingrid, True)):
            page = client.page("members:change", ods="RR8", member=who.public_id)
            assert ("starts_on" in page.content.decode()) is asked

    def test_the_form_keeps_dates_that_are_wrong_and_says_why(
        self, leeds: Leeds, client: PageClient
    ) -> None:
        page = typed(client, leeds.rosa, "recorder", 1, 2)
        assert "End date must be today or in the future" in page
        assert 'value="2026"' in page

    def test_an_end_date_set_on_the_page_is_shown_on_the_list(
        self, leeds: Leeds, client: PageClient
    ) -> None:
        assert "Ends on 1 April 2026" in typed(client, leeds.rosa, "recorder", 1, 4)
        assert fresh(leeds.rosa).ends_on == date(2026, 4, 1)

    def test_the_only_lead_reads_why_there_is_no_end_date(
        self, leeds: Leeds, client: PageClient
    ) -> None:
        page = typed(client, leeds.priya, "lead-administrator", 1, 4)
        assert "you are the only lead administrator without one" in page
