"""``ravs demo`` as a person starts it: it opens, keeps, is rebuilt, and ends whole."""

import os
import signal
import smtplib
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from ravs.demo.people import PASSWORD
from tests.demo import running, steps
from tests.demo.running import Demo
from tests.demo.test_mailbox import letter

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

LEAD = "priya.raman@irwell.nhs.uk"
NEWCOMER = "nadia.osei@irwell.nhs.uk"
CHOSEN = "Quiet-Lantern-42"
MARK = "A letter to keep"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A world that was made once, in which a letter has arrived. Starting it takes long, so some
    tests leave it open for the next; each says how it needs it."""
    made = running.at(tmp_path_factory.mktemp("de mo#1%")).start().wait_until_open()
    with smtplib.SMTP("127.0.0.1", made.mail_port) as server:
        server.send_message(letter(MARK))
    yield made
    made.stop()


@pytest.fixture
def window(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def subjects(window: Page, demo: Demo) -> list[str]:
    window.goto(f"{demo.url}/demo/mailbox")
    return window.locator("tbody").get_by_role("link").all_inner_texts()


def assert_accessible(window: Page) -> None:
    assert Axe().run(window)["violations"] == []


def test_it_names_a_taken_port_before_it_makes_anything(tmp_path: Path) -> None:
    demo = running.at(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", demo.ports[1]))
        other.listen()
        assert demo.start().wait_for_end() == 1
    assert demo.said.startswith(f"Error: Port {demo.ports[1]} is taken by another program.")
    assert "ravs demo --identity-port NUMBER" in demo.said
    assert not demo.state.exists()


def test_it_names_a_program_that_crashed_and_ends_the_others(demo: Demo) -> None:
    demo.keep_open()
    web = [pid for pid in demo.processes("ravs.demo serve") if not is_tether(pid)]
    os.kill(min(web), signal.SIGKILL)
    assert demo.wait_for_end() == 1
    assert "Error: “web” ended by itself with status 137" in demo.said
    demo.wait_for(demo.is_all_gone)


def is_tether(pid: int) -> bool:
    return b"ravs.demo.tether" in Path(f"/proc/{pid}/cmdline").read_bytes()


def test_it_takes_a_newcomer_from_invitation_to_their_first_log_in(
    demo: Demo, window: Page, chromium: Browser
) -> None:
    demo.stop()
    demo.start("--keep").wait_until_open()
    assert PASSWORD in demo.said
    assert LEAD in demo.said
    assert MARK in subjects(window, demo), "what was kept is there"
    assert_accessible(window)

    steps.log_in(window, demo.url, LEAD)
    steps.add_colleague(window, demo.url, "RW3", first="Nadia", last="Osei", email=NEWCOMER)
    window.get_by_role("button", name="Confirm and send").click()
    steps.mail_to(window, demo.url, NEWCOMER, "invited")
    assert_accessible(window)
    window.get_by_role("link", name="As plain text").click()
    assert window.get_by_role("link", name=f"{demo.url}/").first.is_visible()
    assert_accessible(window)

    colleague = chromium.new_context(java_script_enabled=False).new_page()
    steps.mail_to(colleague, demo.url, NEWCOMER, "activate")
    colleague.frame_locator("iframe").get_by_role("link", name="Activate").first.click()
    colleague.get_by_label("Password", exact=True).fill(CHOSEN)
    colleague.get_by_role("button", name="Activate account").click()
    steps.log_in(colleague, demo.url, NEWCOMER, CHOSEN)
    assert colleague.url == f"{demo.url}/o/RW3"
    menu = colleague.get_by_role("navigation", name="Menu").get_by_role("link").all_inner_texts()
    assert menu == ["Home", "Record vaccinations", "Records"]

    demo.process.send_signal(signal.SIGINT)
    assert demo.wait_for_end() == 0
    assert "Ending everything." in demo.said
    demo.wait_for(demo.is_all_gone)


def test_it_frames_a_letter_that_can_do_nothing_but_be_read_and_followed(
    demo: Demo, window: Page
) -> None:
    evil = letter(
        "Evil",
        html="<html><head></head><body onload=\"document.title='owned'\">"
        "<script>parent.document.title='owned'</script>"
        '<form action="/sign-out" method="post"><button>Click</button></form>'
        f'<img src="{demo.url}/healthz"><p>Hello</p></body></html>',
    )
    demo.keep_open()
    with smtplib.SMTP("127.0.0.1", demo.mail_port) as server:
        server.send_message(evil)
    answered: list[str] = []
    window.on("response", lambda got: answered.append(f"{got.request.method} {got.url}"))
    steps.mail_to(window, demo.url, "ingrid.holm@nhs.net", "Evil")
    framed = window.frame_locator("iframe")
    framed.get_by_text("Hello").wait_for()
    framed.get_by_role("button", name="Click").click()
    window.goto(window.locator("iframe").evaluate("frame => frame.src"))
    window.get_by_role("button", name="Click").click()
    assert "owned" not in window.title()
    assert not [one for one in answered if one.startswith("POST") or "/healthz" in one]


def test_it_takes_everything_with_it_when_it_is_shot(demo: Demo) -> None:
    demo.keep_open()
    assert len(demo.processes("ravs.demo")) > 5
    demo.process.kill()
    demo.process.wait()
    demo.wait_for(demo.is_all_gone)


def test_it_is_made_anew_unless_told_to_keep_and_ends_with_who_started_it(demo: Demo) -> None:
    """As soon as nothing of the old world is left: that a new one opens is where all begins."""
    shell = ("/bin/sh", "-c", '"$@"; true', "sh")
    demo.stop()
    assert holds(demo.state, MARK)
    demo.start("--end-with-parent", through=shell)
    demo.wait_for(lambda: bool(demo.processes("ravs.demo.past")))
    assert not holds(demo.state, MARK)
    second = Demo(demo.state, running.free_ports(), demo.log.with_name("second.log"))
    assert second.start().wait_for_end() == 1
    assert f"A demonstration is running in {demo.state} already." in second.said
    assert demo.processes("ravs.demo.past"), "it goes on"
    demo.process.kill()
    demo.process.wait()
    demo.wait_for(demo.is_all_gone)


def holds(state: Path, words: str) -> bool:
    """Whether any file of a demonstration has these words in it."""
    files = [path for path in state.rglob("*") if path.is_file()]
    return any(words.encode() in path.read_bytes() for path in files)


BACKGROUND = ("/bin/sh", "-c", 'trap "" INT; exec "$@"', "sh")
"""As a script's shell starts what it does not wait for: deaf to SIGINT."""


@pytest.mark.parametrize("through", [(), BACKGROUND], ids=["terminal", "background"])
def test_it_ends_at_once_while_the_world_is_being_made(
    tmp_path: Path, through: tuple[str, ...]
) -> None:
    demo = running.at(tmp_path).start(through=through)
    try:
        demo.wait_for(lambda: bool(demo.processes("ravs.demo.past")))
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(60) == 130
        demo.wait_for(demo.is_all_gone)
        assert "Traceback" not in demo.said
    finally:
        demo.stop()


def test_it_says_in_its_help_what_can_be_chosen() -> None:
    said = subprocess.run(
        [str(running.RAVS), "demo", "--help"], capture_output=True, text=True, check=True
    ).stdout
    assert all(option in said for option in ("--keep", "--port", "--state", "--reload"))
