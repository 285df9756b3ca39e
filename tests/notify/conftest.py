"""A twin of GOV.UK Notify, and settings that lead to it."""

from collections.abc import Iterator
from typing import Any

import pytest

from ravs.core import stopping
from tests import people
from tests.notify import transports, twin
from tests.notify.transports import Peer


@pytest.fixture(params=transports.TRANSPORTS)
def peer(request: pytest.FixtureRequest, settings: Any) -> Iterator[Peer]:
    """The other side of each transport in turn."""
    with transports.TRANSPORTS[request.param](settings) as there:
        yield there


@pytest.fixture
def notify(settings: Any) -> Iterator[twin.Notify]:
    known = twin.Notify()
    with twin.serving(known) as url:
        transports.use(settings, url)
        yield known


@pytest.fixture
def leeds() -> people.Leeds:
    """Leeds, with a person in every state."""
    return people.leeds()


@pytest.fixture(autouse=True)
def no_client_but_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Notify's client brings requests with it; nothing may ever leave by that."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a request went round the outbound door")

    monkeypatch.setattr("requests.Session.request", refuse)
    monkeypatch.setattr("requests.adapters.HTTPAdapter.send", refuse)


@pytest.fixture(autouse=True)
def not_stopping() -> Iterator[None]:
    yield
    stopping.forget()
