"""Taking back letters that nobody has begun to send."""

from uuid import UUID

from ravs.mail.models import Message, State


def withdraw(*, about: UUID, to: str) -> int:
    """Drop what is still queued to an address about one thing; says how many letters it was.

    In the caller's transaction. A letter that a worker holds just now is on its way.
    """
    return Message.objects.filter(about=about, to=to, state=State.QUEUED).delete()[0]
