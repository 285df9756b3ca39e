"""Races are run where locks are real: on PostgreSQL, with committed transactions."""

import pytest

from tests import people


@pytest.fixture
def leeds(transactional_db: None) -> people.Leeds:
    return people.leeds()
