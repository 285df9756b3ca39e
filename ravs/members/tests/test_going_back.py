"""Going back in the browser after *Confirm and send*: nobody is silently left out."""

import re

import pytest
from django.http import HttpResponse
from django.urls import reverse

from ravs.accounts.models import Journey
from ravs.members.models import Membership
from tests.clients import PageClient
from tests.people import Leeds

pytestmark = pytest.mark.once

NIA = {
    "first_name": "Nia",
    "last_name": "Bevan",
    "email": "nia.bevan@nhs.net",
    "vaccinator": "no",
    "level": "recorder",
}
BO = NIA | {"first_name": "Bo", "last_name": "Lund", "email": "bo.lund@nhs.net"}


def key_of(page: HttpResponse) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page.content.decode())
    assert found
    return found[1]


def invited(email: str) -> bool:
    return Membership.objects.filter(account__email=email).exists()


@pytest.fixture
def key(client: PageClient, leeds: Leeds) -> str:
    """Priya has added Nia; this is the key of that journey, which her browser still holds."""
    client.sign_in(leeds.priya.account)
    key = key_of(client.page("members:add", ods="RR8"))
    client.submit("members:add", NIA | {"key": key}, ods="RR8")
    client.submit("members:check", {"key": key}, ods="RR8")
    assert invited("nia.bevan@nhs.net")
    return key


def test_it_invites_the_person_typed_over_the_first_one(client: PageClient, key: str) -> None:
    on = client.submit("members:add", BO | {"key": key}, ods="RR8")
    check = client.get(on.headers["Location"])
    assert "bo.lund@nhs.net" in check.content.decode()
    client.submit("members:check", {"key": key_of(check)}, ods="RR8")
    assert invited("bo.lund@nhs.net")


def test_it_leads_a_second_confirmation_to_the_first_ones_result(
    client: PageClient, key: str
) -> None:
    again = client.submit("members:check", {"key": key}, ods="RR8")
    assert again.headers["Location"] == reverse("members:invited", kwargs={"ods": "RR8"})


def test_it_forgets_what_was_typed_and_shows_an_empty_form(client: PageClient, key: str) -> None:
    assert not Journey.objects.exists()
    form = client.page("members:add", ods="RR8", query={"key": key})
    assert "nia.bevan" not in form.content.decode()
    assert key_of(form) != key
