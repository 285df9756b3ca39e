"""What every transport promises the outbox, held against a real mail server and Notify's twin."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction

from ravs.mail import delivery, letters, markdown
from ravs.mail.delivery import drain
from ravs.mail.models import Message, State
from ravs.mail.services import enqueue
from ravs.mail.signals import letter_failed
from ravs.mail.tests.outbox import ABOUT, letter, promise, promise_many
from tests.notify.transports import Peer

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def now(message: Message) -> Message:
    message.refresh_from_db()
    return message


def due_again(message: Message) -> None:
    """Its time has come: the wait is over, or the lease of a worker that died has run out."""
    Message.objects.filter(pk=message.pk).update(next_attempt_at=datetime(2026, 1, 1, tzinfo=UTC))


def test_it_hands_over_what_was_promised_once(peer: Peer) -> None:
    message = promise()

    assert [drain(), drain()] == [1, 0]

    (arrived,) = peer.arrived()
    assert (arrived.to, arrived.subject) == ("sam.okafor@nhs.net", "Welcome, Zoë")
    assert arrived.text.strip() == "Hello Zoë"
    assert arrived.known_as == str(message.public_id)
    assert (now(message).state, message.last_error, message.lease_token) == (State.SENT, "", None)


def test_it_gives_up_at_once_on_what_is_refused_for_good(peer: Peer) -> None:
    told: list[Message] = []

    def listen(message: Message, **_: Any) -> None:
        told.append(message)

    peer.refuse()
    message = promise()
    letter_failed.connect(listen)
    assert drain() == 1
    letter_failed.disconnect(listen)

    assert (now(message).state, message.attempts) == (State.FAILED, 1)
    assert message.last_error
    assert told == [message]
    assert drain() == 0


def test_it_goes_on_with_the_next_letter_after_a_refusal(peer: Peer) -> None:
    peer.refuse()
    messages = promise_many(3)

    assert drain() == 3
    assert {now(message).state for message in messages} == {State.FAILED}


def test_it_tries_again_later_what_may_yet_succeed(peer: Peer) -> None:
    message = promise()
    peer.delay()
    assert drain() == 1
    assert (now(message).state, message.attempts) == (State.QUEUED, 1)
    assert message.last_error
    assert drain() == 0

    peer.accept()
    due_again(message)
    assert drain() == 1
    assert (now(message).state, message.last_error) == (State.SENT, "")
    assert [each.known_as for each in peer.arrived()] == [str(message.public_id)]


def test_it_keeps_letters_while_something_is_wrong_that_an_operator_can_mend(peer: Peer) -> None:
    message = promise()
    peer.blame_the_operator()
    drain()

    assert (now(message).state, message.attempts) == (State.QUEUED, 1)
    peer.accept()
    due_again(message)
    drain()
    assert now(message).state == State.SENT


def test_it_waits_with_everything_while_nobody_answers(peer: Peer) -> None:
    peer.vanish()
    messages = promise_many(3)

    assert drain() == 1

    assert [now(message).attempts for message in messages] == [1, 0, 0]
    assert {message.state for message in messages} == {State.QUEUED}


def test_it_fails_after_a_day_of_trying(peer: Peer) -> None:
    peer.vanish()
    with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC), tick=False) as clock:
        message = promise()
        while now(message).state == State.QUEUED:
            clock.move_to(message.next_attempt_at)
            assert drain() == 1

    assert message.state == State.FAILED
    assert message.failed_at is not None
    assert message.failed_at - message.created_at <= timedelta(hours=24)


def test_it_repeats_no_more_than_promised_when_a_worker_died_after_handing_over(
    peer: Peer,
) -> None:
    message = promise()
    held = delivery._take()
    assert held is not None
    mailer = delivery.chosen_mailer()
    mailer.send(held)  # and then nothing: the process is gone
    mailer.close()

    due_again(message)
    assert drain() == 1

    arrived = Counter(each.known_as for each in peer.arrived())
    assert arrived == {str(message.public_id): 1 + peer.repeats_after_a_kill}
    assert now(message).state == State.SENT


def test_it_repeats_no_more_than_promised_when_the_answer_was_lost(peer: Peer) -> None:
    message = promise()
    peer.take_and_break_off()
    drain()
    assert (now(message).state, message.attempts) == (State.QUEUED, 1)

    peer.accept()
    due_again(message)
    drain()

    arrived = Counter(each.known_as for each in peer.arrived())
    assert arrived == {str(message.public_id): 1 + peer.repeats_after_a_kill}
    assert now(message).state == State.SENT


def test_it_sends_a_letter_after_all_whose_worker_died_before_handing_over(peer: Peer) -> None:
    message = promise()
    assert delivery._take() is not None

    due_again(message)
    assert drain() == 1
    assert [each.known_as for each in peer.arrived()] == [str(message.public_id)]


@pytest.mark.parametrize(
    "name",
    [
        "Zoë Łukaszewicz-Nguyễn",
        "李小龍 (Bruce)",
        "**Bob** _the_ [Builder](https://evil.example)",
        "Ann\r\nBcc: eve@evil.example",
        "((subject)) <script>alert(1)</script> &#91;x&#93;",
        "# Head\n\n* one\n* two",
        "🙂 é é",
    ],
)
def test_it_leaves_a_name_a_name(peer: Peer, name: str) -> None:
    """Whatever stands in a name arrives as those letters, and starts nothing."""
    source = f"Hello {markdown.escape(name)},\n\nplease [log in](<https://ravs.test/>).\n"
    tokens = markdown.parse(source)
    with transaction.atomic():
        enqueue(
            letters.Letter(
                kind="welcome",
                to="sam.okafor@nhs.net",
                subject=markdown.one_line(f"Welcome, {name}"),
                text=markdown.to_text(tokens),
                html=str(markdown.to_html(tokens)),
                about=ABOUT,
                source=source,
            )
        )
    drain()

    (arrived,) = peer.arrived()
    shown = markdown.one_line(name)
    assert arrived.subject == f"Welcome, {shown}"
    assert f"Hello {shown}," in plain(arrived.text)
    assert "https://ravs.test/" in arrived.text
    assert "\n* one" not in arrived.text


def plain(text: str) -> str:
    """What a person reads of a text in which markup was made harmless."""
    from ravs.mail.dialect import JOINER

    for sign in "\\`*_[]#~|-+.)":
        text = text.replace(f"\\{sign}", sign)
    return text.replace(JOINER, "")


def test_it_carries_long_letters_whole(peer: Peer) -> None:
    lines = [f"Line {number} of a long letter, with an é in it" for number in range(8000)]
    long = letter()
    with transaction.atomic():
        enqueue(letters.Letter(**{**vars(long), "text": "\n".join(lines)}))

    drain()

    (arrived,) = peer.arrived()
    assert arrived.text.split() == "\n".join(lines).split()


def test_it_hands_over_in_the_order_of_waiting(peer: Peer) -> None:
    messages = promise_many(5)
    drain()
    assert [each.known_as for each in peer.arrived()] == [str(m.public_id) for m in messages]
