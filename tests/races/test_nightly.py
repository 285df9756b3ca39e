"""The night job against itself, against people, and against being killed."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import connection, transaction
from django.utils import timezone

from ravs.audit.models import Event
from ravs.core.dates import london_today
from ravs.mail.models import Message
from ravs.members import commands, counts
from ravs.members.models import Membership, Status
from ravs.members.nightly import run_night
from ravs.members.refusals import MemberRefusal
from ravs.members.services import (
    apply_inactivity_rule,
    inactivity,
    reactivate_lapsed,
    reactivate_member,
)
from ravs.organisations.models import Organisation
from tests.crowds import crowd, people
from tests.evidence import assert_whole, fresh
from tests.fixtures import Rounds
from tests.people import LEAD, member, organisation
from tests.races.together import Team, at_once, ended_well, kill, ravs, until, waits_for_a_lock

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def idle(at: Organisation, count: int, days: int) -> list[Membership]:
    return crowd(at, people(["Ann Other"] * count), idle_days=days)


def assert_each_lapsed_once_and_was_told_once(rows: list[Membership]) -> None:
    lapsed = Membership.objects.filter(pk__in=[row.pk for row in rows]).lapsed()
    assert lapsed.count() == len(rows)
    told = Counter(Message.objects.filter(kind="lapsed").values_list("to", flat=True))
    assert told == {row.account.email: 1 for row in rows}
    assert Event.objects.filter(type="member.lapsed").count() == len(rows)
    assert_whole()


def night() -> None:
    for _ in run_night(today=london_today()):
        pass


@contextmanager
def held(at: Organisation) -> Iterator[None]:
    """Nobody else gets this organisation's lock meanwhile."""
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=at.pk)
        yield


def test_four_processes_at_once_lapse_everybody_once() -> None:
    places = [organisation(f"R{n}X", f"Trust {n}") for n in range(3)]
    rows = [row for at in places for row in idle(at, 40, 90)]
    warned = idle(places[0], 10, 76)
    running = [ravs("nightly") for _ in range(4)]
    for process in running:
        assert "Night of" in ended_well(process)
    assert_each_lapsed_once_and_was_told_once(rows)
    warnings = Counter(Message.objects.filter(kind="lapse_warning").values_list("to", flat=True))
    assert warnings == {row.account.email: 1 for row in warned}
    assert Event.objects.filter(type="nightly.finished").count() == 4


def test_killed_between_slices_the_next_run_finishes() -> None:
    """The second slice waits for a lock when the power goes."""
    first, second = organisation("R1X", "First"), organisation("R2X", "Second")
    rows = idle(first, inactivity.SLICE, 90) + idle(second, 5, 90)
    done = Membership.objects.filter(organisation=first).lapsed()
    with held(second):
        process = ravs("nightly")
        until(lambda: done.count() == inactivity.SLICE, process)
        kill(process)
    assert not Membership.objects.filter(organisation=second).lapsed().exists()
    assert_whole(first, second)
    ended_well(ravs("nightly"))
    assert_each_lapsed_once_and_was_told_once(rows)


def test_killed_inside_a_slice_nothing_of_it_stays() -> None:
    """It holds some locks and waits for the last one."""
    places = [organisation(f"R{n}X", f"Trust {n}") for n in range(3)]
    rows = [row for at in places for row in idle(at, 5, 90)]
    with held(places[-1]):
        process = ravs("nightly")
        until(waits_for_a_lock, process)
        kill(process)
    assert not Membership.objects.all().lapsed().exists()
    assert not Message.objects.exists()
    ended_well(ravs("nightly"))
    assert_each_lapsed_once_and_was_told_once(rows)


@pytest.mark.parametrize("seed", range(5))
def test_broken_off_at_any_statement_the_next_run_finishes(rounds: Rounds, seed: int) -> None:
    """Killed as the database sees it: the connection ends before the nth statement."""
    at = organisation()
    for number in range(rounds(100) // 5):
        rows = idle(at, 3, 90)
        broken_off_after = 1 + (seed * 6 + number * 7) % 30

        class Killed(BaseException):
            pass

        statements = iter(range(broken_off_after))

        def fails(execute, sql, params, many, context, left=statements, end=Killed):  # type: ignore[no-untyped-def]
            if next(left, None) is None:
                raise end
            return execute(sql, params, many, context)

        with connection.execute_wrapper(fails):
            try:
                night()
            except Killed:
                connection.close()
        night()
        assert all(fresh(row).has_lapsed for row in rows)
        told = Counter(Message.objects.values_list("to", flat=True))
        assert {told[row.account.email] for row in rows} == {1}
        assert_whole(at)


def make_lapsed(rows: list[Membership]) -> None:
    Membership.objects.filter(pk__in=[row.pk for row in rows]).update(
        status=Status.DEACTIVATED, deactivated_at=timezone.now(), deactivated_reason="inactivity"
    )
    counts.recount({row.organisation_id for row in rows})


def test_the_night_against_reactivation(rounds: Rounds) -> None:
    """Nobody is both: whoever came back stays, and the history tells what the rows are."""
    at = organisation()
    lead = member(at, "Priya Shah", LEAD)
    back, due = idle(at, 6, 95), idle(at, 6, 90)
    with Team(4) as team:
        for _ in range(rounds(200, part=20)):
            make_lapsed(back)
            Membership.objects.filter(pk__in=[row.pk for row in due]).update(
                status=Status.ACTIVE,
                deactivated_at=None,
                deactivated_reason="",
                clock_on=due[0].clock_on,
            )
            counts.recount([at.pk])
            team.at_once(
                [
                    night,
                    night,
                    lambda: reactivate_lapsed(
                        actor=lead.account, organisation=at, lapsed_by=timezone.now()
                    ),
                    lambda: [
                        reactivate_member(actor=lead.account, membership=row)
                        for row in (*back, *due)
                    ],
                ],
                refusals=(MemberRefusal,),
            )
            assert all(fresh(row).is_active for row in back)
            for row in due:
                assert fresh(row).status == last_told(row)
            night()
            assert all(fresh(row).is_active for row in back)
    assert_whole(at)


def last_told(row: Membership) -> str:
    """What the history says last of somebody at their organisation."""
    events = Event.objects.filter(
        chain=row.organisation.public_id, subject=row.account.public_id
    ).order_by("-seq")
    return {"member.lapsed": "deactivated", "member.reactivated": "active"}[events[0].type]


def test_a_simulation_holds_no_lock_longer_than_its_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inactivity, "SLICE", 1)
    first, second = organisation("R1X", "First"), organisation("R2X", "Second")
    [one], [two] = idle(first, 1, 90), idle(second, 1, 90)
    done = threading.Event()

    def simulate() -> None:
        try:
            commands._simulated(london_today())
            done.set()
        finally:
            connection.close()

    simulating = threading.Thread(target=simulate)
    with held(second):
        simulating.start()
        until(waits_for_a_lock)
        with transaction.atomic():
            Organisation.objects.select_for_update(nowait=True).get(pk=first.pk)
    simulating.join()
    assert done.is_set()
    assert fresh(one).is_active
    assert fresh(two).is_active


def test_the_door_and_the_night_at_once_tell_once(rounds: Rounds) -> None:
    at = organisation()
    with Team(3) as team:
        for _ in range(rounds(100)):
            [row] = idle(at, 1, 90)

            def at_the_door(who: int = row.account_id) -> None:
                for _ in apply_inactivity_rule(today=london_today(), accounts=[who], warn=False):
                    pass

            team.at_once([night, at_the_door, at_the_door])
            assert fresh(row).has_lapsed
            assert Message.objects.filter(to=row.account.email).count() == 1
    assert_whole(at)


def test_runs_at_once_in_threads_with_small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inactivity, "SLICE", 2)
    places = [organisation(f"R{n}X", f"Trust {n}") for n in range(3)]
    rows = [row for at in places for row in idle(at, 5, 91)]
    at_once([partial(night) for _ in range(4)])
    assert_each_lapsed_once_and_was_told_once(rows)
