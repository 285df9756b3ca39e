"""Letters for the tests of the outbox."""

from uuid import UUID, uuid4

from django.db import transaction

from ravs.mail.letters import Letter
from ravs.mail.models import Message
from ravs.mail.services import enqueue, enqueue_many

ABOUT = UUID("0197b000-0000-7000-8000-00000000000b")


def letter(
    to: str = "sam.okafor@nhs.net", *, about: UUID = ABOUT, subject: str = "Welcome, Zoë"
) -> Letter:
    return Letter(
        kind="welcome",
        to=to,
        subject=subject,
        text="Hello Zoë\n",
        html="<p>Hello Zoë</p>",
        about=about,
    )


def promise(to: str = "sam.okafor@nhs.net") -> Message:
    """One letter in the outbox, as after a change that committed."""
    with transaction.atomic():
        return enqueue(letter(to))


def promise_many(count: int) -> list[Message]:
    with transaction.atomic():
        return enqueue_many(letter(about=uuid4()) for _ in range(count))
