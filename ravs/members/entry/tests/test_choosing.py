"""Choosing and switching organisation, and where ``/`` leads."""

from html import unescape

import pytest

from ravs.members.entry.tests.conftest import Somebody, Visitors
from ravs.members.models import Membership
from ravs.members.services import deactivate_member
from tests.evidence import fresh, left_behind
from tests.people import ADMINISTRATOR, NOON, Leeds, member, organisation, stranger

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.time_machine(NOON, tick=False),
    pytest.mark.once,
]


@pytest.fixture
def manchester(leeds: Leeds) -> Membership:
    """Rosa works there as well."""
    return member(organisation("RW3", "Manchester"), leeds.rosa.account, ADMINISTRATOR)


@pytest.fixture
def rosa(browser_of: Visitors, leeds: Leeds, manchester: Membership) -> Somebody:
    visitor = browser_of(leeds.rosa)
    visitor.log_in()
    return visitor


def test_nothing_chosen_is_an_error_said_plainly(rosa: Somebody) -> None:
    response = rosa.post("/choose-organisation")
    assert response.status_code == 200
    page = unescape(response.content.decode())
    assert "<title>Error: " in page
    assert page.count("Select an organisation") == 2, "in the summary and at the field"


def test_a_tampered_choice_is_the_same_error_and_enters_nothing(rosa: Somebody) -> None:
    sam = stranger_elsewhere()
    with left_behind() as left:
        for value in (str(sam.public_id), "nonsense", ""):
            response = rosa.post("/choose-organisation", {"organisation": value})
            assert "Select an organisation" in response.content.decode()
    assert left.events == []


def stranger_elsewhere() -> Membership:
    return member(organisation("RX1", "Nottingham"), "Sam West")


def test_somebody_elses_membership_cannot_be_chosen(rosa: Somebody, leeds: Leeds) -> None:
    assert rosa.enter(leeds.priya).status_code == 200
    assert fresh(leeds.priya).last_login_at == leeds.priya.last_login_at


def test_the_last_one_used_is_where_the_front_page_leads(
    rosa: Somebody, leeds: Leeds, manchester: Membership
) -> None:
    rosa.enter(manchester)
    assert rosa.get("/my-organisation")["Location"] == "/o/RW3"
    rosa.enter(leeds.rosa)
    assert rosa.get("/my-organisation")["Location"] == "/o/RR8"


def test_the_last_one_used_is_preselected(
    rosa: Somebody, leeds: Leeds, manchester: Membership
) -> None:
    def selected() -> list[str]:
        page = rosa.get("/choose-organisation").content.decode()
        return [str(m.public_id) in tag for m in (leeds.rosa, manchester) for tag in checked(page)]

    assert selected() == []
    rosa.enter(manchester)
    assert selected() == [False, True]


def checked(page: str) -> list[str]:
    inputs = [tag.partition(">")[0] for tag in page.split("<input ")[1:]]
    return [tag for tag in inputs if " checked" in tag]


def test_without_a_last_one_the_front_page_asks(rosa: Somebody) -> None:
    assert rosa.get("/my-organisation")["Location"] == "/choose-organisation"


def test_deactivated_at_the_last_one_the_front_page_leads_to_the_other(
    rosa: Somebody, leeds: Leeds, manchester: Membership
) -> None:
    rosa.enter(leeds.rosa)
    deactivate_member(actor=leeds.priya.account, membership=leeds.rosa)
    assert rosa.get("/my-organisation")["Location"] == "/o/RW3"


def test_switching_is_an_event_of_the_organisation_and_no_new_log_in(
    rosa: Somebody, manchester: Membership
) -> None:
    with left_behind() as left:
        rosa.enter(manchester)
    assert left.events == ["organisation.entered"]
    assert left.letters == []


def test_the_page_marks_invitations_and_organisations_that_close(
    browser_of: Visitors, leeds: Leeds
) -> None:
    ending = member(organisation("RX1", "Nottingham", status="deactivated"), leeds.rosa.account)
    member(organisation("RX2", "Derby"), leeds.rosa.account, status="invited")
    gone = member(organisation("RX3", "Lincoln", status="closed"), leeds.rosa.account)
    shut = member(
        organisation("RX4", "Boston", status="deactivated"), leeds.rosa.account, status="invited"
    )
    rosa = browser_of(leeds.rosa)
    rosa.log_in()
    page = unescape(rosa.get("/choose-organisation").content.decode())
    assert "Deactivated. Closes on 2 June 2026." in page
    assert "You have been invited" in page
    assert str(ending.public_id) in page
    for nowhere in (gone, shut):
        assert str(nowhere.public_id) not in page
        assert rosa.enter(nowhere).status_code == 200


def test_somebody_who_lost_everything_meanwhile_meets_a_page_not_a_loop(
    rosa: Somebody, leeds: Leeds, manchester: Membership
) -> None:
    for row in (leeds.rosa, manchester):
        deactivate_member(actor=None, membership=row)
    response = rosa.enter(manchester)
    assert response.status_code == 403
    assert "deactivated" in response.content.decode()


def test_nobody_chooses_who_is_not_signed_in(browser_of: Visitors) -> None:
    outside = browser_of(stranger())
    assert outside.get("/choose-organisation")["Location"].startswith("/sign-in?")
