"""One running service and one browser for all journeys; people of their own for each."""

import os
import socket
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from itertools import product
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys import http_client, seen
from tests.journeys.looking import examined, watch
from tests.journeys.people import Person
from tests.journeys.stack import Stack, address_of

HERE = Path(__file__).parent
LAST = HERE / "test_zz_every_page_was_seen.py"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """Mark the journeys; leave out the last tests of the folder unless all of it has run."""
    journeys = [item for item in items if HERE in item.path.parents]
    for item in journeys:
        item.add_marker(pytest.mark.journey)
        item.add_marker(pytest.mark.timeout(300))
    yield
    chosen = [item for item in items if item in journeys]
    if len(chosen) < len(journeys) or not (_is_whole(chosen) or _is_last_alone(chosen)):
        items[:] = [item for item in items if item.path != LAST]


def _is_whole(journeys: list[pytest.Item]) -> bool:
    """All of it in this process; where several share it out, none of them sees everything."""
    whole = {item.path for item in journeys} == set(HERE.glob("test_*.py"))
    return whole and "PYTEST_XDIST_WORKER" not in os.environ


def _is_last_alone(journeys: list[pytest.Item]) -> bool:
    """After a run that was shared out: what all of it saw is kept."""
    return {item.path for item in journeys} == {LAST} and any(seen.KEPT.glob("*.json"))


def free_ports(wanted: int) -> list[int]:
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(wanted)]
    ports = [server.getsockname()[1] for server in taken]
    for server in taken:
        server.close()
    return ports


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    running = Stack(tmp_path_factory.mktemp("stack"), *free_ports(3))
    if "PYTEST_XDIST_WORKER" in os.environ:
        examined.share(tmp_path_factory.getbasetemp().parent / "examined")
    try:
        running.set_up()
        yield running
    finally:
        running.end_all()
        if process := os.environ.get("PYTEST_XDIST_WORKER"):
            seen.keep(process, running.origins)


@pytest.fixture
def window(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens browsers that know nothing of each other. ``javascript=False`` for one without."""
    opened: list[BrowserContext] = []

    def open_window(*, javascript: bool = True, width: int = 1280, height: int = 900) -> Page:
        context = chromium.new_context(
            java_script_enabled=javascript,
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
        )
        context.set_default_timeout(30_000)
        context.on("page", lambda page: watch(page, javascript=javascript))
        opened.append(context)
        return context.new_page()

    yield open_window
    for context in opened:
        context.close()


_codes = product(ascii_uppercase, repeat=2)


@pytest.fixture
def new_trust(stack: Stack) -> Callable[[], str]:
    """Makes trusts; their codes are letters only, as they serve for surnames too."""

    def made() -> str:
        code = "".join(("R", *next(_codes)))
        stack.add_organisation(code, f"Journey Trust {code}")
        return code

    return made


@pytest.fixture
def ods(new_trust: Callable[[], str]) -> str:
    """A new trust, so that no journey meets another's people."""
    return new_trust()


@pytest.fixture
def settle(stack: Stack) -> Callable[..., list[str]]:
    """People who have an account, were added and have logged in; their addresses."""

    def settled(ods: str, *names: str, level: str = "recorder") -> list[str]:
        full = [f"{name} {ods.title()}" for name in names]
        stack.add_account(*full)
        emails = [stack.add_user(ods, name, level) for name in full]
        for email in emails:
            stack.come_in(email)
        return emails

    return settled


@pytest.fixture
def arrive(stack: Stack, window: Callable[..., Page]) -> Callable[..., Person]:
    """Somebody added by command who is logged in at a browser, at their organisation."""

    def arrived(
        ods: str,
        name: str,
        level: str = "recorder",
        *,
        known: str = "",
        at_provider: bool = False,
        **options: Any,
    ) -> Person:
        """``known``: the address of somebody who works elsewhere already. ``at_provider``: with
        a session there too, as whoever has just logged in has."""
        full = f"{name} {ods.title()}"
        if not known:
            stack.add_account(full)
            stack.add_user(ods, full, level)
        person = Person(stack, window(**options), known or address_of(full), ods)
        if not at_provider:
            cookies = [_cookie("ravs-session", stack.come_in(person.email))]
        else:
            with closing(http_client.log_in(stack, person.email)) as client:
                cookies = [_cookie(one.name, one.value) for one in client.cookies.jar]
        person.page.context.add_cookies(cookies)
        return person

    return arrived


def _cookie(name: str, value: str | None) -> Any:
    """The two programs stand on one host of two names, and so do their cookies."""
    return {
        "name": name,
        "value": value,
        "domain": "localhost" if name.startswith("identity") else "127.0.0.1",
        "path": "/",
        "httpOnly": True,
        "sameSite": "Lax",
    }
