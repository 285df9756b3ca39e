"""The web process killed while sixteen people record: what anybody saw as saved is there, once."""

import http.client
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event as Flag
from threading import Thread
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.db import connection
from django.urls import reverse

from ravs.audit.models import Event
from ravs.members.models import Membership
from ravs.vaccinations.models import Draft, Vaccination
from tests.clients import DoorClient
from tests.evidence import assert_whole
from tests.fixtures import Rounds
from tests.operator import free_port
from tests.people import member
from tests.races.together import PATIENCE, environment
from tests.recording import Place, draft, patient, place
from tests.totals import assert_totals_are_right

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

CLIENTS = 16
LOST = (ConnectionError, http.client.HTTPException, TimeoutError)
"""What a browser gets from a process that was killed."""


class Web:
    """The web process, killed as by a machine that loses power, and there again at once."""

    def __init__(self) -> None:
        self.port = free_port()
        self.launcher = subprocess.Popen(
            [sys.executable, "-m", "tests.races.web_process", str(self.port)],
            env=environment(DJANGO_SETTINGS_MODULE="ravs.config.settings.production"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.group = 0

    def start(self) -> None:
        assert self.launcher.stdin is not None
        assert self.launcher.stdout is not None
        self.launcher.stdin.write("start\n")
        self.launcher.stdin.flush()
        self.group = int(self.launcher.stdout.readline())

    def kill(self) -> None:
        os.killpg(self.group, signal.SIGKILL)

    def end(self) -> None:
        if self.group:
            self.kill()
        self.launcher.kill()
        self.launcher.communicate()


@contextmanager
def web() -> Iterator[Web]:
    process = Web()
    try:
        process.start()
        yield process
    finally:
        process.end()


@dataclass
class Person(Thread):
    """Somebody at a browser who records one patient after another until they are told to stop."""

    at: Place
    who: Membership
    port: int
    stop: Flag
    seen: list[UUID] = field(default_factory=list)
    """Drafts whose page of success was shown."""

    left: int = 0
    """Drafts that were left after a failure, whatever had become of them."""

    failure: BaseException | None = None

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        browser = DoorClient()
        browser.sign_in(self.who.account)
        session = next(iter(browser.cookies.values())).value
        self.headers = {
            "Host": "127.0.0.1",
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"ravs-session={session}; ravs-csrf={'c' * 32}",
            "X-CSRFToken": "c" * 32,
        }
        self.chance = random.Random(self.who.pk)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                self.record(f"Ada {len(self.seen) + self.left}")
        except BaseException as failure:
            self.failure = failure
            raise
        finally:
            connection.close()

    def record(self, name: str) -> None:
        made = draft(self.at, self.who, patient(self.who, name, nhs_number=""), giving=None)
        while True:
            try:
                self.save(made)
            except LOST:
                time.sleep(0.02)
                if self.chance.random() < 1 / 3:
                    self.left += 1
                    return
            else:
                self.seen.append(made.public_id)
                return

    def save(self, made: Draft) -> None:
        """The last question, the check, and the page that says that it is saved."""
        arm = {"injection_site": "left-arm"}
        where = self.ask("POST", self.url("step", made, step="giving"), arm)
        assert where in {self.url("check", made), self.url("saved", made)}, where
        saved = self.ask("POST", self.url("check", made), {"note": "Well"})
        assert saved == self.url("saved", made)
        page = self.ask("GET", saved)
        assert "<h1" in page
        assert "saved" in page

    def url(self, page: str, made: Draft, **more: Any) -> str:
        return reverse(
            f"vaccinations:{page}", kwargs={"ods": "RR8", "draft": made.public_id, **more}
        )

    def ask(self, method: str, path: str, values: dict[str, str] | None = None) -> str:
        """The page, or where it leads."""
        talk = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            talk.request(method, path, urlencode(values or {}), self.headers)
            answer = talk.getresponse()
            body = answer.read().decode()
        finally:
            talk.close()
        assert answer.status in {200, 302}, f"{method} {path}: {answer.status}"
        return answer.headers.get("Location") or body


def until_seen(people: list[Person], number: int) -> None:
    end = time.monotonic() + PATIENCE
    while sum(len(one.seen) for one in people) < number:
        failures = [one.failure for one in people if one.failure]
        assert not failures, failures
        assert time.monotonic() < end, "nobody came any further"
        time.sleep(0.005)


@pytest.mark.timeout(3600)
def test_killed_again_and_again_it_keeps_what_was_saved_and_nothing_half(
    settings: Any, rounds: Rounds
) -> None:
    settings.SECRET_KEY = environment()["SECRET_KEY"]
    at = place(types=("flu",), stock=("flu-vaxigrip",))
    chance, stop, kills = random.Random(20261123), Flag(), rounds(100)
    with web() as process:
        people = [
            Person(at, member(at.organisation, f"Vic N{n}", vaccinator=True), process.port, stop)
            for n in range(CLIENTS)
        ]
        for one in people:
            one.start()
        for _ in range(kills):
            so_far = sum(len(one.seen) for one in people)
            until_seen(people, so_far + chance.randint(1, 6))
            time.sleep(chance.uniform(0, 0.1))
            process.kill()
            process.start()
        until_seen(people, sum(len(one.seen) for one in people) + CLIENTS)
        stop.set()
        for one in people:
            one.join(PATIENCE)
    assert [one.failure for one in people if one.failure] == []
    hold(at, {draft for one in people for draft in one.seen})
    assert sum(one.left for one in people) >= kills / 3, "too few kills struck anybody"


def hold(at: Place, seen: set[UUID]) -> None:
    saved = dict(Draft.objects.filter(saved__isnull=False).values_list("public_id", "saved_id"))
    assert seen <= saved.keys()
    rows = {row.pk: row for row in Vaccination.objects.all()}
    assert sorted(saved.values()) == sorted(rows), "one record for each draft, one draft for each"
    events = Event.objects.filter(type="vaccination.recorded")
    told = sorted(one.data["vaccination"] for one in events)
    assert told == sorted(str(row.public_id) for row in rows.values())
    assert {(row.injection_site, row.note) for row in rows.values()} == {("left-arm", "Well")}
    assert_totals_are_right()
    assert_whole(at.organisation)
