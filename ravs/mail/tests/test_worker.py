"""The worker's rounds: wake-ups, sweeps, heartbeats, and what it forgets."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django.fixtures import Settings

from ravs.core import worker
from ravs.core.models import WorkerHeartbeat
from ravs.mail.models import Message, State
from ravs.mail.tests.outbox import promise, promise_many
from ravs.mail.tests.smtp_server import Script

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MAIL = "ravs.mail.delivery.drain"

drained: list[int] = []


def faulty(_limit: int) -> int:
    """A drain with a mistake in it, named by settings below."""
    raise LookupError


def long_queue(limit: int) -> int:
    """A drain that has more to do than one call may: two full rounds and a rest."""
    drained.append(limit)
    return limit if len(drained) < 3 else 1


@pytest.fixture(autouse=True)
def only_mail(settings: Settings) -> None:
    settings.DRAINS = [MAIL]


def test_it_carries_out_the_wake_up_of_a_promise(mail_server: Script, settings: Settings) -> None:
    settings.DRAINS = []
    promise()

    worker.Worker().go_round()

    assert len(mail_server.received) == 1
    assert list(DBTaskResult.objects.values_list("status", "return_value")) == [("SUCCESSFUL", 1)]


def test_it_finds_by_sweeping_what_no_wake_up_told_of(mail_server: Script) -> None:
    promise()
    DBTaskResult.objects.all().delete()

    worker.Worker().go_round()

    assert len(mail_server.received) == 1


def test_it_sweeps_again_only_after_a_while(mail_server: Script) -> None:
    at_work = worker.Worker(sweep_seconds=3600)
    at_work.go_round()
    promise()
    DBTaskResult.objects.all().delete()

    at_work.go_round()
    assert not mail_server.received

    at_work.next_sweep = 0
    at_work.go_round()
    assert len(mail_server.received) == 1


def test_it_sweeps_until_nothing_is_left(mail_server: Script) -> None:
    promise_many(7)

    assert worker.sweep(limit=3) == 7

    assert set(Message.objects.values_list("state", flat=True)) == {State.SENT}


def test_it_calls_a_drain_again_while_it_takes_all_it_may(settings: Settings) -> None:
    settings.DRAINS = [f"{__name__}.long_queue"]
    drained.clear()

    assert worker.sweep(limit=5) == 11
    assert drained == [5, 5, 5]


def test_it_does_not_let_one_faulty_drain_keep_the_others_from_work(
    mail_server: Script, settings: Settings
) -> None:
    settings.DRAINS = [f"{__name__}.faulty", "ravs.nowhere.drain", MAIL]
    promise()

    assert worker.sweep() == 1

    assert len(mail_server.received) == 1


def test_it_says_when_it_was_last_at_work() -> None:
    assert worker.report() == {"state": "never seen", "at": None}

    with time_machine.travel(NOON, tick=False) as clock:
        worker.sweep()
        assert worker.report() == {"state": "ok", "at": "2026-03-02T12:00:00+00:00"}
        clock.shift(timedelta(seconds=61))
        assert worker.report() == {"state": "late", "at": "2026-03-02T12:00:00+00:00"}
        worker.sweep()
        assert worker.report()["state"] == "ok"

    assert WorkerHeartbeat.objects.count() == 1


def test_it_forgets_old_wake_ups_and_keeps_young_and_waiting_ones(mail_server: Script) -> None:
    for state, age in [
        ("SUCCESSFUL", 8),
        ("FAILED", 8),
        ("RUNNING", 8),
        ("SUCCESSFUL", 6),
        ("RUNNING", 6),
        ("READY", 30),
    ]:
        promise()
        then = timezone.now() - timedelta(days=age)
        DBTaskResult.objects.filter(status="READY", started_at=None, finished_at=None).update(
            status=state,
            enqueued_at=then,
            started_at=None if state == "READY" else then,
            finished_at=then if state in {"SUCCESSFUL", "FAILED"} else None,
        )

    worker.prune()

    assert sorted(DBTaskResult.objects.values_list("status", flat=True)) == [
        "READY",
        "RUNNING",
        "SUCCESSFUL",
    ]


def test_it_ends_its_round_of_tasks_when_told_to(mail_server: Script) -> None:
    promise()
    promise()
    at_work = worker.Worker()
    mail_server.on_message = lambda _message: at_work.end()

    at_work.run()

    assert len(mail_server.received) == 1
    assert DBTaskResult.objects.filter(status="READY").count() == 1


def test_it_ends_at_once_when_told_twice() -> None:
    at_work = worker.Worker()
    at_work.end()

    with pytest.raises(SystemExit):
        at_work.end()
