"""Acts for several people: carried on by several workers, by ones that die, against each other."""

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from django.utils import timezone

from ravs.audit.models import Event
from ravs.members.bulk_drain import drain
from ravs.members.models import BulkAct, BulkVerb, Membership
from ravs.members.refusals import NotALeadAdministrator
from ravs.members.services import begin_bulk, undo_bulk
from ravs.members.services.bulk import Wanted
from tests.crowds import crowd, people
from tests.evidence import assert_whole
from tests.fixtures import Rounds
from tests.people import LEAD, Leeds, member
from tests.races.together import PATIENCE, at_once, environment, until

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

DEACTIVATE = Wanted(BulkVerb.DEACTIVATE)

WORKER = """
import django
django.setup()
from ravs.members.bulk_drain import drain
while True:
    drain()
"""


@contextmanager
def a_worker() -> Iterator["subprocess.Popen[bytes]"]:
    """Works until it is killed, as a machine that loses power: no handler, no last words."""
    settings = environment(DJANGO_SETTINGS_MODULE="ravs.config.settings.production")
    process = subprocess.Popen([sys.executable, "-c", WORKER], env=settings)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def begin(leeds: Leeds, wanted: Wanted, lead: Membership, *who: Membership) -> BulkAct:
    chosen = Membership.objects.filter(pk__in=[m.pk for m in who])
    return begin_bulk(
        actor=lead.account, organisation=leeds.organisation, wanted=wanted, chosen=chosen
    )


def crowd_of(leeds: Leeds, size: int) -> list[Membership]:
    return crowd(leeds.organisation, people(["Ann Other"] * size))


def happened() -> Counter[str]:
    return Counter(Event.objects.values_list("type", flat=True))


def settled(act: BulkAct) -> int:
    return act.rows.exclude(outcome="").count()


def reached(act: BulkAct, wanted: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE
    while settled(act) < wanted:
        assert process.poll() is None, "the worker ended by itself"
        assert time.monotonic() < end, "it came no further"
        time.sleep(0.01)


@pytest.mark.timeout(1800)
def test_killed_again_and_again_workers_settle_everybody_once(leeds: Leeds, rounds: Rounds) -> None:
    kills, size = rounds(50, part=20), rounds(1000)
    act = begin(leeds, DEACTIVATE, leeds.priya, *crowd_of(leeds, size))
    chance = random.Random(20261123)

    for _ in range(kills):
        with a_worker() as worker:
            reached(act, settled(act) + chance.randint(1, max(1, size // kills - 2)), worker)
            time.sleep(chance.uniform(0, 0.03))
        BulkAct.objects.filter(pk=act.pk, finished_at=None).update(lease_until=timezone.now())
    with a_worker():
        until(lambda: BulkAct.objects.filter(pk=act.pk, finished_at__isnull=False).exists())

    assert act.rows.filter(outcome="done").count() == size
    assert happened()["member.deactivated"] == size
    assert happened()["bulk.finished"] == 1
    assert_whole(leeds.organisation)


def test_four_workers_at_once_settle_everybody_once(leeds: Leeds) -> None:
    acts = [begin(leeds, DEACTIVATE, leeds.priya, *crowd_of(leeds, 20)) for _ in range(2)]
    while BulkAct.objects.filter(finished_at=None).exists():
        at_once([drain] * 4)
    assert [act.rows.filter(outcome="done").count() for act in acts] == [20, 20]
    assert happened()["member.deactivated"] == 40
    assert happened()["bulk.finished"] == 2
    assert_whole(leeds.organisation)


def test_leads_who_deactivate_each_other_leave_one(leeds: Leeds) -> None:
    others = [member(leeds.organisation, f"Lee Moss{letter}", LEAD) for letter in "abc"]
    leads = [leeds.priya, *others]
    for lead in leads:
        begin(leeds, DEACTIVATE, lead, *leads)
    while BulkAct.objects.filter(finished_at=None).exists():
        at_once([drain] * 4)
    left = Membership.objects.active_lead_administrators().filter(organisation=leeds.organisation)
    assert left.count() == 1
    assert happened()["member.deactivated"] == 3
    assert_whole(leeds.organisation)


def test_several_who_undo_at_once_undo_once(leeds: Leeds) -> None:
    second = member(leeds.organisation, "Lee Moss", LEAD)
    act = begin(leeds, DEACTIVATE, leeds.priya, leeds.rosa, leeds.adam)
    drain()
    actors = [leeds.priya.account, second.account] * 2
    undoings = at_once(
        [partial(undo_bulk, actor=actor, act=act) for actor in actors],
        refusals=(NotALeadAdministrator,),
    )
    assert len({undoing.pk for undoing in undoings if isinstance(undoing, BulkAct)}) == 1
    drain()
    assert happened()["bulk.undone"] == 1
    assert happened()["member.reactivated"] == 2
