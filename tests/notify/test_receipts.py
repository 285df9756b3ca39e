"""What became of letters that GOV.UK Notify took, and who gets to see it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from ravs.audit.models import Event
from ravs.core import worker
from ravs.mail import receipts
from ravs.mail.delivery import drain
from ravs.mail.models import Message, State
from ravs.mail.receipts import collect, next_question
from ravs.mail.tests.outbox import promise, promise_many
from ravs.members.services import deactivate_member
from tests.clients import PageClient
from tests.evidence import assert_whole
from tests.notify import twin
from tests.notify.twin import Answer, Notify
from tests.people import Leeds

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)


def now(message: Message) -> Message:
    message.refresh_from_db()
    return message


@pytest.fixture
def sent(notify: Notify) -> Message:
    """A letter that Notify took at noon."""
    with time_machine.travel(NOON, tick=False):
        message = promise()
        drain()
    return now(message)


def ask(at: datetime = LATER) -> int:
    """The twin's token must be of its own time, so its clock goes along."""
    with time_machine.travel(at, tick=False):
        return collect()


def test_it_asks_nothing_at_once(notify: Notify, sent: Message) -> None:
    assert ask(NOON + timedelta(seconds=19)) == 0


def test_it_writes_down_that_a_letter_was_delivered(notify: Notify, sent: Message) -> None:
    notify.becomes("delivered")
    assert ask() == 1

    assert (now(sent).state, sent.sent_at, sent.receipt_due_at) == (State.DELIVERED, NOON, None)
    assert ask(LATER + timedelta(days=1)) == 0


@pytest.mark.parametrize("status", ["created", "pending", "sending", "a-state-of-the-future"])
def test_it_asks_again_while_the_letter_is_under_way(
    notify: Notify, sent: Message, status: str
) -> None:
    notify.becomes(status)
    assert [ask(), ask()] == [1, 0]

    assert (now(sent).state, sent.receipt_due_at) == (State.SENT, LATER + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("status", "words"),
    [("permanent-failure", "does not exist"), ("temporary-failure", "3 days")],
)
def test_it_writes_down_that_a_letter_failed(
    notify: Notify, sent: Message, status: str, words: str
) -> None:
    notify.becomes(status)
    assert ask() == 1

    assert (now(sent).state, sent.failed_at, sent.attempts) == (State.FAILED, LATER, 1)
    assert words in sent.last_error
    assert ask(LATER + timedelta(days=1)) == 0


def test_it_sends_a_letter_again_that_notify_could_not_send(notify: Notify, sent: Message) -> None:
    notify.becomes("technical-failure")
    assert ask() == 1
    assert (now(sent).state, sent.attempts, sent.transport_id) == (State.QUEUED, 1, "")

    with time_machine.travel(LATER + timedelta(minutes=5), tick=False):
        assert drain() == 1
    assert now(sent).state == State.SENT
    assert notify.references == [str(sent.public_id)] * 2
    assert sent.transport_id == notify.taken[1]["id"]


def test_it_gives_a_letter_up_that_comes_back_again_and_again(
    notify: Notify, sent: Message
) -> None:
    notify.status = "technical-failure"
    notify.becomes("technical-failure")
    at = LATER
    while now(sent).state != State.FAILED:
        at += timedelta(hours=1)
        ask(at)
        with time_machine.travel(at + timedelta(minutes=30), tick=False):
            drain()

    assert len(notify.taken) == receipts.MOST_RETURNS + 1
    assert "technical problem" in sent.last_error


def test_it_does_not_send_an_emptied_letter_again(notify: Notify, sent: Message) -> None:
    """The local provider empties letters that held a link once they have left."""
    Message.objects.filter(pk=sent.pk).update(text="", html="", source="")
    notify.becomes("technical-failure")
    ask()

    assert now(sent).state == State.FAILED
    assert len(notify.taken) == 1


def test_it_stops_asking_when_notify_has_forgotten(notify: Notify, sent: Message) -> None:
    notify.taken.clear()
    assert ask() == 1
    assert (now(sent).state, sent.receipt_due_at) == (State.SENT, None)


@pytest.mark.parametrize(
    "answer",
    [twin.BROKEN, twin.TOO_FAST, twin.BAD_KEY, Answer(200, raw=b"{}"), Answer(hangs_up=True)],
    ids=lambda answer: f"{answer.status} {answer.raw or answer.kind}",
)
def test_it_keeps_what_it_knows_while_notify_does_not_answer(
    notify: Notify, answer: Answer
) -> None:
    with time_machine.travel(NOON, tick=False):
        messages = promise_many(3)
        drain()
    notify.always = answer
    assert ask() == 1
    assert {now(message).state for message in messages} == {State.SENT}

    notify.always = None
    notify.becomes("delivered")
    assert ask(LATER + timedelta(hours=1)) == 3
    assert {now(message).state for message in messages} == {State.DELIVERED}


def test_it_asks_more_and_more_seldom_and_at_last_no_more() -> None:
    at, asked = NOON + timedelta(seconds=20), 0
    waits = []
    while (due := next_question(NOON, at)) is not None:
        waits.append(due - at)
        at, asked = due, asked + 1
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=6)
    assert timedelta(days=7) <= at - NOON < timedelta(days=7, hours=6)
    assert asked < 50


def test_it_counts_no_answer_twice(notify: Notify, sent: Message) -> None:
    """Two workers that asked about one letter: the second answer changes and tells nothing."""
    notify.becomes("permanent-failure")
    first, second = (Message.objects.get(pk=sent.pk) for _ in range(2))
    fate = twin_says_failed()
    receipts.settle(first, fate)
    receipts.settle(second, fate)
    assert now(sent).attempts == 1
    assert Event.objects.filter(type="member.letter_failed").count() == 1


def twin_says_failed() -> Any:
    from ravs.mail.notify import FATES

    return FATES["permanent-failure"]


def test_it_asks_nothing_where_the_transport_says_no_more(settings: Any) -> None:
    Message.objects.bulk_create(
        [
            Message(
                kind="welcome",
                about="0197b000-0000-7000-8000-00000000000b",
                to="sam.okafor@nhs.net",
                subject="x",
                state=State.SENT,
                created_at=NOON,
                sent_at=NOON,
                transport_id="of-another-transport",
                receipt_due_at=NOON,
            )
        ]
    )
    assert collect() == 0


def test_the_worker_collects_receipts_by_itself(notify: Notify, sent: Message) -> None:
    notify.becomes("delivered")
    with time_machine.travel(LATER, tick=False):
        worker.sweep()
    assert now(sent).state == State.DELIVERED


@pytest.fixture
def rosas_letter(notify: Notify, leeds: Leeds) -> Message:
    """Rosa was deactivated, and Notify took the letter that says so."""
    deactivate_member(actor=leeds.priya.account, membership=leeds.rosa)
    drain()
    return Message.objects.get(about=leeds.rosa.public_id)


def on_page(client: PageClient, leeds: Leeds) -> str:
    client.sign_in(leeds.priya.account)
    return client.page("members:person", ods="RR8", member=leeds.rosa.public_id).content.decode()


def ask_soon() -> None:
    Message.objects.filter(receipt_due_at__isnull=False).update(receipt_due_at=timezone.now())
    assert collect() == 1


def test_leads_see_that_a_letter_was_delivered(
    client: PageClient, leeds: Leeds, notify: Notify, rosas_letter: Message
) -> None:
    assert "Deactivated: sent" in on_page(client, leeds)
    notify.becomes("delivered")
    ask_soon()
    assert "Deactivated: delivered" in on_page(client, leeds)


def test_leads_see_that_a_letter_failed_as_they_do_of_any_other_transport(
    client: PageClient, leeds: Leeds, notify: Notify, rosas_letter: Message
) -> None:
    notify.becomes("permanent-failure")
    ask_soon()

    page = on_page(client, leeds)
    assert "Not delivered" in page
    assert "does not accept emails from us" in page
    assert "Email not delivered" in client.page("members:deactivated", ods="RR8").content.decode()
    assert Event.objects.filter(type="member.letter_failed").count() == 1
    assert_whole()
