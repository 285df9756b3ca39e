"""What a person reads when something went wrong, and what they never read."""

import re

import pytest
from django.test import override_settings

from ravs.core.tests.test_views import words
from tests import people
from tests.clients import PageClient
from tests.people import Leeds


@pytest.fixture
def browser() -> PageClient:
    """A browser that gets the error page, as people do, instead of the exception."""
    return PageClient(raise_request_exception=False)


def test_someone_without_the_right_learns_whom_to_ask(client: PageClient, leeds: Leeds) -> None:
    client.sign_in(leeds.rosa.account)
    page = words(client.page("members:list", status=403, ods="RR8"))
    assert "You do not have permission to see this page" in page
    assert "Leeds Teaching Hospitals (RR8) does not include this page" in page
    assert "Priya Shah," in page
    assert "mailto:priya.shah@nhs.net" in page
    assert "Adam Obi" not in page


@pytest.mark.django_db
def test_an_address_that_does_not_exist_says_so(client: PageClient) -> None:
    response = client.get("/o/NONE/nothing/here")
    assert response.status_code == 404
    assert "Page not found" in words(response)


def test_what_belongs_to_others_looks_like_what_does_not_exist(
    client: PageClient, leeds: Leeds
) -> None:
    people.member(people.organisation("RW3", "Manchester"), "Sam Stone", people.LEAD)
    client.sign_in(leeds.priya.account)
    there = words(client.page("members:list", status=404, ods="RW3"))
    nowhere = words(client.page("members:list", status=404, ods="RX9"))
    assert there.replace("RW3", "") == nowhere.replace("RX9", "") or masked(there) == masked(
        nowhere
    )


def masked(page: str) -> str:
    """A page without what differs from one answer to the next."""
    return re.sub(r'(nonce|value)="[^"]*"', "", page)


@pytest.mark.django_db
def test_a_request_for_another_host_is_refused_in_words(browser: PageClient) -> None:
    response = browser.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "We could not understand that request" in words(response)
    assert "evil.example" not in words(response)


@pytest.mark.urls("ravs.core.tests.slips")
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status", "heading"),
    [
        ("/slip", 500, "Sorry, there is a problem with the service"),
        ("/database-away", 503, "Sorry, the service is not available"),
        ("/suspicious", 400, "We could not understand that request"),
        ("/too-many", 429, "Too many requests"),
    ],
)
def test_a_slip_of_ours_is_told_without_its_details(
    browser: PageClient, path: str, status: int, heading: str
) -> None:
    response = browser.get(path)
    assert response.status_code == status
    page = words(response)
    assert f"<title>{heading} – Record a vaccination service</title>" in page
    assert "support@ravs.test" in page
    assert "Zero" not in page
    assert "closed the connection" not in page


@pytest.mark.urls("ravs.core.tests.slips")
def test_the_page_of_a_slip_asks_nothing_of_the_database(browser: PageClient, leeds: Leeds) -> None:
    browser.sign_in(leeds.rosa.account)
    page = words(browser.get("/slip"))
    assert "Rosa Keane" not in page


@pytest.mark.urls("ravs.core.tests.slips")
@pytest.mark.django_db
def test_one_request_too_many_is_told_when_to_come_back(browser: PageClient) -> None:
    assert browser.get("/too-many").headers["Retry-After"] == "60"


def test_a_form_from_an_older_session_is_refused_in_words(leeds: Leeds) -> None:
    browser = PageClient(enforce_csrf_checks=True)
    browser.sign_in(leeds.priya.account)
    page = words(browser.submit("members:add", {"first_name": "Ada"}, status=403, ods="RR8"))
    assert "We could not accept what you sent" in page
    assert "Nothing was changed" in page


@pytest.mark.django_db
@override_settings(SUPPORT_CONTACT="")
def test_without_a_support_contact_it_promises_none(client: PageClient) -> None:
    assert "contact support" not in words(client.get("/nothing/here"))
