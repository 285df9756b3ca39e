"""Many workers at one outbox, and a database that goes away in the middle."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg
import pytest
from django.db import connection

from ravs.mail.delivery import drain
from ravs.mail.models import Message, State
from ravs.mail.tests.outbox import promise, promise_many
from ravs.mail.tests.smtp_server import Script
from tests.fixtures import Rounds

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

WORKERS = 6


def test_it_sends_each_letter_once_however_many_workers_drain(
    mail_server: Script, rounds: Rounds
) -> None:
    messages = promise_many(rounds(1000))
    start = Barrier(WORKERS)

    def work() -> int:
        start.wait()
        try:
            return drain(limit=len(messages))
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as threads:
        workers = [threads.submit(work) for _ in range(WORKERS)]
        taken = [worker.result() for worker in workers]

    assert sum(taken) == len(messages)
    assert Counter(mail_server.message_ids) == Counter(each.message_id for each in messages)
    assert set(Message.objects.values_list("state", flat=True)) == {State.SENT}


def cut_every_connection() -> None:
    """What a restart of the database does to a worker."""
    settings = connection.settings_dict
    with psycopg.connect(
        host=settings["HOST"],
        port=settings["PORT"] or None,
        user=settings["USER"],
        password=settings["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    ) as administrator:
        administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [settings["NAME"]],
        )


def once(act: Callable[[], None]) -> Callable[[object], None]:
    left = [act]

    def first_time_only(_message: object) -> None:
        if left:
            left.pop()()

    return first_time_only


@pytest.mark.parametrize(
    ("answer", "state"), [("250 OK", State.SENT), ("554 5.6.0 No", State.FAILED)]
)
def test_it_remembers_what_it_handed_over_while_the_database_was_away(
    mail_server: Script, answer: str, state: State
) -> None:
    mail_server.on_message = once(cut_every_connection)
    mail_server.to_message = answer
    message = promise()

    assert drain() == 1

    message.refresh_from_db()
    assert message.state == state
    assert mail_server.message_ids == [message.message_id]
