"""What delivering needs of whatever hands letters over."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from ravs.mail.models import Message


class NotDelivered(Exception):
    """The letter was not taken. ``permanent`` means that trying again will not help.

    The text is one short line for operators and lead administrators. ``wait`` is how long the
    other side asked us to wait, when it said so.
    """

    permanent = False

    def __init__(self, reason: str, *, wait: timedelta | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class Refused(NotDelivered):
    """This letter, or its recipient, is refused for good."""

    permanent = True


class Delayed(NotDelivered):
    """Not now; perhaps later."""


class Unreachable(Delayed):
    """Nobody to hand anything to: no use trying the next letter now."""


class Fate(StrEnum):
    """What became of a letter after it was handed over."""

    UNDERWAY = "underway"
    DELIVERED = "delivered"
    RETURNED = "returned"
    """It never left, through no fault of the letter: it may be handed over again."""
    FAILED = "failed"
    UNKNOWN = "unknown"
    """Nobody will ever say."""


@dataclass(frozen=True)
class Receipt:
    """``reason`` says in plain words why a letter failed or came back."""

    fate: Fate
    reason: str = ""


class Mailer(Protocol):
    """Hands over one letter at a time. Returning means that the other side took charge of it."""

    gives_receipts: bool

    def send(self, message: Message) -> str:
        """Hand ``message`` over or raise ``NotDelivered``.

        Returns what the other side calls it, or nothing where nobody will say what became of it.
        Where ``message.tried_before``, an earlier try may have succeeded without our knowing; a
        mailer that can ask does so first, and hands nothing over twice.
        """

    def receipt(self, transport_id: str) -> Receipt:
        """What became of a letter; raises ``Delayed`` when that cannot be said now."""

    def close(self) -> None:
        """Let go of the connection; never raises."""
