"""Every page of the room opens, for the lead, and keeps the laws of pages."""

import pytest

from tests.clients import PageClient
from tests.people import Leeds, member

pytestmark = pytest.mark.once


@pytest.fixture
def lead(client: PageClient, leeds: Leeds) -> PageClient:
    client.sign_in(leeds.priya.account)
    return client


@pytest.mark.parametrize(
    "name",
    ["list", "invited", "deactivated", "add", "reactivate-all", "history"],
)
def test_it_opens(lead: PageClient, name: str) -> None:
    lead.page(f"members:{name}", ods="RR8")


def test_it_opens_every_persons_page(lead: PageClient, leeds: Leeds) -> None:
    for row in leeds.people.values():
        lead.page("members:person", ods="RR8", member=row.public_id)


def test_it_opens_profile_and_choice(lead: PageClient) -> None:
    lead.page("members:profile")
    lead.page("members:choose-organisation")


@pytest.mark.parametrize(
    ("idle", "words"),
    [(84, "Deactivated in 6 days"), (89, "in 1 day"), (91, "Deactivated tonight")],
)
def test_the_list_says_when_somebody_will_be_deactivated(
    lead: PageClient, leeds: Leeds, idle: int, words: str
) -> None:
    member(leeds.organisation, "Nia Poe", idle_days=idle)
    assert words in lead.page("members:list", ods="RR8").content.decode()
