"""One running service and one browser for all journeys; people of their own for each."""

import os
import socket
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.journeys.axe import watch
from tests.journeys.people import Person
from tests.journeys.stack import Stack

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SWITCHES = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.timeout(300))


def free_ports(wanted: int) -> list[int]:
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(wanted)]
    ports = [server.getsockname()[1] for server in taken]
    for server in taken:
        server.close()
    return ports


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    running = Stack(tmp_path_factory.mktemp("stack"), *free_ports(3))
    try:
        running.set_up()
        yield running
    finally:
        running.end_all()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    switches = [*SWITCHES, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=switches)
        yield opened
        opened.close()


@pytest.fixture
def window(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens browsers that know nothing of each other. ``javascript=False`` for one without."""
    opened: list[BrowserContext] = []

    def open_window(*, javascript: bool = True, width: int = 1280) -> Page:
        context = chromium.new_context(
            java_script_enabled=javascript, viewport={"width": width, "height": 900}
        )
        context.set_default_timeout(30_000)
        opened.append(context)
        page = context.new_page()
        watch(page, javascript=javascript)
        return page

    yield open_window
    for context in opened:
        context.close()


_codes = product(ascii_uppercase, repeat=2)


@pytest.fixture
def ods(stack: Stack) -> str:
    """A new trust, so that no journey meets another's people. Letters: it serves as a name too."""
    code = "".join(("R", *next(_codes)))
    stack.add_organisation(code, f"Journey Trust {code}")
    return code


@pytest.fixture
def arrive(stack: Stack, window: Callable[..., Page]) -> Callable[..., Person]:
    """Somebody invited by command, who activated an account and signed in."""

    def arrived(ods: str, name: str, level: str = "recorder", **options: Any) -> Person:
        email = stack.add_user(ods, f"{name} {ods.title()}", level)
        person = Person(stack, window(**options), email, ods)
        person.activate()
        person.log_in()
        return person

    return arrived
