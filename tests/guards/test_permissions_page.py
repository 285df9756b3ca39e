"""The page about permissions says what the doors do."""

import pytest

from tests.guards.house import ROOT
from tests.guards.permissions_page import PAGE, page

pytestmark = pytest.mark.once


def test_it_is_up_to_date() -> None:
    assert (ROOT / PAGE).read_text() == page(), "make permissions"
