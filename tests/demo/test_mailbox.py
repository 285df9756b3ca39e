"""Mail that arrives is kept as it came, and can be read without letting it do anything."""

import smtplib
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

import pytest

from ravs.demo.letterbox import Letterbox
from ravs.demo.presenters import with_links
from tests.demo.running import free_ports, is_listening


def letter(subject: str = "Welcome", text: str = "Hello Ingrid", html: str = "") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Record a vaccination <no-reply@ravs.test>"
    message["To"] = "ingrid.holm@nhs.net"
    message["Subject"] = subject
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


@pytest.fixture
def letterbox(tmp_path: Path) -> Letterbox:
    box = Letterbox(tmp_path / "letters.sqlite3")
    box.prepare()
    return box


def test_it_shows_the_newest_first(letterbox: Letterbox) -> None:
    for number in range(25):
        letterbox.put(letter(f"Letter {number}").as_bytes(), recipients=["ingrid.holm@nhs.net"])
    assert letterbox.count() == 25
    assert [mail.subject for mail in letterbox.latest(size=2)] == ["Letter 24", "Letter 23"]
    assert [mail.subject for mail in letterbox.latest(start=20)][-1] == "Letter 0"


def test_it_opens_both_ways_of_reading_a_message(letterbox: Letterbox) -> None:
    sent = letter("Zoë’s account", "Hello Zoë", "<p>Hello <b>Zoë</b></p>")
    opened = letterbox.read(letterbox.put(sent.as_bytes(), recipients=["zoe@nhs.net"]))
    assert opened is not None
    assert opened.arrived.subject == "Zoë’s account"
    assert (opened.text.strip(), opened.html.strip()) == ("Hello Zoë", "<p>Hello <b>Zoë</b></p>")


def test_it_opens_a_message_that_has_no_html(letterbox: Letterbox) -> None:
    opened = letterbox.read(letterbox.put(letter().as_bytes(), recipients=[]))
    assert opened is not None
    assert opened.html == ""


def test_it_finds_nothing_under_a_number_that_was_never_given(letterbox: Letterbox) -> None:
    assert letterbox.read(uuid4()) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "Go to https://ravs.test/a?b=1&c=2, now.",
            'Go to <a class="nhsuk-link" href="https://ravs.test/a?b=1&amp;c=2">'
            "https://ravs.test/a?b=1&amp;c=2</a>, now.",
        ),
        (
            "(http://127.0.0.1/x)",
            '(<a class="nhsuk-link" href="http://127.0.0.1/x">http://127.0.0.1/x</a>)',
        ),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        (
            'https://a.test/"onclick="x',
            '<a class="nhsuk-link" href="https://a.test/&#34;onclick=&#34;x">'
            "https://a.test/&#34;onclick=&#34;x</a>",
        ),
        ("", ""),
    ],
)
def test_it_makes_links_of_addresses_and_of_nothing_else(text: str, shown: str) -> None:
    assert str(with_links(text)) == shown


@pytest.fixture
def server(letterbox: Letterbox) -> Iterator[int]:
    port = free_ports()[0]
    command = [sys.executable, "-m", "ravs.demo.sink", str(port), str(letterbox.file)]
    process = subprocess.Popen(command)
    try:
        while not is_listening(port):
            assert process.poll() is None
        yield port
    finally:
        process.terminate()
        assert process.wait(30) == 0


def test_it_takes_mail_over_smtp_and_says_so_once_it_is_kept(
    server: int, letterbox: Letterbox
) -> None:
    with smtplib.SMTP("127.0.0.1", server) as connection:
        connection.send_message(letter(), to_addrs=["ingrid.holm@nhs.net", "jack@nhs.net"])
    (arrived,) = letterbox.latest()
    assert arrived.recipient == "ingrid.holm@nhs.net, jack@nhs.net"
    assert arrived.sender == "Record a vaccination <no-reply@ravs.test>"
