"""Delivery by GOV.UK Notify, with its own Python client and our outbound door.

One generic template of the Notify account is used for everything: its subject is ``((subject))``
and its text ``((body))``. A letter bears its public id as Notify's ``reference``, by which Notify
can be asked whether it took the letter already.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.utils import timezone
from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient

from ravs.core import http
from ravs.mail.dialect import body_of
from ravs.mail.markdown import one_line
from ravs.mail.models import Message
from ravs.mail.port import Delayed, Fate, NotDelivered, Receipt, Refused, Unreachable

T = TypeVar("T")

BASE_URL = "https://api.notifications.service.gov.uk"
OVERALL_SECONDS = 20.0
LONGEST_REASON = 300
RATE_WINDOW = timedelta(minutes=1)
"""Notify counts requests per minute."""

LONGEST_BODY = 2_000_000
"""Notify's own limit, in bytes."""

RETURNED = "technical-failure"
FATES = {
    "delivered": Receipt(Fate.DELIVERED),
    "permanent-failure": Receipt(
        Fate.FAILED, "The email address does not exist, or does not accept emails from us."
    ),
    "temporary-failure": Receipt(
        Fate.FAILED,
        "The mailbox did not accept the email for 3 days. It may be full, or a filter stopped it.",
    ),
    RETURNED: Receipt(
        Fate.RETURNED, "GOV.UK Notify had a technical problem and did not send the email."
    ),
}


class NotifyMailer:
    """Hands letters to GOV.UK Notify, which tells afterwards what became of them."""

    gives_receipts = True

    def __init__(self) -> None:
        self._door = http.client(timeout=OVERALL_SECONDS)
        self._client = NotificationsAPIClient(  # type: ignore[no-untyped-call]
            settings.NOTIFY_API_KEY,
            base_url=settings.NOTIFY_BASE_URL or BASE_URL,
            timeout=OVERALL_SECONDS,
        )
        self._client.request_session = _Session(self._door)  # type: ignore[assignment]

    def send(self, message: Message) -> str:
        if message.tried_before and (taken := self._taken_before(message)):
            return taken
        body = body_of(message.source, message.text)
        if len(body.encode()) > LONGEST_BODY:
            raise Refused("The letter is longer than GOV.UK Notify takes.")
        answer = self._ask(
            self._client.send_email_notification,
            email_address=message.to,
            template_id=settings.NOTIFY_TEMPLATE_ID,
            personalisation={"subject": message.subject, "body": body},
            reference=str(message.public_id),
            email_reply_to_id=settings.NOTIFY_REPLY_TO_ID or None,
        )
        return _text_in(answer, "id")

    def _taken_before(self, message: Message) -> str:
        """What Notify calls this letter if it has it. One that came back does not count."""
        answer = self._ask(
            self._client.get_all_notifications,
            template_type="email",
            reference=str(message.public_id),
        )
        for found in _list_in(answer, "notifications"):
            if isinstance(found, dict) and found.get("status") != RETURNED:
                return _text_in(found, "id")
        return ""

    def receipt(self, transport_id: str) -> Receipt:
        try:
            answer = self._ask(self._client.get_notification_by_id, transport_id)
        except (Refused, _Forgotten):
            return Receipt(Fate.UNKNOWN)
        return FATES.get(_text_in(answer, "status"), Receipt(Fate.UNDERWAY))

    def close(self) -> None:
        self._door.close()

    def _ask(self, question: Callable[..., T], *words: Any, **named: Any) -> T:
        """Ask within a time, and turn whatever goes wrong into ``NotDelivered``.

        Causes are cut off on purpose: they hold the request, and the request holds the token.
        """
        try:
            return http.within(OVERALL_SECONDS, lambda: question(*words, **named))
        except TimeoutError:
            raise Unreachable("GOV.UK Notify did not answer in time.") from None
        except _Answered as answer:
            raise not_delivered(answer) from None
        except (http.HttpError, http.InvalidAddress) as error:
            raise Unreachable(f"GOV.UK Notify: {http.failure(error)}"[:LONGEST_REASON]) from None
        except APIError:
            raise _garbled() from None


class _Answered(Exception):
    """An answer that is not a success, with what Notify says is wrong."""

    def __init__(self, response: http.Response) -> None:
        super().__init__(response.status_code)
        self.status = response.status_code
        self.retry_after = http.retry_after(response.headers.get("retry-after", ""))
        self.kind, self.words = _first_error(response)


class _Forgotten(Delayed):
    """Notify keeps what became of a letter for some days, and has none of it any more."""


class _Session:
    """The part of ``requests.Session`` that Notify's client uses, through the outbound door."""

    def __init__(self, door: Any) -> None:
        self._door = door

    def request(
        self, method: str, url: str, *, data: str | None = None, **options: Any
    ) -> "_Response":
        return _Response(self._door.request(method, url, content=data, **options))


class _Response:
    """The part of ``requests.Response`` that Notify's client uses."""

    def __init__(self, response: http.Response) -> None:
        self._response = response
        self.status_code = response.status_code

    def raise_for_status(self) -> None:
        if not self._response.is_success:
            raise _Answered(self._response)

    def json(self) -> Any:
        return self._response.json()


def not_delivered(answer: _Answered) -> NotDelivered:
    """What a refusal by Notify means for the letter, by the error's type: its words may change.

    What Notify finds invalid in a letter (its address, as all else that is checked in this way
    comes from settings) is final. Anything else is about the key, the account, its template or its
    limits: an operator can put it right or time does, so the letter waits, and others with it.
    """
    told = one_line(f"GOV.UK Notify answered {answer.status}: {answer.words}")[:LONGEST_REASON]
    if (answer.status, answer.kind) == (400, "ValidationError"):
        return Refused(told)
    if (answer.status, answer.kind) == (404, "NoResultFound"):
        return _Forgotten(told)
    if answer.status == 429:
        return Unreachable(told, wait=_wait(answer))
    return Unreachable(told)


def _wait(answer: _Answered) -> timedelta:
    """As the header says; else a minute for the rate, and until the count begins anew for a day's
    limit, which Notify counts in UTC."""
    if answer.retry_after is not None:
        return timedelta(seconds=answer.retry_after)
    if answer.kind != "TooManyRequestsError":
        return RATE_WINDOW
    now = timezone.now().astimezone(UTC)
    midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC)
    return midnight - now


def _first_error(response: http.Response) -> tuple[str, str]:
    """Kind and words of the first error in an answer, which may be anything."""
    try:
        errors = response.json().get("errors")
        return str(errors[0]["error"]), str(errors[0]["message"])
    except (ValueError, AttributeError, LookupError, TypeError):
        return "", "no reason given"


def _list_in(answer: Any, name: str) -> list[Any]:
    found = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(found, list):
        raise _garbled()
    return found


def _text_in(answer: Any, name: str) -> str:
    found = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(found, str) or not 0 < len(found) <= 100:
        raise _garbled()
    return found


def _garbled() -> Unreachable:
    return Unreachable("GOV.UK Notify sent what cannot be read.")
