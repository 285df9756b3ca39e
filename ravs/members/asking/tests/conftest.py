"""The people of Leeds, with two lead administrators who can answer, and a provider of our own."""

from collections.abc import Iterator
from typing import Any

import pytest

from ravs.members.models import Membership
from tests import directory, people
from tests.clients import PageClient
from tests.directory import PROVIDER, Provider


@pytest.fixture
def leeds(db: None) -> people.Leeds:
    return people.leeds()


@pytest.fixture
def quinn(leeds: people.Leeds) -> Membership:
    """Leads users at Leeds beside Priya."""
    return people.member(leeds.organisation, "Quinn Moor", people.LEAD, vaccinator=True)


@pytest.fixture
def priya(client: PageClient, leeds: people.Leeds) -> PageClient:
    """Priya, logged in."""
    client.sign_in(leeds.priya.account)
    return client


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    """An identity provider that makes accounts, empty at first."""
    settings.IDENTITY_DIRECTORY = directory.PATH
    settings.IDENTITY_PROVIDER = "scim"
    PROVIDER.reset()
    yield PROVIDER
    PROVIDER.reset()
