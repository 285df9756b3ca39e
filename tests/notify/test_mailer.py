"""What GOV.UK Notify is told and how its answers are understood."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction

from ravs.mail import delivery
from ravs.mail.delivery import drain
from ravs.mail.letters import Letter
from ravs.mail.models import Message, State
from ravs.mail.notify import LONGEST_BODY, NotifyMailer
from ravs.mail.port import Refused, Unreachable
from ravs.mail.services import enqueue
from ravs.mail.tests.outbox import letter, promise, promise_many
from ravs.members import emails
from tests.guards.house import python_files, shown
from tests.notify import twin
from tests.notify.twin import Answer, Notify
from tests.people import account, member, organisation

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NOON = datetime(2026, 7, 2, 12, 0, tzinfo=UTC)


def now(message: Message) -> Message:
    message.refresh_from_db()
    return message


def test_it_fills_one_generic_template(notify: Notify, settings: Any) -> None:
    settings.NOTIFY_REPLY_TO_ID = "8e222534-7f05-4972-86e3-17c5d9f894e2"
    message = promise()
    drain()

    (taken,) = notify.taken
    assert taken["reply_to"] == settings.NOTIFY_REPLY_TO_ID
    assert taken["reference"] == str(message.public_id)
    assert now(message).transport_id == taken["id"]
    assert message.receipt_due_at is not None
    (agent,) = notify.agents
    assert agent.startswith("NOTIFY-API-PYTHON-CLIENT/")


def test_it_writes_a_real_letter_in_the_dialect_of_notify(notify: Notify) -> None:
    with transaction.atomic():
        enqueue(welcome("Zoë [me](https://evil.example)"))
    drain()

    (taken,) = notify.taken
    assert taken["subject"] == "You are invited to record vaccinations at Leeds *General*"
    body = taken["body"]
    assert body.startswith("Hello Zoë \\[me\\](https:\u2060//evil.example),\n\n")
    assert "\n\n## 1\\. Activate your Okta account\n\n" in body
    assert "\n\n[Log in](https://ravs.test)\n\n" in body
    assert "[Get help](https://ravs.test/help)" in body
    assert "**" not in body


def welcome(name: str) -> Letter:
    """A letter of the product, as its own code composes it."""
    person = account(name, "sam.okafor@nhs.net")
    person.first_name = name
    invited = member(organisation(name="Leeds *General*"), person, status="invited")
    return emails.welcome(invited, needs_activation=True)


@pytest.mark.parametrize(
    "answer",
    [
        twin.BAD_KEY,
        twin.TEAM_ONLY,
        twin.BROKEN,
        Answer(503),
        Answer(502, raw=b"<html>bad gateway</html>"),
        Answer(301, headers={"Location": "https://elsewhere.example/"}),
        Answer(404, raw=b"nothing here"),
        Answer(200, raw=b"<html>a captive portal</html>"),
        Answer(201, raw=b"{}"),
        Answer(201, raw=b'{"id": 7}'),
        Answer(201, raw=b'["id"]'),
        Answer(hangs_up=True),
    ],
    ids=lambda answer: f"{answer.status} {answer.raw or answer.kind}",
)
def test_it_waits_and_leaves_the_others_alone(notify: Notify, answer: Answer) -> None:
    notify.always = answer
    messages = promise_many(3)

    assert drain() == 1

    assert [now(message).attempts for message in messages] == [1, 0, 0]
    assert {message.state for message in messages} == {State.QUEUED}
    assert messages[0].last_error.startswith("GOV.UK Notify")


def test_it_calls_an_invalid_address_final_whatever_the_words(notify: Notify) -> None:
    notify.always = Answer(400, "ValidationError", "words may change\nat any time")
    message = promise()
    drain()

    assert now(message).state == State.FAILED
    assert message.last_error == "GOV.UK Notify answered 400: words may change at any time"


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (twin.TOO_FAST, timedelta(minutes=1)),
        (twin.USED_UP, timedelta(hours=12)),
        (Answer(429, "RateLimitError", "slow", {"Retry-After": "600"}), timedelta(minutes=10)),
    ],
    ids=["rate", "day", "header"],
)
def test_it_waits_as_long_as_a_limit_lasts(notify: Notify, answer: Answer, wait: timedelta) -> None:
    notify.always = answer
    first, second = promise_many(2)

    assert drain() == 1

    due = now(first).next_attempt_at
    assert due is not None
    assert NOON + wait <= due <= NOON + wait + timedelta(minutes=1)
    assert now(second).attempts == 0


def test_it_does_not_offer_what_is_too_long_for_notify(notify: Notify) -> None:
    with transaction.atomic():
        message = enqueue(Letter(**{**vars(letter()), "text": "é" * (LONGEST_BODY // 2 + 1)}))
    drain()

    assert now(message).state == State.FAILED
    assert "longer" in message.last_error
    assert notify.asked == []


def test_it_refuses_a_token_of_another_key(notify: Notify, settings: Any) -> None:
    """The twin is no push-over: what passes here was signed with the right secret."""
    settings.NOTIFY_API_KEY = twin.API_KEY[:-1] + ("a" if twin.API_KEY[-1] != "a" else "b")
    message = promise()
    drain()
    assert (now(message).state, notify.taken) == (State.QUEUED, [])
    assert "403" in message.last_error

    for odd in ("", "Bearer", "Bearer x.y.z", "Basic x"):
        assert notify.refusal_of_token(odd) is not None


def test_it_asks_only_where_an_earlier_try_may_have_got_through(notify: Notify) -> None:
    promise()
    drain()
    assert [method for method, _ in notify.asked] == ["POST"]

    promise()
    held = delivery._take()
    assert held is not None
    Message.objects.filter(pk=held.pk).update(next_attempt_at=NOON - timedelta(days=365))
    drain()
    assert [method for method, _ in notify.asked] == ["POST", "GET", "POST"]


def test_it_sends_nothing_when_notify_will_not_say_whether_it_has_it(notify: Notify) -> None:
    message = promise()
    held = delivery._take()
    assert held is not None
    Message.objects.filter(pk=held.pk).update(next_attempt_at=NOON - timedelta(days=365))
    notify.script = [twin.BROKEN]
    drain()

    assert (now(message).state, notify.taken) == (State.QUEUED, [])


def test_it_does_not_wait_for_ever(notify: Notify, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ravs.mail.notify.OVERALL_SECONDS", 0.2)
    notify.slowness = 2
    message = promise()
    drain()

    assert (now(message).state, message.attempts) == (State.QUEUED, 1)
    assert "in time" in message.last_error


@pytest.mark.parametrize(
    "answer",
    [twin.BAD_KEY, twin.INVALID_ADDRESS, twin.BROKEN, Answer(201, raw=b"?"), Answer(hangs_up=True)],
    ids=lambda answer: f"{answer.status} {answer.raw or answer.kind}",
)
def test_it_lets_the_key_be_read_nowhere(
    notify: Notify, answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in a log at any level, not in an error, not in the row."""
    caplog.set_level(logging.DEBUG)
    notify.always = answer
    message = promise()
    drain()
    mailer = NotifyMailer()
    with pytest.raises((Unreachable, Refused)) as caught:
        mailer.send(message)
    mailer.close()

    told = caplog.text + now(message).last_error + everything_of(caught.value) + repr(mailer)
    for secret in (twin.SECRET, twin.API_KEY, "Bearer", "eyJ"):
        assert secret not in told


def everything_of(error: BaseException) -> str:
    """An error as a log would show it, with its causes and what they hold."""
    import traceback

    return "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))


def test_it_is_the_only_one_that_uses_the_client_of_notify() -> None:
    """The client is safe with our session alone, so nobody else makes one."""
    using = {
        shown(file) for file in python_files() if "notifications_python_client" in file.read_text()
    }
    assert using == {"ravs/mail/notify.py"}
