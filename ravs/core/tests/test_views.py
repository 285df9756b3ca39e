"""The public pages, as a stranger's browser and a colleague's get them."""

import pytest
from django.http import HttpResponse
from django.test import override_settings

from tests.clients import PageClient
from tests.people import Leeds

pytestmark = pytest.mark.once

PUBLIC = [
    ("core:home", "Record a vaccination service"),
    ("core:help", "Help and support"),
    ("core:user-guide", "User guide"),
    ("core:whats-new", "What’s new"),
    ("core:accessibility-statement", "Accessibility statement"),
    ("core:cookies", "Cookies"),
    ("core:terms", "Terms of use"),
]


def words(response: HttpResponse) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(("name", "heading"), PUBLIC)
@pytest.mark.django_db
def test_anyone_may_read_a_public_page(client: PageClient, name: str, heading: str) -> None:
    assert f"<title>{heading}" in words(client.page(name))


@pytest.mark.parametrize("name", [name for name, _ in PUBLIC if name != "core:home"])
def test_colleagues_read_it_in_their_own_frame(client: PageClient, leeds: Leeds, name: str) -> None:
    client.sign_in(leeds.rosa.account)
    assert "Rosa Keane" in words(client.page(name))


def test_the_product_page_offers_to_log_in(client: PageClient, db: None) -> None:
    page = words(client.page("core:home"))
    assert 'href="/sign-in"' in page
    assert "your Okta account" in page


def test_somebody_logged_in_goes_on_from_the_product_page(client: PageClient, leeds: Leeds) -> None:
    client.sign_in(leeds.rosa.account)
    response = client.get("/", follow=True)
    assert [address for address, _ in response.redirect_chain] == ["/my-organisation", "/o/RR8"]


@pytest.mark.django_db
@override_settings(SESSION_COOKIE_NAME="__Host-ravs-session", CSRF_COOKIE_NAME="__Host-ravs-csrf")
def test_it_names_the_cookies_that_are_really_set(client: PageClient) -> None:
    page = words(client.page("core:cookies"))
    assert "__Host-ravs-session" in page
    assert "__Host-ravs-csrf" in page
    assert "after 30 minutes without use, and after 12 hours in any case" in page


@pytest.mark.django_db
@override_settings(LAPSE_DAYS=45, INVITATION_DAYS=30)
def test_it_says_the_numbers_that_the_rules_count(client: PageClient) -> None:
    page = words(client.page("core:user-guide"))
    assert "not logged in for 45 days" in page
    assert "invite expires after 30 days" in page


@pytest.mark.parametrize("name", [name for name, _ in PUBLIC])
@pytest.mark.django_db
def test_a_public_page_cannot_be_posted_to(client: PageClient, name: str) -> None:
    client.submit(name, status=405)


@pytest.mark.django_db
def test_a_stranger_gets_no_cookie_for_reading(client: PageClient) -> None:
    for name, _ in PUBLIC:
        assert not client.page(name).cookies


@pytest.mark.django_db
def test_training_support_and_its_hours_are_named_where_the_operator_names_them(
    client: PageClient,
) -> None:
    assert "Watch or book training" not in words(client.page("core:user-guide"))
    told = {
        "TRAINING_URL": "https://training.trust.example/ravs",
        "SUPPORT_CONTACT": "help@trust.example",
        "SUPPORT_PHONE": "0121 496 0000",
        "SUPPORT_HOURS": "Monday to Friday, 8am to 6pm",
    }
    with override_settings(**told):
        assert told["TRAINING_URL"] in words(client.page("core:user-guide"))
        page = words(client.page("core:help"))
    assert "mailto:help@trust.example" in page
    assert told["SUPPORT_PHONE"] in page
    assert told["SUPPORT_HOURS"] in page
