from collections.abc import Iterator

import pytest
from pytest_django import Settings

from ravs.accounts.models import Account
from ravs.accounts.oidc import discovery
from tests.oidc.browser import Browser
from tests.oidc.provider import Provider
from tests.people import account as make_account


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    discovery.forget()
    with Provider() as running:
        settings.OIDC_ISSUER = running.issuer
        settings.ENTRY = "tests.oidc.entry.OpenDoor"
        yield running


@pytest.fixture
def visitor(provider: Provider) -> Browser:
    return Browser(provider)


@pytest.fixture
def ada(db: None) -> Account:
    return make_account("Ada Jones", "ada.jones@rw3.nhs.uk")
