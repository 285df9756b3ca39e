"""The whole service as an operator runs it: web, worker, the local provider, a real SMTP server.

Nothing is replaced and nothing is patched. What a test may do from behind is what an operator
may do: run commands, stop a process, look into the mail server. Time cannot be moved, so a
person's last log-in is dated back in the database, in one place (``Stack.date_back``).
"""

import os
import re
import secrets
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

import httpx2
from aiosmtpd.controller import Controller

from ravs.core.dates import london_today

ROOT = Path(__file__).resolve().parents[2]
RAVS = Path(sys.executable).with_name("ravs")
PATIENCE = 60.0

T = TypeVar("T")


def eventually(found: Callable[[], T | None], what: str, patience: float = PATIENCE) -> T:
    """Wait for something that another process does; fails by naming it, never by being slow."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        result = found()
        if result:
            return result
        time.sleep(0.1)
    raise AssertionError(f"{what} did not happen within {patience:.0f} seconds.")


class Postbox:
    """Everything the SMTP server took, as it came."""

    def __init__(self, port: int) -> None:
        self.letters: list[EmailMessage] = []
        self.controller = Controller(self, hostname="127.0.0.1", port=port)
        self.controller.start()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"

    def to(self, address: str, subject: str) -> EmailMessage:
        """The newest letter to ``address`` whose subject begins so; waits for it."""

        def found() -> EmailMessage | None:
            fitting = (
                letter
                for letter in reversed(self.letters)
                if letter["To"] == address and letter["Subject"].startswith(subject)
            )
            return next(fitting, None)

        return eventually(found, f"A letter “{subject}…” to {address}")

    def count(self, address: str) -> int:
        return sum(letter["To"] == address for letter in self.letters)


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(letter: EmailMessage, containing: str) -> str:
    """The first link of a letter whose address contains some words."""
    links = re.findall(r"https?://\S+", text_of(letter))
    return next(link for link in links if containing in link)


class Stack:
    """The running service. ``web`` and ``provider`` are the addresses a browser opens."""

    def __init__(self, folder: Path, web_port: int, provider_port: int, smtp_port: int) -> None:
        self.folder = folder
        self.web = f"http://127.0.0.1:{web_port}"
        self.provider = f"http://localhost:{provider_port}"
        self.post = Postbox(smtp_port)
        self.database = folder / "ravs.sqlite3"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "DATABASE_URL": f"sqlite:///{self.database}",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "PUBLIC_URL": self.web,
            "PORT": str(web_port),
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
            "EMAIL_FROM": "Record a vaccination service <ravs@ravs.test>",
            "SUPPORT_CONTACT": "support@ravs.test",
            "OIDC_CLIENT_ID": "ravs",
            "OIDC_CLIENT_SECRET": secrets.token_urlsafe(32),
            "IDENTITY_PROVIDER": "local",
            "IDENTITY_PROVIDER_NAME": "RAVS Identity",
            "IDENTITY_SCIM_TOKEN": secrets.token_urlsafe(32),
            "IDENTITY_DATABASE_URL": f"sqlite:///{folder / 'identity.sqlite3'}",
            "IDENTITY_SECRET_KEY": secrets.token_urlsafe(48),
            "IDENTITY_PUBLIC_URL": self.provider,
            "IDENTITY_PORT": str(provider_port),
        }

    def set_up(self) -> None:
        """What an operator types on the first day."""
        self.run("migrate")
        self.run("identity", "migrate")
        self.run(
            "identity", "client", "add", "--id", "ravs",
            "--redirect-uri", f"{self.web}/sign-in/callback",
            "--post-logout-redirect-uri", f"{self.web}/",
        )  # fmt: skip
        self.start_provider()
        self.start("worker", "worker")
        self.start("web", "serve", "--workers", "1")
        self.wait_for(f"{self.web}/healthz")

    def run(self, *words: str, status: int = 0) -> str:
        """``ravs …``; what it printed."""
        done = subprocess.run(
            [RAVS, *words],
            env=self.env,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, f"ravs {' '.join(words)}\n{done.stdout}{done.stderr}"
        return done.stdout

    def start(self, name: str, *words: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [RAVS, *words], env=self.env, cwd=self.folder, stdout=log, stderr=subprocess.STDOUT
            )

    def start_provider(self) -> None:
        self.start("provider", "identity", "serve")
        self.wait_for(f"{self.provider}/healthz")

    def wait_for(self, url: str) -> None:
        def answers() -> bool:
            try:
                return httpx2.get(url, timeout=2, trust_env=False).status_code == 200
            except httpx2.HTTPError:
                return False

        eventually(answers, f"An answer from {url}")

    def end(self, name: str) -> None:
        process = self.processes.pop(name)
        process.terminate()
        process.wait(timeout=PATIENCE)

    def end_all(self) -> None:
        for name in list(self.processes):
            self.end(name)
        self.post.controller.stop()

    def add_organisation(self, ods: str, name: str, region: str = "Y63") -> None:
        self.run(
            "organisations", "add", "--ods", ods, "--name", name,
            "--type", "nhs-trust", "--region", region,
        )  # fmt: skip

    def add_user(self, ods: str, name: str, level: str) -> str:
        """Invite somebody by command; their address."""
        first, last = name.split(" ", 1)
        email = f"{first}.{last}@nhs.net".lower()
        self.run(
            "users", "add", "--ods", ods, "--email", email, "--first-name", first,
            "--last-name", last, "--level", level,
        )  # fmt: skip
        return email

    def date_back(self, email: str, days: int) -> None:
        """As if this person had last logged in so many days ago."""
        then: date = london_today() - timedelta(days=days)
        person = "SELECT id FROM accounts_account WHERE email_key = ?"
        with closing(sqlite3.connect(self.database, timeout=30)) as rows, rows:
            rows.execute(
                f"UPDATE members_membership SET clock_on = ? WHERE account_id = ({person}) "
                "AND status = 'active'",
                [then.isoformat(), email],
            )
            rows.execute(
                "UPDATE accounts_account SET last_login_on = ? WHERE email_key = ?",
                [then.isoformat(), email],
            )
