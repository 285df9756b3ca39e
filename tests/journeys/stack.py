"""The whole service as an operator runs it: web, worker, the local provider, a real SMTP server.

Nothing is replaced and nothing is patched. What a test may do from behind is what an operator
may do: run commands, stop a process, look into the mail server. Only time is let go by in another
way (``past``).
"""

import json
import os
import secrets
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unicodedata import normalize

import httpx2

from tests.journeys.past import Past
from tests.journeys.postbox import PATIENCE, Postbox, eventually

RAVS = Path(sys.executable).with_name("ravs")
SHELL = Path(__file__).with_name("shell.py")
PASSWORD = "Quiet-Harbour-71"


def address_of(name: str) -> str:
    """``Rosa Raa`` is at rosa.raa@nhs.net; accents are left out."""
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", ".") + "@nhs.net"


class Stack:
    """The running service. ``web`` and ``provider`` are the addresses a browser opens."""

    def __init__(self, folder: Path, web_port: int, provider_port: int, smtp_port: int) -> None:
        self.folder = folder
        self.web = f"http://127.0.0.1:{web_port}"
        self.provider = f"http://localhost:{provider_port}"
        self.origins = {"web": self.web, "provider": self.provider}
        self.post = Postbox(smtp_port)
        database, people = folder / "ravs.sqlite3", folder / "identity.sqlite3"
        self.past = Past(database, people)
        self.processes: dict[str, subprocess.Popen[Any]] = {}
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "DATABASE_URL": f"sqlite:///{database}",
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
            "IDENTITY_DATABASE_URL": f"sqlite:///{people}",
            "IDENTITY_SECRET_KEY": secrets.token_urlsafe(48),
            "IDENTITY_PUBLIC_URL": self.provider,
            "IDENTITY_PORT": str(provider_port),
        }

    def set_up(self) -> None:
        """What an operator types on the first day; the two programs side by side."""
        with ThreadPoolExecutor(2) as both:
            steps = [both.submit(self._set_up_web), both.submit(self._set_up_provider)]
        for step in steps:
            step.result()

    def _set_up_web(self) -> None:
        self.run("migrate")
        self.start("worker", "worker")
        self.start("web", "serve", "--workers", "1")
        self.wait_for(f"{self.web}/help")

    def _set_up_provider(self) -> None:
        self.run("identity", "migrate")
        self.run(
            "identity", "client", "add", "--id", "ravs", "--name", "Record a vaccination service",
            "--redirect-uri", f"{self.web}/sign-in/callback",
            "--post-logout-redirect-uri", f"{self.web}/",
        )  # fmt: skip
        self.start_provider()

    def run(self, *words: str) -> str:
        """``ravs …``; what it printed. A command that fails fails the test."""
        shell = self._shell("identity shell" if words[0] == "identity" else "shell")
        assert shell.stdin is not None
        assert shell.stdout is not None
        shell.stdin.write(json.dumps(words) + "\n")
        shell.stdin.flush()
        answer = json.loads(shell.stdout.readline())
        assert answer["status"] == 0, f"ravs {' '.join(words)}\n{answer['said']}"
        return str(answer["said"])

    def come_in(self, email: str) -> str:
        """Let in somebody whom the provider knows; the key of their session at the service."""
        return self.run("come-in", email, self.past.subject(email))

    def _shell(self, name: str) -> subprocess.Popen[str]:
        """Opened at the first command; each of the two programs has settings of its own."""
        if name not in self.processes:
            with (self.folder / f"{name}.log").open("ab") as log:
                self.processes[name] = subprocess.Popen(
                    [sys.executable, SHELL],
                    env=self.env,
                    cwd=self.folder,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                )
        return self.processes[name]

    def start(self, name: str, *words: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [RAVS, *words], env=self.env, cwd=self.folder, stdout=log, stderr=subprocess.STDOUT
            )

    def start_provider(self) -> None:
        """Until it has answered what the service asks first: a cold start may take its time."""
        self.start("provider", "identity", "serve")
        self.wait_for(f"{self.provider}/.well-known/openid-configuration")

    def wait_until_sure(self) -> None:
        """Until the service has noticed whether the provider is there; it looks now and then."""
        gone = "provider" not in self.processes

        def noticed() -> bool:
            answer = httpx2.get(f"{self.web}/sign-in", timeout=PATIENCE, trust_env=False)
            return (answer.status_code == 503) == gone

        eventually(noticed, "Noticing how the provider is")

    def wait_for(self, url: str) -> None:
        def answers() -> bool:
            try:
                return httpx2.get(url, timeout=PATIENCE, trust_env=False).status_code == 200
            except httpx2.HTTPError:
                return False

        eventually(answers, f"An answer from {url}")

    def end(self, name: str) -> None:
        process = self.processes.pop(name)
        process.terminate()
        process.wait(timeout=PATIENCE)
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()

    def end_all(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for name in list(self.processes):
            self.end(name)
        self.post.controller.stop()

    def add_organisation(self, ods: str, name: str, region: str = "Y63") -> None:
        self.run(
            "organisations", "add", "--ods", ods, "--name", name,
            "--type", "nhs-trust", "--region", region,
        )  # fmt: skip

    def add_user(self, ods: str, name: str, level: str = "recorder") -> str:
        """Invite somebody by command; their address."""
        first, last = name.split(" ", 1)
        email = address_of(name)
        self.run(
            "users", "add", "--ods", ods, "--email", email, "--first-name", first,
            "--last-name", last, "--level", level,
        )  # fmt: skip
        return email

    def add_account(self, *names: str) -> None:
        """Give people a working account at the provider, as its operator may."""
        entries = [
            {
                "email": address_of(name),
                "first_name": name.split(" ", 1)[0],
                "last_name": name.split(" ", 1)[1],
                "password": PASSWORD,
            }
            for name in names
        ]
        file = self.folder / "people.json"
        file.write_text(json.dumps(entries))
        self.run("identity", "people", "add", "--file", str(file))
