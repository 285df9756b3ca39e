"""A provider that takes connections and never answers must not hold everybody in line."""

import socket
import threading
from collections.abc import Iterator

import pytest

from ravs.accounts.oidc import discovery
from ravs.accounts.refusals import ProviderDown


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(discovery, "TIMEOUT_SECONDS", 0.5)
    discovery.forget()
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
    discovery.forget()


def test_only_the_first_of_many_waits_for_it(silence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    real = discovery.fetch_json

    def counted(url: str, **headers: str) -> dict[str, object]:
        asked.append(url)
        return real(url, **headers)

    monkeypatch.setattr(discovery, "fetch_json", counted)

    def log_in() -> None:
        with pytest.raises(ProviderDown):
            discovery.provider(silence)

    crowd = [threading.Thread(target=log_in) for _ in range(8)]
    for person in crowd:
        person.start()
    for person in crowd:
        person.join()
    assert len(asked) == 1
