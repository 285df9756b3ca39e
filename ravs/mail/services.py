"""Putting letters into the outbox, in the transaction of the change they tell of."""

from collections.abc import Iterable

from django.db import connection
from django.utils import timezone

from ravs.mail.letters import Letter
from ravs.mail.models import Message
from ravs.mail.tasks import wake


class OutsideTransaction(RuntimeError):
    """A letter is promised with the change it tells of, or not at all."""


def enqueue(letter: Letter) -> Message:
    """Promise one letter: it is sent if, and only if, the caller's transaction commits."""
    return enqueue_many([letter])[0]


def enqueue_many(letters: Iterable[Letter]) -> list[Message]:
    """Promise letters, with one insert and one wake-up however many they are."""
    if not connection.in_atomic_block:
        raise OutsideTransaction("Letters are promised inside the transaction of their change.")
    now = timezone.now()
    messages = [
        Message(
            kind=letter.kind,
            about=letter.about,
            organisation=letter.organisation,
            to=letter.to,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            source=letter.source,
            next_attempt_at=now,
            created_at=now,
        )
        for letter in letters
    ]
    if messages:
        Message.objects.bulk_create(messages)
        wake.enqueue()
    return messages
