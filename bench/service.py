"""``ravs serve`` as an operator runs it, and people who ask it over connections they keep."""

import http.client
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from threading import Barrier
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from ravs.accounts.models import Account
from ravs.accounts.sessions import SessionStore
from ravs.config.contract import cookies
from ravs.members.entry import services as entry
from tests.operator import RAVS, environment, free_port, wait_for

TOKEN = "c" * 32
KEY = re.compile(r'name="key" value="([^"]+)"')
SHOWN = re.compile(r'name="shown" value="([^"]+)"')


@dataclass(frozen=True)
class Service:
    """Where it answers, and its processes."""

    address: str
    process: int

    def cpu_seconds(self) -> float:
        return cpu_of_children(self.process)


@contextmanager
def serving(database: str, *, workers: int) -> Iterator[Service]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [RAVS, "serve", "--workers", str(workers), "--end-with-parent"],
        env=environment_of(database, address) | {"PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"{address}/healthz", process)
        yield Service(address, process.pid)
    finally:
        process.terminate()
        process.wait()


def environment_of(database: str, address: str = "http://127.0.0.1:8000") -> dict[str, str]:
    return environment(
        Path(),
        DATABASE_URL=database,
        PUBLIC_URL=address,
        SECRET_KEY=settings.SECRET_KEY,
        LOG_LEVEL="ERROR",
    )


def cpu_of_children(process: int) -> float:
    """Seconds of processor that the processes under this one have taken so far."""
    ticks = 0
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text().split():
            told = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
            ticks += int(told[11]) + int(told[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class Browser:
    """Somebody who has logged in, on a connection that stays open."""

    def __init__(self, service: Service, session: str) -> None:
        parts = urlsplit(service.address)
        self.connection = http.client.HTTPConnection(parts.netloc, timeout=120)
        self.cookie = cookies(service.address)
        self.become(session)

    def become(self, session: str) -> None:
        """Somebody else at the same machine."""
        named = {self.cookie.session: session, self.cookie.csrf: TOKEN}
        self.headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in named.items())}

    def get(self, path: str) -> tuple[int, str, str]:
        """The status, where it leads, and the page."""
        return self._ask("GET", path)

    def post(self, path: str, fields: dict[str, str | list[str]]) -> tuple[int, str, str]:
        body = urlencode({**fields, "csrfmiddlewaretoken": TOKEN}, doseq=True)
        return self._ask("POST", path, body)

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        self.connection.request(method, path, body, self.headers | kind)
        answer = self.connection.getresponse()
        page = answer.read().decode()
        return answer.status, answer.headers.get("Location", ""), page


def session_of(account: Account) -> str:
    """Log somebody in, as after the provider: real rows."""
    store = SessionStore()
    session = store.sign_in(account)
    entry.sign_in(account=account, session=session)
    assert store.session_key
    return store.session_key


def key_in(page: str) -> str:
    found = KEY.search(page)
    assert found, "the page has no form with a key"
    return unescape(found[1])


def warnings_in(page: str) -> list[str]:
    return [unescape(one) for one in SHOWN.findall(page)]


def together(jobs: list[Callable[[], None]]) -> float:
    """Run each in a thread of its own, begun at one moment; how long until the last has ended."""
    start = Barrier(len(jobs) + 1)

    def run(job: Callable[[], None]) -> None:
        start.wait()
        job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        running = [pool.submit(run, job) for job in jobs]
        start.wait()
        began = time.perf_counter()
        for one in running:
            one.result()
        return time.perf_counter() - began


def timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
