"""The log of a refused request names the page, never what was asked of it."""

import io
import logging
import logging.config
from collections.abc import Iterator

import pytest

from ravs.core.logging import configuration
from tests.clients import PageClient


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log as an operator's process writes it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    settings = configuration("INFO")
    settings["handlers"]["stderr"]["stream"] = written
    logging.config.dictConfig(settings)
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.django_db
def test_it_keeps_searches_and_codes_out(client: PageClient, log: io.StringIO) -> None:
    client.get("/nowhere?q=wei.chen@nhs.net")
    client.get("/sign-in/callback?code=SECRETCODE&state=abc")
    assert "wei.chen" not in log.getvalue()
    assert "SECRETCODE" not in log.getvalue()
    assert "404" in log.getvalue()
