"""The log: one line of JSON per event, nothing forged, nothing private."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from ravs.core.logging import configuration


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the operator's logging would write, for the length of one test."""
    stream = io.StringIO()
    config: dict[str, Any] = configuration("INFO")
    config["handlers"]["stderr"]["stream"] = stream
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logging.config.dictConfig(config)
    yield stream
    root.handlers, root.level = before, level
    logging.config.dictConfig(
        {"version": 1, "disable_existing_loggers": False, "loggers": {"django": {"level": "INFO"}}}
    )


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_it_writes_one_line_whatever_a_value_holds(written: io.StringIO) -> None:
    logging.getLogger("ravs.x").warning(
        "a name: %s", 'Ann\r\n{"level": "ERROR"}\u2028\x85', extra={"who": "a\nb"}
    )
    (line,) = lines(written)
    assert line["level"] == "WARNING"
    assert line["message"].startswith("a name: Ann\r\n")


def test_it_keeps_a_traceback_on_the_line(written: io.StringIO) -> None:
    try:
        raise ValueError("first\nsecond")
    except ValueError:
        logging.getLogger("ravs.x").exception("It failed.")
    (line,) = lines(written)
    assert "ValueError" in line["exc_info"]


@pytest.mark.django_db
def test_it_tells_of_a_request_by_route_and_never_by_query(written: io.StringIO) -> None:
    Client().get("/help?q=Smith&nhs=9990000001", headers={"x-request-id": "0" * 32})
    told = next(line for line in lines(written) if line["logger"] == "ravs.request")
    assert told["route"] == "core:help"
    assert told["status"] == 200
    assert told["client"] == "127.0.0.1"
    assert told["account"] is None
    assert "Smith" not in written.getvalue()
    assert "9990000001" not in written.getvalue()


@pytest.mark.django_db
def test_it_names_no_secret_and_no_cookie(written: io.StringIO) -> None:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "a-stolen-session-key"
    client.get("/no-such-page")
    assert "a-stolen-session-key" not in written.getvalue()
    assert settings.SECRET_KEY not in written.getvalue()
