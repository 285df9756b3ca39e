"""How often is too often: counted for all processes alike, and forgotten in time."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_ratelimit.exceptions import Ratelimited

from ravs.core.counters import forget_old_counts
from ravs.core.limits import hold_to, of_address
from ravs.core.models import Counter
from tests.people import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def three_a_minute(settings: Any) -> None:
    settings.RATES = settings.RATES | {"knock": "3/m"}


def knock(address: str = "192.0.2.7") -> None:
    hold_to("knock", RequestFactory().get("/", REMOTE_ADDR=address), by=of_address)


def test_the_fourth_within_a_minute_is_refused_and_later_all_is_well_again() -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        for _ in range(3):
            knock()
        with pytest.raises(Ratelimited):
            knock()
        traveller.shift(timedelta(minutes=2))
        knock()


def test_each_address_is_counted_by_itself() -> None:
    for last in range(8):
        knock(f"192.0.2.{last}")


def test_an_ipv6_network_counts_as_one() -> None:
    for last in range(3):
        knock(f"2001:db8::{last}")
    with pytest.raises(Ratelimited):
        knock("2001:db8::ffff")
    knock("2001:db8:1::1")


def test_an_address_that_is_none_is_still_counted() -> None:
    for _ in range(3):
        knock("unknown")
    with pytest.raises(Ratelimited):
        knock("unknown")


def test_a_count_begins_once_and_again_when_its_time_is_over() -> None:
    counters = caches["counters"]
    with time_machine.travel(NOON, tick=False) as traveller:
        assert counters.add("door", 1, 60) is True
        assert counters.add("door", 1, 60) is False
        assert counters.incr("door") == 2
        assert counters.get("door") == 2
        traveller.shift(timedelta(seconds=61))
        assert counters.get("door", 0) == 0
        assert counters.add("door", 1, 60) is True
    with pytest.raises(ValueError, match="Nobody counts window"):
        counters.incr("window")


def test_a_key_that_is_being_counted_is_begun_by_reading_alone() -> None:
    caches["counters"].add("door", 1, 60)
    with CaptureQueriesContext(connection) as queries:
        assert caches["counters"].add("door", 1, 60) is False
    assert [query["sql"].split()[0] for query in queries] == ["SELECT"]


def test_counts_of_windows_that_are_over_are_taken_away() -> None:
    knock()
    Counter.objects.update(expires=timezone.now() - timedelta(seconds=1))
    knock("192.0.2.8")
    forget_old_counts()
    assert Counter.objects.count() == 1
