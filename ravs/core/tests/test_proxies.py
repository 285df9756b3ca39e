"""Who asked: proxies are believed when they are ours, and nobody else is."""

from collections.abc import Callable, Iterable
from ipaddress import ip_network
from typing import Any

import pytest

from ravs.core.proxies import behind_proxies

pytestmark = pytest.mark.once

PROXY = "10.0.0.5"
PERSON = "198.51.100.7"


def seen(scheme: str = "https", trusted: str = "10.0.0.0/8", **environ: str) -> dict[str, Any]:
    """The environ that reaches the application behind the proxies."""
    kept: dict[str, Any] = {}

    def application(environ: dict[str, Any], _start: Callable[..., Any]) -> Iterable[bytes]:
        kept.update(environ)
        return []

    networks = [ip_network(trusted)] if trusted else []
    behind_proxies(application, trusted=networks, scheme=scheme)(
        {"wsgi.url_scheme": "http", **environ}, lambda *_: None
    )
    return kept


def test_it_takes_the_address_from_a_proxy_of_ours() -> None:
    environ = seen(REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=PERSON)
    assert environ["REMOTE_ADDR"] == PERSON


def test_it_passes_over_our_own_proxies_to_the_first_address_they_saw() -> None:
    environ = seen(REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=f"1.2.3.4, {PERSON}, 10.0.0.9")
    assert environ["REMOTE_ADDR"] == PERSON


@pytest.mark.parametrize("trusted", ["", "10.0.0.0/8"])
def test_it_does_not_believe_a_stranger(trusted: str) -> None:
    environ = seen(
        trusted=trusted,
        REMOTE_ADDR=PERSON,
        HTTP_X_FORWARDED_FOR="10.0.0.1",
        HTTP_X_FORWARDED_PROTO="http",
    )
    assert environ["REMOTE_ADDR"] == PERSON
    assert environ["wsgi.url_scheme"] == "https"


def test_it_learns_from_our_proxy_that_a_person_came_without_tls() -> None:
    environ = seen(REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=PERSON, HTTP_X_FORWARDED_PROTO="http")
    assert environ["wsgi.url_scheme"] == "http"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_it_takes_the_scheme_from_the_public_address_when_nobody_says(scheme: str) -> None:
    assert seen(scheme=scheme, REMOTE_ADDR=PERSON)["wsgi.url_scheme"] == scheme


def test_it_lets_no_hearsay_travel_further() -> None:
    hearsay = {
        "HTTP_FORWARDED": f"for={PERSON}",
        "HTTP_X_FORWARDED_FOR": PERSON,
        "HTTP_X_FORWARDED_HOST": "evil.example",
        "HTTP_X_FORWARDED_PORT": "1",
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_REAL_IP": PERSON,
    }
    assert not hearsay.keys() & seen(REMOTE_ADDR=PROXY, **hearsay).keys()
