"""A person's page says nothing of what happens to that person at other organisations."""

import pytest

from ravs.accounts.models import Account
from ravs.core.dates import london_today
from ravs.members.models import Membership
from ravs.members.services import apply_inactivity_rule
from ravs.organisations.models import Organisation
from tests.clients import PageClient
from tests.people import Leeds, account, member, organisation

LAPSED, WARNED = "Deactivated after 90 days", "Log in soon"


@pytest.fixture
def manchester(db: None) -> Organisation:
    return organisation("RW3", "Manchester University", region="Y62")


def page_of(client: PageClient, leeds: Leeds, row: Membership) -> str:
    client.sign_in(leeds.priya.account)
    return client.page("members:person", ods="RR8", member=row.public_id).content.decode()


def night() -> None:
    for _ in apply_inactivity_rule(today=london_today()):
        pass


def test_it_shows_of_one_letter_only_what_it_said_about_here(
    client: PageClient, leeds: Leeds, manchester: Organisation
) -> None:
    cara: Account = account("Cara Both")
    member(manchester, cara, idle_days=90)
    here = member(leeds.organisation, cara, idle_days=60)
    night()
    page = page_of(client, leeds, here)
    assert WARNED in page
    assert LAPSED not in page


def test_it_does_not_show_a_letter_about_elsewhere(
    client: PageClient, leeds: Leeds, manchester: Organisation
) -> None:
    """Lena lapsed at Leeds long ago; now she is warned at Manchester."""
    member(manchester, leeds.lena.account, idle_days=60)
    night()
    assert WARNED not in page_of(client, leeds, leeds.lena)
