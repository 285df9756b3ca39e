"""A real provider, and people at browsers of their own who come in by it."""

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from ravs.accounts.models import Account
from ravs.accounts.oidc import discovery
from tests import people
from tests.oidc.browser import Browser
from tests.oidc.provider import Person, Provider


class Somebody(Browser):
    """One person at one browser; each log-in goes through the provider."""

    def __init__(self, provider: Provider, account: Account) -> None:
        super().__init__(provider)
        self.account = account

    def log_in(self, next_path: str = "", **query: str) -> Any:
        person = Person(subject=str(self.account.public_id), email=self.account.email)
        self.provider.script.person = person
        return self.come_back(self.go_away(next_path, **query))

    def enter(self, row: Any) -> Any:
        """Choose an organisation on the page that asks."""
        return self.post("/choose-organisation", {"organisation": str(row.public_id)})


class Visitors:
    """Makes browsers."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider

    def __call__(self, who: Any) -> Somebody:
        account = who if isinstance(who, Account) else who.account
        return Somebody(self.provider, account)


@pytest.fixture(scope="session")
def running_provider() -> Iterator[Provider]:
    with Provider() as running:
        yield running


@pytest.fixture
def browser_of(running_provider: Provider, settings: Settings) -> Visitors:
    discovery.forget()
    settings.OIDC_ISSUER = running_provider.issuer
    return Visitors(running_provider)


@pytest.fixture
def leeds(db: None) -> people.Leeds:
    return people.leeds()
