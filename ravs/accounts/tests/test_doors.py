"""The doors of signing in and out: methods, forgeries, strangers."""

import pytest
from django.conf import settings as django_settings

from ravs.accounts.models import Account, Session
from ravs.accounts.tests.conftest import SignIn
from tests.clients import PageClient

pytestmark = [pytest.mark.django_db, pytest.mark.once]

COOKIE = django_settings.SESSION_COOKIE_NAME


@pytest.mark.parametrize("path", ["/sign-out", "/session"])
def test_it_takes_no_form_from_elsewhere(ada: Account, sign_in: SignIn, path: str) -> None:
    client = PageClient(enforce_csrf_checks=True)
    sign_in(client, ada)

    assert client.post(path).status_code == 403
    assert Session.objects.filter(account=ada).exists()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "/sign-in"),
        ("put", "/sign-in"),
        ("post", "/sign-in/callback"),
        ("delete", "/sign-out"),
        ("put", "/session"),
    ],
)
def test_it_answers_only_the_methods_it_means(
    client: PageClient, ada: Account, sign_in: SignIn, method: str, path: str
) -> None:
    sign_in(client, ada)

    assert getattr(client, method)(path).status_code == 405


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_tells_a_stranger_nothing_of_sessions(client: PageClient, method: str) -> None:
    response = getattr(client, method)("/session", headers={"Accept": "application/json"})

    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in?next=")


def test_it_sends_a_stranger_who_logs_out_home(client: PageClient) -> None:
    assert client.get("/sign-out")["Location"] == "/"


def test_it_names_a_token_that_the_next_form_is_taken_with(ada: Account, sign_in: SignIn) -> None:
    client = PageClient(enforce_csrf_checks=True)
    sign_in(client, ada)
    json = {"Accept": "application/json"}

    token = client.get("/session", headers=json).json()["csrfToken"]
    response = client.post("/session", headers={**json, "X-CSRFToken": token})

    assert response.status_code == 200


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_it_leads_back_to_its_own_pages_only(
    client: PageClient, ada: Account, sign_in: SignIn, path: str
) -> None:
    sign_in(client, ada)

    assert client.post("/session", {"next": path})["Location"] == "/session"


def test_it_keeps_answers_out_of_caches(client: PageClient, ada: Account, sign_in: SignIn) -> None:
    sign_in(client, ada)

    response = client.get("/session")

    assert response["Cache-Control"] == "no-store"
    assert "Cookie" in response["Vary"]
