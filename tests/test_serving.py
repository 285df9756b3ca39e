"""``ravs serve`` over a real connection, behind TLS that a proxy ends."""

import http.client
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.oidc.provider import Provider
from tests.operator import environment, ravs, serving

pytestmark = pytest.mark.once

PUBLIC = "ravs.trust.example"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with Provider() as provider:
        env = environment(
            tmp_path_factory.mktemp("served"),
            TRUSTED_PROXIES="127.0.0.1",
            OIDC_ISSUER=provider.issuer,
        )
        assert ravs("migrate", env=env).returncode == 0
        with serving(env) as address:
            yield address


def ask(
    address: str, path: str, method: str = "GET", **headers: str
) -> tuple[int, http.client.HTTPMessage, str]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers={"Host": PUBLIC, **named})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, answer.headers, body


def test_it_shows_the_public_page_with_its_assets(address: str) -> None:
    status, _, page = ask(address, "/")
    assert status == 200
    assets = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert assets
    assert {asset: ask(address, asset)[0] for asset in assets} == dict.fromkeys(assets, 200)


def test_it_tells_browsers_to_use_tls_for_a_year(address: str) -> None:
    assert ask(address, "/")[1]["Strict-Transport-Security"] == (
        "max-age=31536000; includeSubDomains"
    )


def test_it_shares_nothing_across_origins(address: str) -> None:
    for path in ("/", "/static/core/session.js"):
        assert ask(address, path)[1]["Access-Control-Allow-Origin"] is None


def test_it_binds_cookies_to_the_host(address: str) -> None:
    cookies = [
        cookie
        for path in ("/", "/sign-in", "/help")
        for cookie in ask(address, path)[1].get_all("Set-Cookie", [])
    ]
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-ravs-")
        assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
        assert re.search(r"SameSite=(Lax|Strict)", cookie)
        assert "Domain=" not in cookie
        assert len(cookie) < 4096


def test_it_answers_to_its_own_name_alone(address: str) -> None:
    assert ask(address, "/", Host="evil.example")[0] == 400
    assert ask(address, "/healthz", Host="evil.example")[0] == 200
    assert ask(address, "/readyz", Host="10.0.0.9:8000")[0] == 200


def test_it_builds_no_address_from_what_a_request_claims(address: str) -> None:
    status, headers, page = ask(
        address,
        "/o/RW3/users",
        X_Forwarded_Host="evil.example",
        X_Forwarded_For="198.51.100.7",
        X_Forwarded_Proto="https",
    )
    assert status == 302
    assert headers["Location"].startswith("/sign-in?")
    assert "evil.example" not in page


def test_it_sends_a_person_who_came_without_tls_to_the_right_door(address: str) -> None:
    status, headers, _ = ask(
        address, "/help", X_Forwarded_For="198.51.100.7", X_Forwarded_Proto="http"
    )
    assert (status, headers["Location"]) == (301, f"https://{PUBLIC}/help")


@pytest.mark.parametrize("path", ["/.git/config", "/admin", "/admin/login", "/accounts/login"])
def test_it_has_no_door_but_the_one(address: str, path: str) -> None:
    assert ask(address, path)[0] == 404


def test_it_shows_no_trace_of_its_inside(address: str) -> None:
    for path in ("/no-such-page", "/sign-in/callback?code=x&state=y"):
        status, _, page = ask(address, path)
        assert status in {400, 404}
        assert "Traceback" not in page
        assert "Django" not in page
