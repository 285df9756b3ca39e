"""The people of Leeds, somebody from elsewhere, a provider of our own, and a fixed noon."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests import directory, people
from tests.directory import PROVIDER, Provider


@pytest.fixture
def leeds(db: None) -> people.Leeds:
    return people.leeds()


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    """An identity provider that makes accounts, empty at first."""
    settings.IDENTITY_DIRECTORY = directory.PATH
    settings.IDENTITY_PROVIDER = "scim"
    PROVIDER.reset()
    yield PROVIDER
    PROVIDER.reset()
