"""Every directory against the one contract, each before a real peer."""

from collections.abc import Iterator

import pytest

from ravs.integrations.identity.tests.contract import DirectoryContract
from ravs.integrations.identity.tests.worlds import Nobody, World, generic_scim


class TestNoDirectory(DirectoryContract):
    @pytest.fixture
    def world(self) -> World:
        return Nobody()


class TestGenericScim(DirectoryContract):
    @pytest.fixture
    def world(self) -> Iterator[World]:
        with generic_scim() as world:
            yield world
