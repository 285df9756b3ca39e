"""What follows a proved address: every outcome of signing in, by a real provider."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from time_machine import TimeMachineFixture

from ravs.accounts.models import Account, IdentityState, Session
from ravs.audit.models import Event
from ravs.core.dates import london_today
from ravs.members.entry.tests.conftest import Visitors
from ravs.members.models import (
    GroupMembership,
    InvitationEnd,
    LevelSnapshot,
    Membership,
    Status,
)
from ravs.organisations.models import Group, Organisation, Region
from tests import people
from tests.evidence import assert_whole, fresh, left_behind, tally
from tests.people import ADMINISTRATOR, LEAD, NOON, Leeds, member, organisation

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.time_machine(NOON, tick=False),
    pytest.mark.once,
]


def words(response: Any) -> str:
    return " ".join(unescape(response.content.decode()).split())


def causes() -> list[str]:
    """Why people were refused; the history says of none of them that they logged in."""
    assert not Event.objects.filter(type="sign_in.succeeded").exists()
    events = Event.objects.filter(type="sign_in.refused_inactive").order_by("seq")
    return [event.data["cause"] for event in events]


def test_somebody_unknown_is_told_so_and_nothing_else(browser_of: Visitors, leeds: Leeds) -> None:
    nobody = browser_of(Account(email="who.ever@nhs.net"))
    with left_behind() as left:
        response = nobody.log_in()
    assert response.status_code == 403
    assert "who.ever@nhs.net" in words(response)
    assert "Leeds" not in words(response)
    assert not nobody.is_signed_in()
    assert left.events == ["sign_in.refused_unknown"]


def test_one_organisation_is_entered_at_once(browser_of: Visitors, leeds: Leeds) -> None:
    rosa = browser_of(leeds.rosa)
    with left_behind() as left:
        response = rosa.log_in()
    assert (response.status_code, response["Location"]) == (302, "/o/RR8")
    assert rosa.get("/o/RR8").status_code == 200
    row = fresh(leeds.rosa)
    assert row.last_login_at == row.account.last_login_at == timezone.now()
    assert row.account.last_login_on == row.clock_on == london_today()
    assert left.events == ["identity.bound", "sign_in.succeeded", "organisation.entered"]
    assert_whole()


def test_they_go_on_to_where_they_were_going(browser_of: Visitors, leeds: Leeds) -> None:
    response = browser_of(leeds.priya).log_in("/o/rr8/users?q=ali")
    assert response["Location"] == "/o/rr8/users?q=ali"


def test_the_way_to_another_organisation_leads_home(browser_of: Visitors, leeds: Leeds) -> None:
    assert browser_of(leeds.priya).log_in("/o/RW3/users")["Location"] == "/o/RR8"


def test_several_organisations_are_a_choice(browser_of: Visitors, leeds: Leeds) -> None:
    elsewhere = member(organisation("RW3", "Manchester"), leeds.rosa.account, ADMINISTRATOR)
    rosa = browser_of(leeds.rosa)
    assert rosa.log_in()["Location"] == "/choose-organisation"
    page = words(rosa.get("/choose-organisation"))
    assert "Leeds Teaching Hospitals (RR8)" in page
    assert "Manchester (RW3)" in page
    assert rosa.enter(elsewhere)["Location"] == "/o/RW3"
    assert rosa.get("/o/RW3").status_code == 200


def test_the_way_to_one_of_several_needs_no_choice(browser_of: Visitors, leeds: Leeds) -> None:
    member(organisation("RW3", "Manchester"), leeds.rosa.account, ADMINISTRATOR)
    assert browser_of(leeds.rosa).log_in("/o/RW3/history")["Location"] == "/o/RW3/history"


def test_the_first_log_in_accepts_the_invitation(browser_of: Visitors, leeds: Leeds) -> None:
    before = tally(leeds.organisation)
    ingrid = browser_of(leeds.ingrid)
    with left_behind() as left:
        assert ingrid.log_in()["Location"] == "/o/RR8"
    row = fresh(leeds.ingrid)
    assert (row.status, row.clock_on) == (Status.ACTIVE, london_today())
    assert row.first_login_at == row.last_login_at == timezone.now()
    assert tally(leeds.organisation)["invited"] == before["invited"] - 1
    assert tally(leeds.organisation)["active"] == before["active"] + 1
    assert left.events[-2:] == ["member.joined", "organisation.entered"]
    assert ingrid.get("/o/RR8").status_code == 200
    ingrid.log_in(again="yes")
    assert Event.objects.filter(type="member.joined").count() == 1
    assert_whole()


def test_it_accepts_at_that_organisation_only(browser_of: Visitors, leeds: Leeds) -> None:
    other = organisation("RW3", "Manchester", status="invited")
    waiting = member(other, leeds.ingrid.account, LEAD, status="invited")
    ingrid = browser_of(leeds.ingrid)
    assert ingrid.log_in()["Location"] == "/choose-organisation"
    assert fresh(leeds.ingrid).is_invited
    ingrid.enter(leeds.ingrid)
    assert fresh(leeds.ingrid).is_active
    assert fresh(waiting).is_invited
    assert Organisation.objects.get(ods="RW3").status == "invited"


def test_the_first_person_makes_an_invited_organisation_active(browser_of: Visitors) -> None:
    at = organisation("RW3", "Manchester", status="invited")
    lead = member(at, "Mia Ross", LEAD, status="invited")
    with left_behind() as left:
        browser_of(lead).log_in()
    at.refresh_from_db()
    assert (at.status, at.activated_at) == ("active", timezone.now())
    assert left.events[-3:] == ["member.joined", "organisation.joined", "organisation.entered"]
    assert_whole()


@pytest.mark.parametrize(
    ("who", "cause", "told"),
    [
        ("dev", "deactivated", "You have been deactivated. If you still need access"),
        ("lena", "lapsed", "because you had not logged in for 90 days"),
    ],
)
def test_somebody_deactivated_is_told_why_and_who_can_help(
    browser_of: Visitors,
    leeds: Leeds,
    time_machine: TimeMachineFixture,
    who: str,
    cause: str,
    told: str,
) -> None:
    before = fresh(leeds.people[who]).account.last_login_at
    time_machine.shift(3600)
    visitor = browser_of(leeds.people[who])
    response = visitor.log_in()
    assert response.status_code == 403
    assert told in words(response)
    assert "Priya Shah" in words(response)
    assert "priya.shah@nhs.net" in words(response)
    assert not visitor.is_signed_in()
    assert causes() == [cause]
    assert fresh(leeds.people[who]).account.last_login_at == before


def test_a_locked_out_sole_lead_is_sent_to_the_region(browser_of: Visitors) -> None:
    Region.objects.filter(code="Y63").update(contact_email="rvoc@nhs.net")
    at = organisation()
    gone = member(at, "Priya Shah", LEAD, status="deactivated", reason="inactivity", idle_days=95)
    page = words(browser_of(gone).log_in())
    assert "rvoc@nhs.net" in page
    assert "North East and Yorkshire" in page


def test_a_closed_organisation_lets_nobody_in(browser_of: Visitors) -> None:
    row = member(organisation(status="closed"), "Rosa Keane", LEAD)
    visitor = browser_of(row)
    response = visitor.log_in()
    assert response.status_code == 403
    assert "This organisation has closed" in words(response)
    assert not visitor.is_signed_in()
    assert causes() == ["organisation-closed"]


@pytest.mark.parametrize("end", InvitationEnd.values)
def test_an_ended_invitation_lets_nobody_in(browser_of: Visitors, leeds: Leeds, end: str) -> None:
    Membership.objects.filter(pk=leeds.ingrid.pk).update(
        invitation_end=end, invitation_ended_at=timezone.now()
    )
    response = browser_of(leeds.ingrid).log_in()
    assert response.status_code == 403
    assert fresh(leeds.ingrid).first_login_at is None
    is_told = "Leeds" in words(response)
    assert is_told is (end == InvitationEnd.LAPSED)
    assert causes() == ["invitation-lapsed" if is_told else "no-membership"]


def test_somebody_invited_does_not_enter_a_deactivated_organisation(browser_of: Visitors) -> None:
    row = member(organisation(status="deactivated"), "Ingrid Holm", status="invited")
    response = browser_of(row).log_in()
    assert response.status_code == 403
    assert "has been deactivated" in words(response)
    assert fresh(row).is_invited
    assert causes() == ["organisation-deactivated"]


def test_somebody_active_does(browser_of: Visitors) -> None:
    row = member(organisation(status="deactivated"), "Rosa Keane")
    assert browser_of(row).log_in()["Location"] == "/o/RR8"


def test_deactivated_here_and_active_there_goes_there(browser_of: Visitors, leeds: Leeds) -> None:
    member(organisation("RW3", "Manchester"), leeds.dev.account)
    assert browser_of(leeds.dev).log_in()["Location"] == "/o/RW3"


def test_a_group_administrator_without_membership_is_let_in_nowhere(browser_of: Visitors) -> None:
    person = people.account("Gwen Hall")
    chain = Group.objects.create(ods="P123", name="Wells Pharmacies")
    GroupMembership.objects.create(account=person, group=chain, status=Status.ACTIVE)
    assert browser_of(person).log_in().status_code == 403
    assert causes() == ["no-membership"]


@pytest.mark.parametrize(("days", "is_in"), [(89, True), (90, False), (400, False)])
def test_the_ninety_day_rule_holds_at_the_door(
    browser_of: Visitors, leeds: Leeds, days: int, *, is_in: bool
) -> None:
    idle = member(leeds.organisation, "Ida Moss", idle_days=days)
    visitor = browser_of(idle)
    with left_behind() as left:
        response = visitor.log_in()
    assert (response.status_code == 302) is is_in
    assert fresh(idle).is_active is is_in
    assert visitor.is_signed_in() is is_in
    if not is_in:
        assert "member.lapsed" in left.events
        assert left.letters == [("lapsed", "ida.moss@nhs.net")]
        assert causes() == ["lapsed"]
        with left_behind() as again:
            visitor.log_in()
        assert again.letters == []
    assert_whole()


def test_at_the_door_one_organisation_lapses_and_the_other_stays(browser_of: Visitors) -> None:
    """Reactivated a month ago at one of two, and never logged in since."""
    old = member(organisation(), "Ida Moss", idle_days=95)
    newer = member(organisation("RW3", "Manchester"), old.account, idle_days=95)
    Membership.objects.filter(pk=newer.pk).update(clock_on=london_today() - timedelta(days=30))
    assert browser_of(old).log_in()["Location"] == "/o/RW3"
    assert fresh(old).has_lapsed
    assert fresh(newer).clock_on == london_today()


def test_a_log_in_restarts_every_clock_and_takes_back_every_warning(
    browser_of: Visitors, leeds: Leeds
) -> None:
    elsewhere = member(organisation("RW3", "Manchester"), leeds.rosa.account, idle_days=80)
    Membership.objects.filter(account=leeds.rosa.account).update(warned_day=76)
    browser_of(leeds.rosa).log_in("/o/RR8")
    for row in (leeds.rosa, elsewhere):
        assert (fresh(row).clock_on, fresh(row).warned_day) == (london_today(), 0)
    assert fresh(elsewhere).last_login_at != timezone.now(), "not entered"


@pytest.mark.time_machine("2026-06-10 22:59:59+00:00", tick=False)
def test_a_log_in_just_before_midnight_counts_for_that_day(
    browser_of: Visitors, leeds: Leeds, time_machine: TimeMachineFixture
) -> None:
    rosa = browser_of(leeds.rosa)
    rosa.log_in()
    assert str(fresh(leeds.rosa).clock_on) == "2026-06-10"
    time_machine.shift(1)
    rosa.log_in(again="yes")
    assert str(fresh(leeds.rosa).clock_on) == "2026-06-11"


def test_whoever_signs_in_has_activated_their_account(browser_of: Visitors, leeds: Leeds) -> None:
    Account.objects.filter(pk=leeds.rosa.account_id).update(
        identity_state=IdentityState.PENDING, activation_expires_at=timezone.now()
    )
    browser_of(leeds.rosa).log_in()
    account = fresh(leeds.rosa).account
    assert (account.identity_state, account.activation_expires_at) == (IdentityState.ACTIVE, None)


def test_a_refused_log_in_leaves_no_session_and_no_snapshot(
    browser_of: Visitors, leeds: Leeds
) -> None:
    browser_of(leeds.dev).log_in()
    assert not LevelSnapshot.objects.exists()
    assert not Session.objects.filter(account=leeds.dev.account).exists()


def test_the_number_of_queries_does_not_grow_with_organisations(
    browser_of: Visitors, leeds: Leeds
) -> None:
    used = []
    for number in range(9):
        member(organisation(f"RX{number}", f"Trust {number}"), leeds.rosa.account)
        if number in {1, 8}:
            rosa = browser_of(leeds.rosa)
            rosa.log_in()
            back = rosa.go_away(again="yes")
            with CaptureQueriesContext(connection) as queries:
                rosa.come_back(back)
            used.append(len(queries))
    assert used[0] == used[1]
