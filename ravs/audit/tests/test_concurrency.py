"""Many writers at once: no gap, no fork, no deadlock."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from ravs.audit.models import ChainHead, Event
from ravs.audit.services import Entry, record_many
from ravs.audit.tests.people import FA123, INVITED, PRIYA, RW3, SAM
from ravs.audit.verify import verify
from tests.fixtures import Rounds

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

WRITERS = 8


def all_at_once(rounds: int, entries: list[list[Entry]]) -> None:
    """``WRITERS`` threads, each writing its own ``entries`` over and over."""
    start = Barrier(WRITERS)

    def write(writer: int) -> None:
        start.wait()
        try:
            for _ in range(rounds):
                with transaction.atomic():
                    record_many(entries[writer])
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as threads:
        for written in [threads.submit(write, writer) for writer in range(WRITERS)]:
            written.result()


def test_it_keeps_one_chain_whole_under_eight_writers(rounds: Rounds) -> None:
    count = rounds(500)
    entry = Entry(INVITED, actor=PRIYA, subject=SAM, organisation=RW3)

    all_at_once(count, [[entry] for _ in range(WRITERS)])

    seqs = list(Event.objects.order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, WRITERS * count + 1))
    assert verify().first_bad is None


def test_it_lets_writers_of_several_chains_wait_and_never_deadlock(rounds: Rounds) -> None:
    count = rounds(300)
    chains = [None, RW3, FA123]
    orders = [chains, chains[::-1], [RW3, None, FA123], [FA123, RW3], [RW3], [None, FA123]]
    entries = [
        [Entry(INVITED, subject=SAM, organisation=chain) for chain in orders[writer % len(orders)]]
        for writer in range(WRITERS)
    ]

    all_at_once(count, entries)

    report = verify()
    assert report.first_bad is None
    assert report.checked == count * sum(len(each) for each in entries)
    assert {head.seq for head in ChainHead.objects.all()} == {
        count * sum(entry.organisation == chain for each in entries for entry in each)
        for chain in chains
    }
