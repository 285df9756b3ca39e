"""A mail server for the tests of the outbox, and the settings that lead to it."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from ravs.core import stopping
from ravs.mail.tests.smtp_server import Script, serving


@pytest.fixture
def script() -> Script:
    """What the mail server says; a test may change it at any time."""
    return Script()


@pytest.fixture
def mail_server(script: Script, settings: Settings) -> Iterator[Script]:
    with serving(script) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = server.port
        settings.EMAIL_TIMEOUT = 20
        yield script


@pytest.fixture(autouse=True)
def not_stopping() -> Iterator[None]:
    yield
    stopping.forget()
