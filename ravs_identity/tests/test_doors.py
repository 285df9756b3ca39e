"""What is reachable, under which address, and what every answer carries."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from ravs.core.access import declared_access
from ravs_identity.models import Person
from ravs_identity.tests.conftest import HOST, letters, newest_link, sign_in

# Everything that may be reached. Whatever a library adds to this list is a finding.
ADDRESSES = {
    "",
    ".well-known/jwks.json",
    ".well-known/openid-configuration",
    "activate/<str:token>",
    "activated",
    "forgot-password",
    "forgot-password/sent",
    "openid/authorize",
    "openid/sign-out",
    "openid/token",
    "openid/userinfo",
    "password-changed",
    "reset-password/<str:token>",
    "scim/v2",
    "scim/v2/<path:path>",
    "sign-in",
    "sign-in/again",
    "sign-out",
    "signed-out",
}
LIBRARY = [
    "/accounts/login/",
    "/signup",
    "/signup/",
    "/sign-up",
    "/email/",
    "/confirm-email/",
    "/password/change/",
    "/password/reset/",
    "/inactive/",
    "/admin/",
    "/identity/o/device",
    "/identity/o/api/clients",
    "/identity/o/api/introspect",
    "/openid/device",
    "/openid/revoke",
]


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        route = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        else:
            yield route, entry


def test_nothing_is_reachable_that_is_not_meant_to_be() -> None:
    assert {route for route, _ in patterns(get_resolver())} == ADDRESSES


def test_every_view_says_who_may_open_it() -> None:
    silent = [
        route for route, entry in patterns(get_resolver()) if not declared_access(entry.callback)
    ]
    assert silent == []


@pytest.mark.parametrize("path", LIBRARY)
def test_pages_of_the_libraries_are_not_there(client: Client, db: None, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost",
        "localhost:8002",
        "127.0.0.1:8001",
        "localhost:8001.evil.example",
        "localhost:8001@evil.example",
        "localhost:port",
        "",
    ],
)
def test_another_host_is_refused(client: Client, asha: Person, host: str) -> None:
    for path in ("/", "/sign-in", "/.well-known/openid-configuration", newest_link(asha)):
        response = client.get(path, HTTP_HOST=host)
        assert response.status_code == 400, path
        assert response["X-Content-Type-Options"] == "nosniff"
        assert b"evil" not in response.content


def test_forwarded_headers_change_nothing(client: Client, registered: None, ben: Person) -> None:
    spoofed = {
        "HTTP_X_FORWARDED_HOST": "evil.example",
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_FORWARDED": "host=evil.example",
        "HTTP_X_ORIGINAL_URL": "/evil.example",
    }
    discovered = client.get("/.well-known/openid-configuration", **spoofed)
    assert discovered.json()["issuer"] == f"http://{HOST}"
    assert "evil" not in discovered.content.decode()
    client.post("/forgot-password", {"email": ben.email}, **spoofed)
    from ravs_identity import services

    services.answer_link_requests()
    assert "evil" not in letters(ben)[-1].text
    assert f"http://{HOST}/reset-password/" in letters(ben)[-1].text


def test_probes_are_answered_for_any_host(client: Client, db: None) -> None:
    assert client.get("/healthz", HTTP_HOST="10.0.0.7:9999").json() == {"status": "ok"}
    assert client.get("/readyz", HTTP_HOST="10.0.0.7:9999").json()["status"] == "ready"


PAGES = ["/sign-in", "/forgot-password", "/forgot-password/sent", "/activated", "/signed-out"]
PAGES += ["/password-changed", "/activate/x", "/reset-password/x", "/nowhere", "/"]
PAGES += ["/.well-known/openid-configuration", "/.well-known/jwks.json", "/openid/authorize"]
PAGES += ["/openid/userinfo", "/openid/token", "/scim/v2/Users", "/scim/v2/ServiceProviderConfig"]


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_is_private_and_kept_to_itself(
    client: Client, registered: None, path: str
) -> None:
    response = client.get(path)
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in response.headers
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "*" not in policy


def test_a_form_may_end_at_the_registered_service_and_nowhere_else(
    client: Client, registered: None, ben: Person
) -> None:
    expected = re.compile(r"form-action 'self' http://127\.0\.0\.1:8000(;|$)")
    assert expected.search(client.get("/sign-in")["Content-Security-Policy"])
    assert expected.search(sign_in(client, "x", "y")["Content-Security-Policy"])
    only_self = re.compile(r"form-action 'self'(;|$)")
    assert only_self.search(client.get("/forgot-password")["Content-Security-Policy"])


def test_pages_fetch_nothing_from_elsewhere(client: Client, registered: None) -> None:
    for path in ("/sign-in", "/forgot-password", "/activate/x"):
        text = client.get(path).content.decode()
        fetched = re.findall(r'(?:src|href)="(https?:)?//([^"/]+)', text)
        assert fetched == []


def test_methods_nobody_needs_are_refused(client: Client, registered: None) -> None:
    paths = ["/forgot-password", "/activate/x", "/signed-out", "/.well-known/jwks.json", "/sign-in"]
    paths += ["/sign-out", "/openid/authorize", "/openid/token", "/openid/sign-out", "/"]
    for path in paths:
        for method in ("PUT", "DELETE", "PATCH", "TRACE"):
            assert client.generic(method, path).status_code == 405, (method, path)
