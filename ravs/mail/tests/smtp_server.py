"""A real SMTP server which does as it is told: takes, refuses, delays, hangs up."""

import asyncio
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

ACCEPTED = "250 OK"


class HangUp(Exception):
    """An answer that is none: the connection just ends."""


@dataclass
class Script:
    """What the server says. Any answer may be ``HangUp``; ``slowness`` comes before the answer
    to a message, which by then has been received."""

    to_sender: str | type[HangUp] = ACCEPTED
    to_recipient: str | type[HangUp] = ACCEPTED
    to_message: str | type[HangUp] = ACCEPTED
    slowness: float = 0.0
    on_message: Callable[[EmailMessage], None] = lambda _message: None
    received: list[EmailMessage] = field(default_factory=list)

    @property
    def message_ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.received]

    async def handle_MAIL(  # noqa: N802 - the name that the server calls
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.say(self.to_sender, server)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.say(self.to_recipient, server)

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.received.append(message)
        self.on_message(message)
        await asyncio.sleep(self.slowness)
        return self.say(self.to_message, server)

    def say(self, answer: str | type[HangUp], server: SMTP) -> str:
        if isinstance(answer, str):
            return answer
        assert server.transport is not None
        server.transport.abort()
        return ACCEPTED


class Server(Controller):
    """On any free port; ``port`` says which once it has started."""

    def __init__(self, script: Script, **options: Any) -> None:
        super().__init__(script, hostname="127.0.0.1", port=0, **options)

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def serving(script: Script, *, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(script, tls_context=tls, require_starttls=tls is not None)
    server.start()
    try:
        yield server
    finally:
        server.stop()
