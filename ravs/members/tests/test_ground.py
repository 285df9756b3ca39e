"""What rules that work on many people at once stand on: whom they look at, and their locks."""

from typing import Any

import pytest
from django.db import transaction

from ravs.members import ground
from ravs.members.models import Membership, Status
from tests.people import Leeds, member, organisation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("status", "open_"),
    [("invited", True), ("active", True), ("deactivated", True), ("closed", False)],
)
def test_an_organisation_is_looked_at_until_it_has_closed(status: str, open_: bool) -> None:
    row = member(organisation(status=status), "Rosa Keane", status="invited")
    assert (row in Membership.objects.of_open_organisations()) is open_


def test_locked_rows_come_in_order_of_key_with_all_that_a_rule_reads(
    leeds: Leeds, django_assert_num_queries: Any
) -> None:
    elsewhere = member(organisation("RW3", "Manchester", region="Y62"), "Sam West")
    with transaction.atomic():
        rows = ground.lock_memberships(Membership.objects.filter(status=Status.ACTIVE))
        with django_assert_num_queries(0):
            told = [(row.account.last_name, row.organisation.region.code) for row in rows]
    assert told == [("Shah", "Y63"), ("Keane", "Y63"), ("Obi", "Y63"), ("West", "Y62")]
    assert rows[-1] == elsewhere
