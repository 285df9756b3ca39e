"""The people of Leeds."""

import pytest

from tests import people


@pytest.fixture
def leeds(db: None) -> people.Leeds:
    return people.leeds()
