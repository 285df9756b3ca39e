"""What delivering needs of whatever hands letters over."""

from typing import Protocol

from django.core.mail import EmailMessage


class NotDelivered(Exception):
    """The message was not taken. ``permanent`` means that trying again will not help.

    The text is one short line for operators and lead administrators.
    """

    permanent = False


class Refused(NotDelivered):
    """This message, or its recipient, is refused for good."""

    permanent = True


class Delayed(NotDelivered):
    """Not now; perhaps later."""


class Unreachable(Delayed):
    """Nobody to hand anything to: no use trying the next message now."""


class Mailer(Protocol):
    """Hands over one message at a time. Returning means that the other side took charge of it."""

    def send(self, message: EmailMessage) -> None:
        """Hand ``message`` over or raise ``NotDelivered``."""

    def close(self) -> None:
        """Let go of the connection; never raises."""
