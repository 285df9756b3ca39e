"""A provider that takes connections and never answers must not hold everybody in line."""

import socket
import threading
import time
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


def test_whoever_can_use_what_is_kept_does_not_wait_for_those_who_ask(
    silence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Coming back from the provider needs what it said within the hour, and no answer now."""
    known = discovery.Provider(
        issuer=silence,
        authorization_endpoint=silence,
        token_endpoint=silence,
        jwks_uri=silence,
        userinfo_endpoint="",
        end_session_endpoint=f"{silence}/out",
        algorithms=frozenset({"RS256"}),
        auth_methods=frozenset(),
        names_itself=False,
    )
    discovery._shelf(silence).document = (known, time.time() - 60)
    is_asked, may_end = threading.Event(), threading.Event()

    def wait(_url: str, **_headers: str) -> dict[str, object]:
        is_asked.set()
        may_end.wait()
        raise ProviderDown

    monkeypatch.setattr(discovery, "fetch_json", wait)

    def log_in() -> None:
        with pytest.raises(ProviderDown):
            discovery.provider(silence, answered_within=discovery.SURE_SECONDS)

    person = threading.Thread(target=log_in)
    person.start()
    try:
        is_asked.wait()
        assert discovery.provider(silence) is known
    finally:
        may_end.set()
        person.join()


def test_whoever_waits_too_long_behind_another_is_told_that_it_is_away(
    silence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discovery, "QUEUE_SECONDS", 0.05)
    with discovery._shelf(silence).asking(), pytest.raises(ProviderDown):
        discovery.provider(silence)
