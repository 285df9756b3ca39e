"""Promising letters, and reading what became of them."""

from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from ravs.mail.models import Message, State
from ravs.mail.selectors import latest_about, letters_about
from ravs.mail.services import OutsideTransaction, enqueue, enqueue_many
from ravs.mail.tests.outbox import ABOUT, letter, promise

pytestmark = pytest.mark.django_db


def test_it_keeps_the_letter_as_it_was_written() -> None:
    enqueue(letter())

    message = Message.objects.get()
    assert (message.kind, message.about, message.to, message.state) == (
        "welcome",
        ABOUT,
        "sam.okafor@nhs.net",
        State.QUEUED,
    )
    assert (message.subject, message.text, message.html) == (
        "Welcome, Zoë",
        "Hello Zoë\n",
        "<p>Hello Zoë</p>",
    )


def test_it_names_every_message_once_and_for_all_under_the_senders_domain() -> None:
    message = enqueue(letter())

    assert message.message_id == f"<{message.public_id}@ravs.test>"


def test_it_wakes_the_worker_once_however_many_letters_there_are() -> None:
    with CaptureQueriesContext(connection) as one:
        enqueue(letter())
    with CaptureQueriesContext(connection) as forty:
        enqueue_many(letter() for _ in range(40))

    # the letters, and one wake-up
    assert len(one) == len(forty) == 2
    assert list(DBTaskResult.objects.values_list("task_path", flat=True)) == [
        "ravs.mail.tasks.wake",
        "ravs.mail.tasks.wake",
    ]


def test_it_wakes_nobody_for_nothing() -> None:
    assert enqueue_many([]) == []
    assert not DBTaskResult.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_it_promises_nothing_outside_the_transaction_of_a_change() -> None:
    with pytest.raises(OutsideTransaction):
        enqueue(letter())

    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_it_forgets_the_letter_and_the_wake_up_of_a_change_that_failed() -> None:
    @transaction.atomic
    def change_that_fails() -> None:
        enqueue(letter())
        raise ImproperlyConfigured

    with pytest.raises(ImproperlyConfigured):
        change_that_fails()

    assert not Message.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_it_finds_the_newest_letter_about_each_thing() -> None:
    other, untold = uuid4(), uuid4()
    promise()
    newest = promise()
    about_other = enqueue(letter(about=other))

    with CaptureQueriesContext(connection) as queries:
        found = latest_about([ABOUT, other, untold])
        assert {about: message.state for about, message in found.items()} == {
            ABOUT: State.QUEUED,
            other: State.QUEUED,
        }

    assert {about: message.pk for about, message in found.items()} == {
        ABOUT: newest.pk,
        other: about_other.pk,
    }
    # one query, whatever the number of things
    assert len(queries) == 1


def test_it_lists_the_letters_about_one_thing_newest_first() -> None:
    first, second = promise(), promise()
    enqueue(letter(about=uuid4()))

    assert [message.pk for message in letters_about(ABOUT)] == [second.pk, first.pk]
