"""One contract for every directory, each before a peer that really does the work."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from ravs.integrations.identity.tests.contract import DirectoryContract
from ravs.integrations.identity.tests.local_provider import local_provider
from ravs.integrations.identity.tests.worlds import Nobody, World, generic_scim
from tests.directory import InMemory
from tests.okta.world import okta_world

pytestmark = pytest.mark.once

Opening = Callable[[pytest.TempPathFactory], AbstractContextManager[World]]


@contextmanager
def nobody() -> Iterator[World]:
    yield Nobody()


WORLDS: dict[str, Opening] = {
    "none": lambda _folders: nobody(),
    "in memory": lambda _folders: InMemory.opened(tells=True),
    "in memory, which does not tell": lambda _folders: InMemory.opened(tells=False),
    "somebody's SCIM": lambda _folders: generic_scim(),
    "the local provider": lambda folders: local_provider(folders.mktemp("identity")),
    "Okta, people let into an app": lambda _folders: okta_world(),
    "Okta, with a place for our id": lambda _folders: okta_world(attribute="ravsId"),
    "Okta, by a service app, into a group": lambda _folders: okta_world(service_app=True),
}
"""A provider each, opened once for all the laws."""


@pytest.fixture(scope="module", params=WORLDS)
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    with WORLDS[request.param](tmp_path_factory) as world:
        yield world


class TestEveryDirectory(DirectoryContract):
    """All laws, in all worlds."""


def test_every_directory_of_the_product_is_held_to_it() -> None:
    """A directory that settings can name, and no world opens, would go untested."""
    from ravs.config.contract import DIRECTORIES

    opened = set()
    for name in ("none", "somebody's SCIM", "Okta, people let into an app"):
        with WORLDS[name](None) as world:  # type: ignore[arg-type]
            directory = type(world.directory())
            opened.add(f"{directory.__module__}.{directory.__qualname__}")
    assert opened == set(DIRECTORIES.values())
