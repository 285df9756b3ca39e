"""Lists carried out by several workers, confirmed by several people, and by workers that die."""

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

from ravs.accounts.models import Account
from ravs.audit.models import Event
from ravs.mail.models import Message
from ravs.members.importing.drain import drain
from ravs.members.importing.services import ImportOver, cancel, confirm
from ravs.members.importing.tests.lists import confirmed, crowd, drained, outcomes, taken_in
from ravs.members.models import IdentityCall, Import, Level, Membership
from ravs.members.refusals import AlreadyMember
from ravs.members.services import invite_member
from ravs.members.services.details import Details
from tests.evidence import assert_whole
from tests.fixtures import Rounds
from tests.people import LEAD, Leeds, member
from tests.races.together import PATIENCE, at_once, environment, until

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def happened() -> Counter[str]:
    return Counter(Event.objects.values_list("type", flat=True))


def settled(job: Import) -> int:
    return job.rows.exclude(outcome="").count()


def the_lease_runs_out(job: Import) -> None:
    Import.objects.filter(pk=job.pk).update(lease_until=timezone.now())


WORKER = """
import django
django.setup()
from ravs.members.importing.drain import carry_on
while True:
    carry_on()
"""
"""What carries lists on, without the mail, whose own tests kill it."""


@contextmanager
def a_worker() -> Iterator["subprocess.Popen[bytes]"]:
    """Works until it is killed, as a machine that loses power: no handler, no last words."""
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER],
        env=environment(DJANGO_SETTINGS_MODULE="ravs.config.settings.production"),
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def reached(job: Import, more: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait for so many rows, for as long as it goes on at all."""
    before, end = -1, 0.0
    while (now := settled(job)) < more:
        assert process.poll() is None, "the worker ended by itself"
        if now != before:
            before, end = now, time.monotonic() + PATIENCE
        assert time.monotonic() < end, "it came no further"
        time.sleep(0.03)


@pytest.mark.timeout(3600)
def test_killed_again_and_again_workers_add_everybody_once(leeds: Leeds, rounds: Rounds) -> None:
    kills, size = rounds(50, part=20), rounds(10_000, part=40)
    job = taken_in(leeds.priya.account, leeds.organisation, crowd(size))
    drained()
    confirm(actor=leeds.priya.account, job=job)
    before, chance = Membership.objects.count(), random.Random(20261123)

    for _ in range(kills):
        with a_worker() as worker:
            reached(job, settled(job) + chance.randint(1, size // kills - 10), worker)
            time.sleep(chance.uniform(0, 0.05))
        the_lease_runs_out(job)
    with a_worker() as worker:
        reached(job, size, worker)
        until(lambda: Import.objects.filter(pk=job.pk, state="finished").exists())

    assert Counter(outcomes(job).values()) == {"invited": size}
    assert Membership.objects.count() - before == size
    assert job.rows.values("membership").distinct().count() == size
    assert happened()["member.invited"] == happened()["account.created"] == size
    assert happened()["import.finished"] == 1
    assert IdentityCall.objects.values("membership").distinct().count() == size
    assert IdentityCall.objects.count() == size
    assert_whole(leeds.organisation)


def test_four_workers_at_once_add_everybody_once(leeds: Leeds) -> None:
    jobs = [
        confirmed(leeds.priya.account, leeds.organisation, crowd(40, start=start))
        for start in (0, 20)
    ]
    while Import.objects.filter(state="running").exists():
        at_once([drain] * 4)
    told = [*outcomes(jobs[0]).values(), *outcomes(jobs[1]).values()]
    assert Counter(told) == {"invited": 60, "already-here": 20}
    assert happened()["member.invited"] == 60
    assert happened()["import.finished"] == 2
    assert_whole(leeds.organisation)


def test_a_worker_whose_lease_was_taken_over_writes_nothing_more(leeds: Leeds) -> None:
    from ravs.members.importing import drain as work

    job = confirmed(leeds.priya.account, leeds.organisation, crowd(5))
    first = work._lease()
    assert first is not None
    the_lease_runs_out(job)
    second = work._lease()
    assert second is not None
    assert work._add_next(first) == 0
    assert work._add_next(second) == 1
    assert settled(job) == 1


def test_four_who_confirm_at_once_confirm_once(leeds: Leeds) -> None:
    lee = member(leeds.organisation, "Lee Moss", LEAD)
    job = taken_in(leeds.priya.account, leeds.organisation, crowd(3))
    actors = [leeds.priya.account, lee.account] * 2
    at_once([partial(confirm, actor=actor, job=job) for actor in actors])
    assert happened()["import.confirmed"] == 1
    assert Message.objects.filter(kind="import_confirmed").count() == 1


def test_a_list_is_either_confirmed_or_removed(leeds: Leeds) -> None:
    for number in range(5):
        job = taken_in(leeds.priya.account, leeds.organisation, crowd(1, start=number))
        acts = [partial(act, actor=leeds.priya.account, job=job) for act in (confirm, cancel)]
        told = at_once(acts, refusals=(ImportOver,))
        assert sum(isinstance(each, ImportOver) for each in told) == 1
        drained()
        job.refresh_from_db()
        is_there = Account.objects.filter(email=f"nia.jones{number}@nhs.net").exists()
        assert is_there == (job.state == "finished")


def test_somebody_who_is_added_by_hand_meanwhile_is_added_once(leeds: Leeds) -> None:
    for number in range(5):
        job = confirmed(leeds.priya.account, leeds.organisation, crowd(1, start=number))
        details = Details(
            f"nia.jones{number}@nhs.net", "Nia", "Jones", Level.ADMINISTRATOR, vaccinator=False
        )
        by_hand = partial(
            invite_member,
            actor=leeds.priya.account,
            organisation=leeds.organisation,
            details=details,
        )
        told = at_once([drain, by_hand], refusals=(AlreadyMember,))
        drained()
        was_first = not isinstance(told[1], AlreadyMember)
        assert set(outcomes(job).values()) == {"already-here" if was_first else "invited"}
    assert happened()["member.invited"] == 5
    assert_whole(leeds.organisation)
