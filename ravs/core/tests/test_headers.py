"""Headers of every kind of answer: a page, a page that is not there, a malformed host."""

import re
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

ANSWERS = [
    pytest.param("/", "testserver", 200, id="page"),
    pytest.param("/no-such-page", "testserver", 404, id="missing"),
    pytest.param("/", "evil.example", 400, id="foreign host"),
]


def answer(path: str, host: str, status: int) -> Any:
    response = Client(headers={"host": host}).get(path)
    assert response.status_code == status
    return response


@pytest.mark.parametrize(("path", "host", "status"), ANSWERS)
def test_it_keeps_every_answer_private(path: str, host: str, status: int) -> None:
    headers = answer(path, host, status).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in headers["Permissions-Policy"]
    assert not [name for name in headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize(("path", "host", "status"), ANSWERS)
def test_it_lets_pages_run_nothing_in_line(path: str, host: str, status: int) -> None:
    policy = answer(path, host, status).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "unsafe" not in policy


def test_it_gives_each_page_a_nonce_of_its_own() -> None:
    found = {
        re.search(r"'nonce-([^']+)'", answer("/", "testserver", 200).headers[POLICY])[1]  # type: ignore[index]
        for _ in range(5)
    }
    assert len(found) == 5


POLICY = "Content-Security-Policy"


def test_it_names_each_request_and_keeps_a_name_that_is_a_proper_one() -> None:
    client = Client()
    first, second = (client.get("/").headers["X-Request-ID"] for _ in range(2))
    assert first != second
    given = "4f1f8f0b7f0d4c43a3c1f2d9a1b0c9d8"
    assert client.get("/", headers={"x-request-id": given}).headers["X-Request-ID"] == given
    forged = client.get("/", headers={"x-request-id": "a forged line"}).headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", forged)
