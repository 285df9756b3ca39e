"""Which rights are in force, and from when: raises wait, what is taken away bites at once."""

from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from django.utils import timezone
from time_machine import TimeMachineFixture

from ravs.accounts.models import Account
from ravs.core.dates import london_today
from ravs.members.entry.tests.conftest import Somebody, Visitors
from ravs.members.models import Level, LevelSnapshot, Membership, Status
from ravs.members.services import (
    change_member,
    deactivate_member,
    invite_member,
    reactivate_member,
)
from ravs.members.services.change import Standing
from ravs.members.services.details import Details
from ravs.organisations.models import Organisation
from tests.evidence import assert_whole, fresh
from tests.people import ADMINISTRATOR, LEAD, NOON, RECORDER, Leeds, member, organisation

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.time_machine(NOON, tick=False),
    pytest.mark.once,
]

USERS = "/o/RR8/users"
HOME = "/o/RR8"


@pytest.fixture
def clock(time_machine: TimeMachineFixture) -> TimeMachineFixture:
    """Acts happen one after another: ``clock.shift(60)`` between them."""
    return time_machine


def set_level(leeds: Leeds, row: Membership, level: Level) -> None:
    standing = replace(Standing.of(row), level=level)
    change_member(actor=leeds.priya.account, membership=row, standing=standing)


def go_round(visitor: Somebody, path: str, most: int = 6) -> Any:
    """Follow redirects inside the service as a browser does; a loop does not end."""
    for _ in range(most):
        response = visitor.get(path)
        if response.status_code != 302 or response["Location"].startswith("/sign-in"):
            return response
        path = response["Location"]
    raise AssertionError(f"a loop at {path}")


def is_sent_to_provider(response: Any) -> bool:
    return response.status_code == 302 and response["Location"].startswith("/sign-in?")


def test_a_raise_is_invisible_until_the_next_log_in(
    browser_of: Visitors, leeds: Leeds, clock: TimeMachineFixture
) -> None:
    rosa = browser_of(leeds.rosa)
    rosa.log_in()
    assert rosa.get(USERS).status_code == 403
    clock.shift(60)
    set_level(leeds, leeds.rosa, LEAD)
    assert rosa.get(USERS).status_code == 403
    assert "log out" in rosa.get(HOME).content.decode().lower()
    rosa.log_in(again="yes")
    assert rosa.get(USERS).status_code == 200


def test_a_reduction_ends_the_session_there_and_only_there(
    browser_of: Visitors, leeds: Leeds, clock: TimeMachineFixture
) -> None:
    member(organisation("RW3", "Manchester"), leeds.adam.account, LEAD)
    adam = browser_of(leeds.adam)
    adam.log_in(HOME)
    assert adam.get(HOME).status_code == 200
    clock.shift(60)
    set_level(leeds, leeds.adam, RECORDER)
    assert is_sent_to_provider(adam.get(HOME))
    assert adam.get("/o/RW3/users").status_code == 200
    assert adam.log_in(HOME, again="yes")["Location"] == HOME
    assert adam.get(HOME).status_code == 200


def test_the_sign_in_page_does_not_send_them_straight_back(
    browser_of: Visitors, leeds: Leeds
) -> None:
    adam = browser_of(leeds.adam)
    adam.log_in()
    set_level(leeds, leeds.adam, RECORDER)
    away = adam.get(adam.get(HOME)["Location"])
    assert away.status_code == 302
    assert away["Location"].startswith(adam.provider.issuer)


def test_every_session_of_the_person_is_ended_there(browser_of: Visitors, leeds: Leeds) -> None:
    desk, ward = browser_of(leeds.adam), browser_of(leeds.adam)
    desk.log_in()
    ward.log_in()
    set_level(leeds, leeds.adam, RECORDER)
    assert is_sent_to_provider(desk.get(HOME))
    assert is_sent_to_provider(ward.get(HOME))


def test_lowered_and_raised_again_still_goes_through_the_provider(
    browser_of: Visitors, leeds: Leeds, clock: TimeMachineFixture
) -> None:
    adam = browser_of(leeds.adam)
    adam.log_in()
    clock.shift(60)
    set_level(leeds, leeds.adam, RECORDER)
    clock.shift(60)
    set_level(leeds, fresh(leeds.adam), LEAD)
    assert is_sent_to_provider(adam.get(USERS))
    assert is_sent_to_provider(adam.enter(leeds.adam))
    assert not LevelSnapshot.objects.filter(membership=leeds.adam).exists()
    adam.log_in(again="yes")
    assert adam.get(USERS).status_code == 200


def test_lowered_deactivated_and_brought_back_still_goes_through_the_provider(
    browser_of: Visitors, leeds: Leeds, clock: TimeMachineFixture
) -> None:
    """After a reduction only a new log-in gives a level, whatever came later (ADR 5)."""
    adam = browser_of(leeds.adam)
    adam.log_in()
    clock.shift(60)
    set_level(leeds, leeds.adam, RECORDER)
    clock.shift(60)
    deactivate_member(actor=leeds.priya.account, membership=leeds.adam)
    clock.shift(60)
    reactivate_member(actor=leeds.priya.account, membership=leeds.adam)
    clock.shift(60)
    assert is_sent_to_provider(adam.enter(leeds.adam))
    adam.log_in(again="yes")
    assert adam.get(HOME).status_code == 200


def test_a_reduction_before_the_log_in_stands_in_nobodys_way(
    browser_of: Visitors, leeds: Leeds, clock: TimeMachineFixture
) -> None:
    set_level(leeds, leeds.adam, RECORDER)
    clock.shift(60)
    adam = browser_of(leeds.adam)
    adam.log_in()
    clock.shift(60)
    deactivate_member(actor=leeds.priya.account, membership=leeds.adam)
    clock.shift(60)
    reactivate_member(actor=leeds.priya.account, membership=leeds.adam)
    assert adam.enter(leeds.adam)["Location"] == HOME


def test_a_deactivation_bites_on_the_next_request_with_a_dead_end(
    browser_of: Visitors, leeds: Leeds
) -> None:
    rosa = browser_of(leeds.rosa)
    rosa.log_in()
    deactivate_member(actor=leeds.priya.account, membership=leeds.rosa)
    response = go_round(rosa, HOME)
    assert response.status_code == 403
    assert "You have been deactivated" in response.content.decode()
    assert "Priya Shah" in response.content.decode()
    for path in ("/", "/choose-organisation", "/my-organisation"):
        page = unescape(go_round(rosa, path).content.decode())
        assert "No organisation has given access" not in page, "that was never true of Rosa"
    assert rosa.enter(leeds.rosa).status_code == 403


def test_a_dead_end_offers_another_organisation_only_to_who_has_one(
    browser_of: Visitors, leeds: Leeds
) -> None:
    elsewhere = "Choose another organisation"
    rosa = browser_of(leeds.rosa)
    rosa.log_in()
    deactivate_member(actor=leeds.priya.account, membership=leeds.rosa)
    assert elsewhere not in rosa.get(HOME).content.decode()
    member(organisation("RW3", "Manchester"), leeds.rosa.account)
    assert elsewhere in rosa.get(HOME).content.decode()


def test_a_deactivation_here_leaves_the_session_there(browser_of: Visitors, leeds: Leeds) -> None:
    member(organisation("RW3", "Manchester"), leeds.rosa.account)
    rosa = browser_of(leeds.rosa)
    rosa.log_in("/o/RW3")
    deactivate_member(actor=leeds.priya.account, membership=leeds.rosa)
    assert rosa.get(HOME).status_code == 403
    assert rosa.get("/o/RW3").status_code == 200


def test_a_closing_bites_on_the_next_request(browser_of: Visitors, leeds: Leeds) -> None:
    priya = browser_of(leeds.priya)
    priya.log_in()
    Organisation.objects.filter(pk=leeds.organisation.pk).update(
        status="closed", closed_on=london_today()
    )
    response = go_round(priya, USERS)
    assert response.status_code == 403
    assert "has closed" in response.content.decode()
    assert go_round(priya, "/").status_code == 403


def test_a_deactivated_organisation_withdraws_rights_at_once(
    browser_of: Visitors, leeds: Leeds
) -> None:
    priya = browser_of(leeds.priya)
    priya.log_in()
    assert priya.get("/o/RR8/users/add").status_code == 200
    Organisation.objects.filter(pk=leeds.organisation.pk).update(
        status="deactivated", deactivated_at=timezone.now(), closes_on=london_today()
    )
    assert priya.get(USERS).status_code == 200
    assert priya.get("/o/RR8/users/add").status_code == 403


def test_reactivated_since_the_log_in_enters_by_post(
    browser_of: Visitors, leeds: Leeds, clock: TimeMachineFixture
) -> None:
    rosa = browser_of(leeds.rosa)
    rosa.log_in()
    clock.shift(60)
    deactivate_member(actor=leeds.priya.account, membership=leeds.rosa)
    assert rosa.get(HOME).status_code == 403
    clock.shift(60)
    reactivate_member(actor=leeds.priya.account, membership=leeds.rosa)
    sent = rosa.get(HOME)
    assert (sent.status_code, sent["Location"]) == (302, "/choose-organisation")
    assert not LevelSnapshot.objects.exists(), "no GET takes a level"
    assert rosa.enter(leeds.rosa)["Location"] == HOME
    assert rosa.get(HOME).status_code == 200


def test_invited_since_the_log_in_enters_by_post(
    browser_of: Visitors, leeds: Leeds, clock: TimeMachineFixture
) -> None:
    mia = member(organisation("RW3", "Manchester"), "Mia Ross", LEAD)
    visitor = browser_of(mia)
    visitor.log_in()
    clock.shift(60)
    row = invite(leeds, mia.account)
    sent = visitor.get(HOME)
    assert (sent.status_code, sent["Location"]) == (302, "/choose-organisation")
    assert fresh(row).is_invited
    assert visitor.enter(row)["Location"] == HOME
    assert fresh(row).is_active
    assert visitor.get(HOME).status_code == 200
    assert_whole()


def invite(leeds: Leeds, account: Account) -> Membership:
    details = Details(
        email=account.email,
        first_name=account.first_name,
        last_name=account.last_name,
        level=RECORDER,
        vaccinator=False,
    )
    return invite_member(
        actor=leeds.priya.account, organisation=leeds.organisation, details=details
    )


def test_two_organisations_two_levels(browser_of: Visitors, leeds: Leeds) -> None:
    member(organisation("RW3", "Manchester"), leeds.adam.account, LEAD)
    adam = browser_of(leeds.adam)
    adam.log_in(HOME)
    assert adam.get(USERS).status_code == 403
    assert adam.get("/o/RW3/users").status_code == 200
    snapshots = LevelSnapshot.objects.values_list("membership__organisation__ods", "level")
    assert dict(snapshots) == {"RR8": ADMINISTRATOR, "RW3": LEAD}


@pytest.mark.parametrize("path", ["/o/RW3", "/o/RW3/users", "/o/ZZ9", "/o/ZZ9/users/add"])
def test_a_stranger_cannot_tell_another_organisation_from_none(
    browser_of: Visitors, leeds: Leeds, path: str
) -> None:
    member(organisation("RW3", "Manchester"), "Mia Ross", LEAD)
    priya = browser_of(leeds.priya)
    priya.log_in()
    assert priya.get(path).status_code == 404


def test_a_cancelled_invitation_is_nobodys(browser_of: Visitors, leeds: Leeds) -> None:
    mia = member(organisation("RW3", "Manchester"), "Mia Ross", LEAD)
    member(leeds.organisation, mia.account, status="invited")
    Membership.objects.filter(account=mia.account, status=Status.INVITED).update(
        invitation_end="cancelled", invitation_ended_at=timezone.now()
    )
    visitor = browser_of(mia)
    visitor.log_in()
    assert visitor.get(HOME).status_code == 404


def test_an_ods_code_may_be_typed_in_lower_case(browser_of: Visitors, leeds: Leeds) -> None:
    priya = browser_of(leeds.priya)
    priya.log_in()
    assert priya.get("/o/rr8/users").status_code == 200


def test_a_code_in_use_again_belongs_to_who_is_there_now(
    browser_of: Visitors, leeds: Leeds
) -> None:
    """Closed years ago, its code given to another body: each person meets their own."""
    Organisation.objects.filter(pk=leeds.organisation.pk).update(
        status="closed", closed_on=london_today()
    )
    successor = organisation("RR8", "Leeds Anew")
    here = member(successor, "Nia Price", LEAD)
    both = member(successor, leeds.rosa.account)
    nia, rosa = browser_of(here), browser_of(both)
    nia.log_in()
    rosa.log_in()
    assert "Leeds Anew" in nia.get(HOME).content.decode()
    assert "Leeds Anew" in rosa.get(HOME).content.decode()
    assert nia.get(f"/o/RR8/users/{leeds.adam.public_id}").status_code == 404
