"""Asking what became of letters that were handed over, where the transport can say.

The moment of the next question is also the lease: it is put off before asking, so that two workers
ask about different letters and one that dies costs a delay. The waits grow with a letter's age.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from ravs.core import stopping
from ravs.mail.delivery import FIRST_RECEIPT_AFTER, chosen_mailer, jittered
from ravs.mail.models import Message, State
from ravs.mail.port import Delayed, Fate, Mailer, Receipt, Unreachable
from ravs.mail.signals import letter_failed

logger = logging.getLogger(__name__)

LONGEST_WAIT = timedelta(hours=6)
ASK_NO_MORE_AFTER = timedelta(days=7)
MOST_RETURNS = 4
COMES_BACK_AFTER = timedelta(minutes=5)


def collect(limit: int = 50) -> int:
    """Ask about letters whose receipt is due, at most ``limit``; returns how many were asked of."""
    mailer = chosen_mailer()
    asked = 0
    try:
        while mailer.gives_receipts and asked < limit and not stopping.requested():
            message = _take()
            if message is None:
                break
            asked += 1
            if not _ask(message, mailer):
                break
    finally:
        mailer.close()
    return asked


def _take() -> Message | None:
    """The letter whose receipt has been due longest, its next question put off."""
    now = timezone.now()
    with transaction.atomic():
        message = (
            Message.objects.select_for_update(skip_locked=True)
            .filter(receipt_due_at__lte=now)
            .order_by("receipt_due_at", "id")
            .first()
        )
        if message is None:
            return None
        message.receipt_due_at = next_question(message.sent_at or now, now)
        message.save(update_fields=["receipt_due_at"])
    return message


def next_question(sent: datetime, now: datetime) -> datetime | None:
    """When to ask again: after as long as the letter is old; ``None`` when no answer will come."""
    age = now - sent
    if age >= ASK_NO_MORE_AFTER:
        return None
    return now + min(max(age, FIRST_RECEIPT_AFTER), LONGEST_WAIT)


def _ask(message: Message, mailer: Mailer) -> bool:
    """Ask about one letter and write the answer down; says whether to go on with the next."""
    try:
        receipt = mailer.receipt(message.transport_id)
    except Delayed as error:
        logger.warning("No receipt yet for letter %s: %s", message.public_id, error)
        return not isinstance(error, Unreachable)
    settle(message, receipt)
    return True


def settle(message: Message, receipt: Receipt) -> None:
    """Write down what became of a letter."""
    if receipt.fate == Fate.DELIVERED:
        _update(message, state=State.DELIVERED, receipt_due_at=None)
    elif receipt.fate == Fate.UNKNOWN:
        _update(message, receipt_due_at=None)
    elif receipt.fate == Fate.FAILED:
        _failed(message, receipt.reason)
    elif receipt.fate == Fate.RETURNED:
        _returned(message, receipt.reason)


def _returned(message: Message, reason: str) -> None:
    """Hand it over again, a few times and while there is still something to hand over."""
    attempts = message.attempts + 1
    if attempts > MOST_RETURNS or not (message.text or message.html):
        _failed(message, reason)
        return
    logger.warning("Letter %s came back and waits: %s", message.public_id, reason)
    _update(
        message,
        state=State.QUEUED,
        attempts=attempts,
        next_attempt_at=timezone.now() + jittered(COMES_BACK_AFTER * attempts),
        last_error=reason,
        sent_at=None,
        transport_id="",
        receipt_due_at=None,
    )


@transaction.atomic
def _failed(message: Message, reason: str) -> None:
    changed = _update(
        message,
        state=State.FAILED,
        attempts=message.attempts + 1,
        sent_at=None,
        failed_at=timezone.now(),
        last_error=reason,
        receipt_due_at=None,
    )
    if changed:
        logger.error("Letter %s was not delivered: %s", message.public_id, reason)
        message.refresh_from_db()
        letter_failed.send(sender=Message, message=message)


def _update(message: Message, **outcome: object) -> bool:
    """Only while the letter is where it was when the question was asked: no answer counts twice."""
    asked_of = Message.objects.filter(
        pk=message.pk, state=State.SENT, transport_id=message.transport_id
    )
    return asked_of.update(**outcome) == 1
