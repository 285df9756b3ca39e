"""Leeds at a fixed noon, ready to record, and with a record; Rosa records there, Priya leads."""

from typing import Any

import pytest
import time_machine

from ravs.vaccinations.models import Vaccination
from tests.clients import PageClient
from tests.people import NOON
from tests.recording import Place, place
from tests.vaccinations import given


@pytest.fixture
def noon() -> Any:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def at(db: None, noon: Any) -> Place:
    return place()


@pytest.fixture
def record(at: Place) -> Vaccination:
    """Ada Brook's flu vaccination of today."""
    return given(at)


@pytest.fixture
def rosa(client: PageClient, at: Place) -> PageClient:
    client.sign_in(at.leeds.rosa.account)
    return client
