"""Draining the outbox into a real SMTP server."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pytest_django.fixtures import Settings

from ravs.core import stopping
from ravs.mail import delivery
from ravs.mail.delivery import delay_after, drain
from ravs.mail.models import Message, State
from ravs.mail.signals import letter_failed
from ravs.mail.tests.outbox import promise, promise_many
from ravs.mail.tests.smtp_server import HangUp, Script

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def now(message: Message) -> Message:
    message.refresh_from_db()
    return message


def test_it_hands_over_what_was_promised(mail_server: Script) -> None:
    message = promise()

    assert drain() == 1

    (received,) = mail_server.received
    assert received["To"] == "sam.okafor@nhs.net"
    assert received["From"] == "Record a vaccination <ravs@ravs.test>"
    assert received["Subject"] == "Welcome, Zoë"
    assert received["Message-ID"] == message.message_id
    assert received["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(received["Date"]) == message.created_at.replace(microsecond=0)
    plain, html = received.iter_parts()
    assert (plain.get_content_type(), plain.get_content().strip()) == ("text/plain", "Hello Zoë")
    assert (html.get_content_type(), html.get_content().strip()) == (
        "text/html",
        "<p>Hello Zoë</p>",
    )
    assert now(message).state == State.SENT
    assert message.sent_at is not None
    assert message.lease_token is None


def test_it_sends_nothing_twice(mail_server: Script) -> None:
    promise_many(3)

    assert [drain(), drain()] == [3, 0]
    assert len(mail_server.received) == 3


def test_it_takes_no_more_than_it_is_told_to(mail_server: Script) -> None:
    messages = promise_many(5)

    assert [drain(limit=2), drain(limit=2), drain(limit=2)] == [2, 2, 1]
    assert mail_server.message_ids == [message.message_id for message in messages]


def test_it_uses_one_connection_for_many_letters(mail_server: Script) -> None:
    peers: set[Any] = set()
    mail_server.handle_RCPT = note_peer_of(peers)  # type: ignore[method-assign]
    promise_many(3)
    drain()

    assert len(mail_server.received) == 3
    assert len(peers) == 1


def note_peer_of(peers: set[Any]) -> Any:
    async def handle(_server: Any, session: Any, envelope: Any, address: str, *_: Any) -> str:
        peers.add(session.peer)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    return handle


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize(
    ("part", "answer"),
    [
        ("to_recipient", "450 4.2.1 Mailbox busy"),
        ("to_recipient", HangUp),
        ("to_sender", "451 4.3.0 Try later"),
        ("to_sender", "550 5.7.1 Sender not allowed"),
        ("to_sender", HangUp),
        ("to_message", "452 4.3.1 Disk full"),
        ("to_message", "421 4.3.2 Shutting down"),
    ],
)
def test_it_tries_again_later_what_may_yet_succeed(
    mail_server: Script, part: str, answer: Any
) -> None:
    message = promise()
    setattr(mail_server, part, answer)

    assert drain() == 1

    assert (now(message).state, message.attempts) == (State.QUEUED, 1)
    assert message.lease_token is None
    assert NOON + timedelta(seconds=15) <= message.next_attempt_at <= NOON + timedelta(seconds=30)
    assert drain() == 0
    if isinstance(answer, str):
        assert answer.split()[-1] in message.last_error

    setattr(mail_server, part, "250 OK")
    mail_server.received.clear()
    with time_machine.travel(NOON + timedelta(seconds=31), tick=False):
        assert drain() == 1
    assert mail_server.message_ids == [message.message_id]
    assert (now(message).state, message.last_error) == (State.SENT, "")


@pytest.mark.parametrize(
    ("part", "answer"),
    [
        ("to_recipient", "550 5.1.1 No such person"),
        ("to_recipient", "553 5.1.3 Bad address"),
        ("to_message", "554 5.6.0 Refused for good"),
    ],
)
def test_it_gives_up_at_once_on_what_is_refused_for_good(
    mail_server: Script, part: str, answer: str
) -> None:
    message = promise()
    setattr(mail_server, part, answer)

    assert drain() == 1

    assert (now(message).state, message.last_error) == (State.FAILED, answer)
    assert message.failed_at is not None
    assert drain() == 0


def test_it_goes_on_with_the_next_letter_after_a_refusal(mail_server: Script) -> None:
    refused, taken = promise("nobody@nhs.net"), promise("sam.okafor@nhs.net")

    async def refuse_nobody(
        server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 5.1.1 No such person"
        return await Script.handle_RCPT(mail_server, server, session, envelope, address, options)

    mail_server.handle_RCPT = refuse_nobody  # type: ignore[method-assign]

    assert drain() == 2
    assert [now(refused).state, now(taken).state] == [State.FAILED, State.SENT]


def test_it_goes_on_with_the_next_letter_after_the_server_hung_up(mail_server: Script) -> None:
    hung_up, taken = promise(), promise()
    mail_server.to_message = HangUp

    def recover(_message: object) -> None:
        if len(mail_server.received) == 2:
            mail_server.to_message = "250 OK"

    mail_server.on_message = recover

    assert drain() == 2
    assert [now(hung_up).state, now(taken).state] == [State.QUEUED, State.SENT]


def test_it_does_not_wait_for_ever_for_a_slow_server(
    mail_server: Script, settings: Settings
) -> None:
    settings.EMAIL_TIMEOUT = 0.2
    mail_server.slowness = 3
    message = promise()

    drain()

    assert (now(message).state, message.attempts) == (State.QUEUED, 1)


def test_it_waits_with_everything_while_no_server_answers(
    mail_server: Script, settings: Settings
) -> None:
    settings.EMAIL_PORT = free_port()
    messages = promise_many(3)

    assert drain() == 1

    assert [now(message).attempts for message in messages] == [1, 0, 0]
    assert {message.state for message in messages} == {State.QUEUED}
    assert "refused" in messages[0].last_error


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_it_fails_after_a_day_of_trying_and_tells_whoever_listens(mail_server: Script) -> None:
    told: list[tuple[str, int]] = []

    def listen(message: Message, **_: Any) -> None:
        told.append((message.state, message.attempts))

    letter_failed.connect(listen)
    mail_server.to_recipient = "450 4.2.1 Mailbox busy"
    with time_machine.travel(NOON, tick=False) as clock:
        message = promise()
        while now(message).state == State.QUEUED:
            clock.move_to(message.next_attempt_at)
            assert drain() == 1
        given_up = timezone.now()

    letter_failed.disconnect(listen)
    assert message.state == State.FAILED
    assert message.failed_at == given_up
    assert timedelta(hours=12) <= given_up - NOON <= timedelta(hours=24)
    assert told == [(State.FAILED, message.attempts)]
    assert not mail_server.received


def test_it_waits_longer_from_try_to_try_and_then_no_more() -> None:
    delays = [delay_after(attempts) for attempts in range(1, 8)]

    assert delays == [
        timedelta(seconds=30),
        timedelta(minutes=1),
        timedelta(minutes=2),
        timedelta(minutes=4),
        timedelta(minutes=8),
        timedelta(minutes=16),
        timedelta(minutes=30),
    ]
    assert delay_after(50) == timedelta(minutes=30)
    assert delay_after(60) is None
    assert delay_after(10**9) is None


def test_it_leaves_alone_what_another_worker_holds_until_the_lease_runs_out(
    mail_server: Script,
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        message = promise()
        held = delivery._take()
        assert held is not None
        clock.shift(timedelta(seconds=299))
        assert drain() == 0
        clock.shift(timedelta(seconds=1))
        assert drain() == 1

    assert now(message).state == State.SENT
    assert message.attempts == 0


def test_it_ignores_what_a_worker_says_whose_lease_was_taken_over(mail_server: Script) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        message = promise()
        slow = delivery._take()
        assert slow is not None
        clock.shift(timedelta(minutes=10))
        drain()
        delivery._not_delivered(slow, delivery.Refused("550 No"))
        delivery._sent(slow)

    assert now(message).state == State.SENT
    assert message.last_error == ""
    assert message.sent_at == NOON + timedelta(minutes=10)


def test_it_sets_a_letter_aside_that_cannot_be_built(mail_server: Script) -> None:
    broken, whole = promise(), promise()
    Message.objects.filter(pk=broken.pk).update(subject="two\nlines")

    assert drain() == 2

    assert [now(broken).state, now(whole).state] == [State.FAILED, State.SENT]
    assert broken.last_error == "The message could not be built: BadHeaderError"


def test_it_keeps_a_letter_whose_failure_could_not_be_told(mail_server: Script) -> None:
    """The listener's own rows stand or fall with the letter's, so the letter is tried again."""

    def stumble(**_: Any) -> None:
        raise LookupError

    letter_failed.connect(stumble)
    mail_server.to_recipient = "550 5.1.1 No such person"
    message = promise()
    with pytest.raises(LookupError):
        drain()
    letter_failed.disconnect(stumble)

    assert now(message).state == State.SENDING


def test_it_stops_between_two_letters_when_the_process_is_to_end(mail_server: Script) -> None:
    messages = promise_many(3)
    mail_server.on_message = lambda _message: stopping.request()

    assert drain() == 1
    assert [now(message).state for message in messages] == [
        State.SENT,
        State.QUEUED,
        State.QUEUED,
    ]


def test_it_sends_what_has_waited_longest_first(mail_server: Script) -> None:
    with time_machine.travel(NOON, tick=False):
        later = promise()
    with time_machine.travel(NOON - timedelta(hours=1), tick=False):
        sooner = promise()

    drain()

    assert mail_server.message_ids == [sooner.message_id, later.message_id]


def test_it_shortens_what_a_server_says_to_what_the_row_can_hold(mail_server: Script) -> None:
    message = promise()
    mail_server.to_recipient = "450 " + "long " * 90

    drain()

    assert len(now(message).last_error) == 300


def test_it_is_woken_by_the_task_that_came_with_the_promise(mail_server: Script) -> None:
    from ravs.mail.tasks import wake

    promise()

    assert wake.call() == 1
    assert len(mail_server.received) == 1


def test_it_leases_to_one_worker_only(mail_server: Script) -> None:
    promise()

    taken = delivery._take()
    assert taken is not None
    assert taken.lease_token is not None
    assert delivery._take() is None
