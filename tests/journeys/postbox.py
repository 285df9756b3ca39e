"""A real SMTP server that keeps what it is given, and how a person reads a letter."""

import re
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, TypeVar

from aiosmtpd.controller import Controller

PATIENCE = 60.0

T = TypeVar("T")


def eventually(found: Callable[[], T | None], what: str, patience: float = PATIENCE) -> T:
    """Wait for something that another process does; fails by naming it, never by being slow."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        result = found()
        if result:
            return result
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {patience:.0f} seconds.")


class Postbox:
    """Everything the SMTP server took, as it came."""

    def __init__(self, port: int) -> None:
        self.letters: list[EmailMessage] = []
        self.refused: set[str] = set()
        self.controller = Controller(self, hostname="127.0.0.1", port=port)
        self.controller.start()

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.refused:
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"

    def all_to(self, address: str, subject: str = "") -> list[EmailMessage]:
        """What came for ``address`` so far, oldest first, with subjects that begin so."""
        return [
            letter
            for letter in list(self.letters)
            if letter["To"] == address and letter["Subject"].startswith(subject)
        ]

    def to(self, address: str, subject: str, *, number: int = 1) -> EmailMessage:
        """The latest letter to ``address`` whose subject begins so; waits until there are
        ``number`` of them."""

        def found() -> EmailMessage | None:
            fitting = self.all_to(address, subject)
            return fitting[-1] if len(fitting) >= number else None

        return eventually(found, f"Letter {number} “{subject}…” to {address}")

    def count(self, address: str, subject: str = "") -> int:
        return len(self.all_to(address, subject))


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(letter: EmailMessage, containing: str) -> str:
    """The first link of a letter whose address contains some words."""
    links = re.findall(r"https?://\S+", text_of(letter))
    return next(link for link in links if containing in link)
