"""The fixed instant of this room's tests, and a trust with stock."""

from collections.abc import Iterator

import pytest
import time_machine

from ravs.organisations.models import Site
from tests import people, vaccines


@pytest.fixture
def at_noon() -> Iterator[None]:
    with time_machine.travel(people.NOON, tick=False):
        yield


@pytest.fixture
def leeds(at_noon: None, db: None) -> people.Leeds:
    return people.leeds()


@pytest.fixture
def infirmary(leeds: people.Leeds) -> Site:
    """Leeds General Infirmary, which keeps flu and COVID-19 vaccines."""
    return vaccines.stocked(leeds.organisation)
