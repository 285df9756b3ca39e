"""What the log may hold, with the log set up as operators have it."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from ravs_identity import settings as real
from ravs_identity.models import Person
from ravs_identity.tests.conftest import PASSWORD, newest_link, sign_in


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The operators' handler, writing here; put away afterwards."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logging.config.dictConfig(real.LOGGING)
    written = io.StringIO()
    for handler in root.handlers:
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(written)
    yield written
    root.handlers[:] = before
    root.setLevel(level)


def test_no_token_password_or_address_is_written(
    client: Client, asha: Person, log: io.StringIO
) -> None:
    link = newest_link(asha)
    token = link.rsplit("/", 1)[1]
    with time_machine.travel(asha.created_at, tick=False):
        for _ in range(61):
            client.post(link, {"password": "short"})
    client.get(f"{link}/x")
    client.delete(link)
    client.post(link.replace("activate", "reset-password"))
    sign_in(client, asha.email, PASSWORD)
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    refused = [line["message"] for line in lines if line["logger"] == "django.request"]
    assert "Too Many Requests: /activate/…" in refused
    for secret in (token, PASSWORD, asha.email, "short"):
        assert secret not in log.getvalue()


def test_who_came_in_and_who_was_refused_is_written(
    client: Client, ben: Person, log: io.StringIO
) -> None:
    sign_in(client, ben.email, "Wrong-Password-1")
    sign_in(client, ben.email)
    client.post("/sign-out")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    events = [
        (line["message"], line.get("person"))
        for line in lines
        if line["logger"] == "ravs_identity.sign_in"
    ]
    assert events == [
        ("sign-in refused", None),
        ("signed in", str(ben.pk)),
        ("signed out", str(ben.pk)),
    ]
