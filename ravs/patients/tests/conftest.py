from collections.abc import Iterator

import pytest
import time_machine

from tests import patients, people
from tests.clients import PageClient


@pytest.fixture
def leeds() -> Iterator[people.Leeds]:
    """Leeds on a fixed day, with the known people in the local directory."""
    with time_machine.travel(people.NOON, tick=False):
        patients.register()
        yield people.leeds()


@pytest.fixture
def rosa(client: PageClient, leeds: people.Leeds) -> PageClient:
    """Rosa, who records at Leeds, at her browser."""
    client.sign_in(leeds.rosa.account)
    return client
