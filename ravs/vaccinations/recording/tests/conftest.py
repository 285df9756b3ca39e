"""Leeds, ready to record, at a fixed noon; and Rosa, who records there."""

from typing import Any

import pytest
import time_machine

from tests.clients import PageClient
from tests.people import NOON
from tests.recording import Place, place


@pytest.fixture
def noon() -> Any:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def at(db: None, noon: Any) -> Place:
    return place()


@pytest.fixture
def rosa(client: PageClient, at: Place) -> PageClient:
    client.sign_in(at.leeds.rosa.account)
    return client
