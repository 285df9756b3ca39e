"""What every guard has: a provider that cannot be reached, as nothing here may depend on one, and
a world that is built once for each file of guards."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from ravs.accounts.oidc import discovery
from tests.guards.world import World, world


@pytest.fixture(autouse=True)
def provider_away(settings: Any) -> None:
    settings.OIDC_ISSUER = "http://localhost:9"
    discovery.forget()


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The rows stand in a transaction round those of the tests, and go with the last of them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield world()
        transaction.set_rollback(True)


@pytest.fixture
def here(built: World, db: None) -> World:
    """The world as it was built; what a test does to its rows is taken back."""
    built.clients.clear()
    return built
