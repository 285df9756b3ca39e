"""Two ways a letter can go, seen alike: what a contract test may say to the other side and ask."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from ravs.mail.tests.smtp_server import Script
from ravs.mail.tests.smtp_server import serving as serving_smtp
from tests.notify import twin


@dataclass(frozen=True)
class Arrived:
    """What the other side took charge of."""

    to: str
    subject: str
    text: str
    known_as: str


class Peer(Protocol):
    """The other side of a transport, which does as it is told."""

    repeats_after_a_kill: int

    def arrived(self) -> list[Arrived]: ...
    def accept(self) -> None: ...
    def refuse(self) -> None: ...
    def delay(self) -> None: ...
    def blame_the_operator(self) -> None: ...
    def take_and_break_off(self) -> None: ...
    def be_slow(self, seconds: float) -> None: ...
    def vanish(self) -> None: ...


class SmtpPeer:
    """A mail server cannot tell whether it took a letter: a kill may repeat that one."""

    repeats_after_a_kill = 1

    def __init__(self, script: Script, settings: Any) -> None:
        self.script, self.settings = script, settings

    def arrived(self) -> list[Arrived]:
        return [
            Arrived(
                to=str(message["To"]),
                subject=str(message["Subject"]),
                text=message.get_body(("plain",)).get_content(),  # type: ignore[union-attr]
                known_as=str(message["Message-ID"]).strip("<>").partition("@")[0],
            )
            for message in self.script.received
        ]

    def accept(self) -> None:
        self.script.to_sender = self.script.to_recipient = self.script.to_message = "250 OK"
        self.script.slowness = 0

    def refuse(self) -> None:
        self.script.to_recipient = "550 5.1.1 No such person"

    def delay(self) -> None:
        self.script.to_recipient = "450 4.2.1 Mailbox busy"

    def blame_the_operator(self) -> None:
        self.script.to_sender = "550 5.7.1 Sender not allowed"

    def take_and_break_off(self) -> None:
        from ravs.mail.tests.smtp_server import HangUp

        self.script.to_message = HangUp

    def be_slow(self, seconds: float) -> None:
        self.script.slowness = seconds

    def vanish(self) -> None:
        self.settings.EMAIL_PORT = free_port()


class NotifyPeer:
    """Notify can be asked, so nothing is repeated."""

    repeats_after_a_kill = 0

    def __init__(self, notify: twin.Notify, settings: Any) -> None:
        self.notify, self.settings = notify, settings

    def arrived(self) -> list[Arrived]:
        return [
            Arrived(
                to=taken["email_address"],
                subject=taken["subject"],
                text=taken["body"],
                known_as=taken["reference"],
            )
            for taken in self.notify.taken
        ]

    def accept(self) -> None:
        self.notify.always, self.notify.slowness = None, 0

    def refuse(self) -> None:
        self.notify.always = twin.INVALID_ADDRESS

    def delay(self) -> None:
        self.notify.always = twin.TOO_FAST

    def blame_the_operator(self) -> None:
        self.notify.always = twin.BAD_KEY

    def take_and_break_off(self) -> None:
        self.notify.script = [twin.Answer(takes=True, hangs_up=True)]

    def be_slow(self, seconds: float) -> None:
        self.notify.slowness = seconds

    def vanish(self) -> None:
        self.settings.NOTIFY_BASE_URL = f"http://127.0.0.1:{free_port()}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def smtp(settings: Any) -> Iterator[Peer]:
    script = Script()
    with serving_smtp(script) as server:
        settings.MAILER = "ravs.mail.smtp.SmtpMailer"
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_TIMEOUT = 20
        yield SmtpPeer(script, settings)


@contextmanager
def notify(settings: Any) -> Iterator[Peer]:
    known = twin.Notify()
    with twin.serving(known) as url:
        use(settings, url)
        yield NotifyPeer(known, settings)


def use(settings: Any, url: str) -> None:
    """Settings that lead to a twin at ``url``."""
    settings.MAILER = "ravs.mail.notify.NotifyMailer"
    settings.NOTIFY_API_KEY = twin.API_KEY
    settings.NOTIFY_TEMPLATE_ID = twin.TEMPLATE_ID
    settings.NOTIFY_BASE_URL = url
    settings.NOTIFY_REPLY_TO_ID = ""


TRANSPORTS = {"smtp": smtp, "notify": notify}
