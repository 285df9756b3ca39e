"""The provider of this repository as operators run it: its own process, real mail, real pages."""

import os
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from ravs.core import http
from ravs.core.ids import new_id
from ravs.integrations.identity.port import Found, Resent
from ravs.integrations.identity.tests.worlds import TOKEN, ScimWorld

PATIENCE_SECONDS = 90.0
COMMAND = [sys.executable, "-c", "from ravs.cli import main; main()", "identity"]
LINK = re.compile(r"http://localhost:\d+/activate/[\w-]+")
HIDDEN_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class LocalProvider(ScimWorld):
    """People's accounts at the local provider, and their mailbox."""

    tells_activation = True
    new = Found.NEW
    found_elsewhere = Found.PENDING
    resent = Resent.SENT

    def __init__(self, origin: str, mailbox: "Mailbox") -> None:
        super().__init__(f"{origin}/scim/v2")
        self.origin = origin
        self.mailbox = mailbox

    def activation_letters(self, email: str) -> int:
        """How many have arrived once a letter that was promised later has arrived too."""
        later = f"later.{new_id().hex}@leeds.nhs.uk"
        self.make_elsewhere(later)
        self.mailbox.wait_for(later)
        return len(self.mailbox.letters(email))

    def activate(self, email: str) -> None:
        """Open the link of the latest letter and choose a password, as a browser would."""
        [link] = set(LINK.findall(self.mailbox.wait_for(email)))
        with http.client() as browser:
            page = http.check(browser.get(link)).text
            token = HIDDEN_TOKEN.search(page)
            assert token, page
            form = {"csrfmiddlewaretoken": token[1], "password": "Correct-9-Horse-Battery"}
            answer = browser.post(link, data=form, headers={"Referer": link})
        assert answer.status_code == 302, answer.text


class Mailbox:
    """Every letter that the provider handed over, by the address it went to."""

    def __init__(self) -> None:
        self._letters: dict[str, list[str]] = defaultdict(list)
        self._arrival = threading.Condition()

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        text = message.get_body(("plain",))
        with self._arrival:
            for address in envelope.rcpt_tos:
                self._letters[address.casefold()].append(text.get_content() if text else "")
            self._arrival.notify_all()
        return "250 OK"

    def letters(self, email: str) -> list[str]:
        with self._arrival:
            return list(self._letters[email.casefold()])

    def wait_for(self, email: str) -> str:
        """The latest letter to an address, as soon as there is one."""
        with self._arrival:
            come = self._arrival.wait_for(lambda: self._letters[email.casefold()], PATIENCE_SECONDS)
            assert come, f"No letter came to {email}."
            return self._letters[email.casefold()][-1]


@contextmanager
def local_provider(folder: Path) -> Iterator[LocalProvider]:
    """The provider on a free port, its database in ``folder``; ends with the block."""
    mailbox, log = Mailbox(), folder / "provider.log"
    with sink(mailbox) as mail_port, log.open("wb") as told:
        environment = settings_for(folder, port=free_port(), mail_port=mail_port)
        migrated = subprocess.run(
            [*COMMAND, "migrate"], env=environment, capture_output=True, check=False
        )
        assert migrated.returncode == 0, migrated.stdout + migrated.stderr
        process = subprocess.Popen(
            [*COMMAND, "serve", "--end-with-parent"], env=environment, stdout=told, stderr=told
        )
        try:
            origin = environment["IDENTITY_PUBLIC_URL"]
            wait_until_ready(origin, process, log)
            yield LocalProvider(origin, mailbox)
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


@contextmanager
def sink(mailbox: Mailbox) -> Iterator[int]:
    """An SMTP server that hands everything to ``mailbox``; the block gets its port."""
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def settings_for(folder: Path, *, port: int, mail_port: int) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", ""),
        "IDENTITY_DATABASE_URL": f"sqlite:///{folder / 'identity.sqlite3'}",
        "IDENTITY_SECRET_KEY": secrets.token_urlsafe(48),
        "IDENTITY_PUBLIC_URL": f"http://localhost:{port}",
        "IDENTITY_PORT": str(port),
        "IDENTITY_SCIM_TOKEN": TOKEN,
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "EMAIL_FROM": "RAVS account <no-reply@ravs.test>",
        "SUPPORT_CONTACT": "support@ravs.test",
    }


def wait_until_ready(origin: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    with http.client(base_url=origin) as door:
        while time.monotonic() < deadline and process.poll() is None:
            try:
                http.check(door.get("readyz"))
            except (http.HttpError, http.OutboundError):
                time.sleep(0.1)
            else:
                return
    raise AssertionError(f"The provider did not come up:\n{log.read_text()}")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
