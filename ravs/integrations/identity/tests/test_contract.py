"""Every directory against the one contract, each before a real peer."""

from collections.abc import Iterator

import pytest

from ravs.integrations.identity.tests.contract import DirectoryContract
from ravs.integrations.identity.tests.local_provider import LocalProvider, local_provider
from ravs.integrations.identity.tests.worlds import GenericScim, Nobody, World, generic_scim


@pytest.fixture(scope="module")
def somebody_elses() -> Iterator[GenericScim]:
    with generic_scim() as provider:
        yield provider


@pytest.fixture(scope="module")
def our_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalProvider]:
    with local_provider(tmp_path_factory.mktemp("identity")) as provider:
        yield provider


class TestNoDirectory(DirectoryContract):
    @pytest.fixture
    def world(self) -> World:
        return Nobody()


class TestGenericScim(DirectoryContract):
    @pytest.fixture
    def world(self, somebody_elses: GenericScim) -> World:
        return somebody_elses


class TestLocalProvider(DirectoryContract):
    @pytest.fixture
    def world(self, our_own: LocalProvider) -> World:
        return our_own
