"""The provider that this room's tests use keeps the contract that the real ones keep."""

from collections.abc import Iterator

import pytest

from ravs.integrations.identity.port import Found, IdentityDirectory, Resent
from ravs.integrations.identity.tests.contract import DirectoryContract
from ravs.integrations.identity.tests.worlds import Kept, World
from tests.directory import PROVIDER, Directory


class InMemory:
    """The provider of ``tests.directory``, seen from behind."""

    new = Found.NEW

    def __init__(self, *, tells: bool) -> None:
        self.tells_activation = PROVIDER.tells_activation = tells
        self.found_elsewhere = Found.PENDING if tells else Found.EXISTING
        self.resent = Resent.SENT if tells else Resent.UNSUPPORTED

    def directory(self) -> IdentityDirectory:
        return Directory()

    def kept(self, email: str) -> list[Kept]:
        held = PROVIDER.accounts.get(email.casefold())
        if held is None:
            return []
        identifier = str(held.external_id) if held.external_id else None
        return [Kept(held.email, identifier, held.first_name, held.last_name, held.active)]

    def make_elsewhere(self, email: str) -> None:
        PROVIDER.hold(email, activated=False)

    def switch_off(self, email: str) -> None:
        PROVIDER.accounts[email.casefold()].active = False

    def activate(self, email: str) -> None:
        PROVIDER.activate(email)

    def activation_letters(self, email: str) -> int:
        return PROVIDER.letters.count(email)


@pytest.mark.parametrize("world", ["tells", "silent"], indirect=True)
class TestInMemory(DirectoryContract):
    @pytest.fixture
    def world(self, request: pytest.FixtureRequest) -> Iterator[World]:
        PROVIDER.reset()
        yield InMemory(tells=request.param == "tells")
        PROVIDER.reset()
