"""Sending what is due: take a row by lease, hand it over, say how it went.

The row is taken and settled in transactions of their own and the handing over happens in neither.
A worker that dies in between leaves a lease which runs out, and the next worker sends the letter
again: over SMTP under the same Message-ID, so that a kill can repeat one letter at most; a
transport that can be asked is asked first whether it took the letter, so that nothing is repeated.
"""

import logging
import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import uuid4

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from ravs.core import stopping
from ravs.mail.models import Message, State
from ravs.mail.port import Mailer, NotDelivered, Refused, Unreachable
from ravs.mail.signals import letter_failed

logger = logging.getLogger(__name__)

SMTP = "ravs.mail.smtp.SmtpMailer"
LEASE_SECONDS = 300
DUE_STATES = (State.QUEUED, State.SENDING)
FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(minutes=30)
GIVE_UP_AFTER = timedelta(hours=24)
FIRST_RECEIPT_AFTER = timedelta(seconds=20)
DATABASE_PATIENCE_SECONDS = 60


def drain(limit: int = 50) -> int:
    """Send what is due, at most ``limit`` letters; returns how many were taken up.

    Any number of processes may drain at once. Ends early when the process is asked to end or
    when nobody can be reached to hand letters to.
    """
    mailer = chosen_mailer()
    taken = 0
    try:
        while taken < limit and not stopping.requested():
            message = _take()
            if message is None:
                break
            taken += 1
            if not _deliver(message, mailer):
                break
    finally:
        mailer.close()
    return taken


def chosen_mailer() -> Mailer:
    """The transport that the settings name."""
    mailer: Mailer = import_string(getattr(settings, "MAILER", SMTP))()
    return mailer


def _take() -> Message | None:
    """The letter that has been due longest, leased to this worker alone."""
    now = timezone.now()
    with transaction.atomic():
        message = (
            Message.objects.select_for_update(skip_locked=True)
            .filter(state__in=DUE_STATES, next_attempt_at__lte=now)
            .order_by("next_attempt_at", "id")
            .first()
        )
        if message is None:
            return None
        message.tried_before = message.attempts > 0 or message.state == State.SENDING
        message.state = State.SENDING
        message.lease_token = uuid4()
        message.next_attempt_at = now + _lease()
        message.save(update_fields=["state", "lease_token", "next_attempt_at"])
    return message


def _lease() -> timedelta:
    """How long a worker may take over one letter: longer than any server may take to answer."""
    return timedelta(seconds=getattr(settings, "MAIL_LEASE_SECONDS", LEASE_SECONDS))


def _deliver(message: Message, mailer: Mailer) -> bool:
    """Hand one letter over and settle its row; says whether trying the next one makes sense."""
    try:
        transport_id = mailer.send(message)
    except NotDelivered as error:
        _settled(partial(_not_delivered, message, error))
        return not isinstance(error, Unreachable)
    except (ValueError, UnicodeError) as error:
        flaw = Refused(f"The message could not be built: {type(error).__name__}")
        logger.exception("Letter %s could not be built.", message.public_id)
        _settled(partial(_not_delivered, message, flaw))
        return True
    _settled(partial(_sent, message, transport_id))
    return True


def _settled(settle: Callable[[], None]) -> None:
    """Write the outcome down, waiting for a database that is away for a moment: what was handed
    over must not be sent again because its row could not say so at once."""
    for attempt in Retrying(
        retry=retry_if_exception_type((OperationalError, InterfaceError)),
        wait=wait_random_exponential(multiplier=0.1, max=5),
        stop=stop_after_delay(DATABASE_PATIENCE_SECONDS),
        reraise=True,
    ):
        with attempt:
            if attempt.retry_state.attempt_number > 1:
                connection.close_if_unusable_or_obsolete()
            settle()


def _sent(message: Message, transport_id: str = "") -> None:
    now = timezone.now()
    _release(
        message,
        state=State.SENT,
        sent_at=now,
        next_attempt_at=None,
        last_error="",
        transport_id=transport_id,
        receipt_due_at=now + FIRST_RECEIPT_AFTER if transport_id else None,
    )


def _not_delivered(message: Message, error: NotDelivered) -> None:
    attempts = message.attempts + 1
    delay = None if error.permanent else delay_after(attempts)
    if delay is None:
        _failed(message, attempts, str(error))
        return
    due = timezone.now() + (jittered(delay) if error.wait is None else asked_for(error.wait))
    _release(
        message,
        state=State.QUEUED,
        attempts=attempts,
        next_attempt_at=due,
        last_error=str(error),
    )
    logger.warning("Letter %s waits after try %s: %s", message.public_id, attempts, error)


@transaction.atomic
def _failed(message: Message, attempts: int, reason: str) -> None:
    held = _release(
        message,
        state=State.FAILED,
        attempts=attempts,
        failed_at=timezone.now(),
        next_attempt_at=None,
        last_error=reason,
    )
    if held:
        logger.error("Letter %s failed after %s tries: %s", message.public_id, attempts, reason)
        message.refresh_from_db()
        letter_failed.send(sender=Message, message=message)


def _release(message: Message, **outcome: object) -> bool:
    """Settle the row and give the lease back, unless the lease has run out and been taken over."""
    held = Message.objects.filter(pk=message.pk, lease_token=message.lease_token)
    released = held.update(lease_token=None, **outcome) == 1
    if not released:
        logger.warning("Letter %s was taken over by another worker.", message.public_id)
    return released


def delay_after(attempts: int) -> timedelta | None:
    """How long to wait after so many tries; ``None`` when a day of trying is over.

    Doubles from half a minute to half an hour.
    """
    tries = range(min(attempts, 100))
    delays = [min(FIRST_DELAY * 2 ** min(n, 10), LONGEST_DELAY) for n in tries]
    return delays[-1] if sum(delays, timedelta()) <= GIVE_UP_AFTER else None


def asked_for(wait: timedelta) -> timedelta:
    """As long as the other side asked for and up to a minute more, so that not all come at once."""
    return wait + timedelta(seconds=secrets.SystemRandom().uniform(0, 60))


def jittered(delay: timedelta) -> timedelta:
    """Half to all of ``delay``, at random, so that letters which failed together part."""
    return delay * secrets.SystemRandom().uniform(0.5, 1.0)
