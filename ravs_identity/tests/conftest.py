"""What the provider's tests share: its one address, its key, and two people.

Asha Patel has been added and has not activated her account; Ben Okafor signs in every day.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import html5lib
import httpx2
import pytest
from django.test import Client as DjangoClient
from django.urls import reverse
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from ravs.mail.models import Message
from ravs_identity import keys, services
from ravs_identity.models import Person, SigningKey
from ravs_identity.oidc.clients import register
from tests.clients import PageClient

HOST = "localhost:8001"
PASSWORD = "Quiet-Harbour-71"
NEW_PASSWORD = "Copper-Lantern-28"
SECRET = "the-secret-of-the-service"
CALLBACK = "http://127.0.0.1:8000/sign-in/callback"
AFTERWARDS = "http://127.0.0.1:8000/"


@pytest.fixture
def client() -> PageClient:
    return PageClient(HTTP_HOST=HOST)


@pytest.fixture
def asha(db: None) -> Person:
    return services.create_person(
        email="asha.patel@trust.nhs.uk", first_name="Asha", last_name="Patel"
    )


@pytest.fixture
def ben(db: None) -> Person:
    return services.create_activated_person(
        email="ben.okafor@trust.nhs.uk",
        first_name="Ben",
        last_name="Okafor",
        password=PASSWORD,
    )


def letters(person: Person) -> list[Message]:
    return list(Message.objects.filter(about=person.pk).order_by("pk"))


def link_in(letter: Message) -> str:
    """The path of the link that a letter is about."""
    found = re.search(r"http://[^/\s]+(/(?:activate|reset-password)/[\w-]+)", letter.text)
    assert found, letter.text
    return found[1]


def newest_link(person: Person) -> str:
    return link_in(letters(person)[-1])


def sign_in(client: DjangoClient, email: str, password: str = PASSWORD, path: str = "") -> object:
    data = {"login": email, "password": password, **({"next": path} if path else {})}
    return client.post(reverse("account_login"), data)


def who_is(client: DjangoClient) -> str:
    """Whom the home page greets; empty when it sends the visitor to sign in."""
    response = client.get("/")
    if response.status_code == 302:
        return ""
    found = re.search(r"signed in as (.+?)\.</p>", response.content.decode(), re.DOTALL)
    assert found
    return found[1]


def ask_for_link(client: DjangoClient, address: str) -> object:
    """What a person does, and the letter that the postman then writes, not yet sent."""
    response = client.post(reverse("identity:forgot-password"), {"email": address})
    services.answer_link_requests()
    return response


@pytest.fixture(scope="session")
def sealed_key() -> str:
    """Making a key takes a while, and one is as good as another."""
    return keys._new_pem()


@pytest.fixture
def registered(db: None, sealed_key: str) -> None:
    """The provider set up, with RAVS as its one client."""
    SigningKey.objects.create(pem=sealed_key)
    register(
        client_id="ravs",
        name="Record a vaccination",
        secret=SECRET,
        redirect_uris=[CALLBACK],
        logout_uris=[AFTERWARDS],
    )


@pytest.fixture
def address(live_server: LiveServer, registered: None, settings: Settings) -> str:
    """The provider on a real port, set to that very address."""
    settings.PUBLIC_URL = live_server.url
    return str(live_server.url)


@dataclass
class Visitor:
    """A person's browser: keeps cookies, stops at the door of another service."""

    http: httpx2.Client
    origin: str

    def open(self, url: str) -> httpx2.Response:
        return self._follow(self.http.get(self._whole(url)))

    def submit(self, page: httpx2.Response, **typed: str) -> httpx2.Response:
        """Fill in the page's form, hidden fields as they stand, and press its button."""
        form = html5lib.parse(page.text, namespaceHTMLElements=False).find(".//form")
        assert form is not None, page.text
        hidden = {
            field.get("name", ""): field.get("value", "")
            for field in form.iter("input")
            if field.get("type") == "hidden"
        }
        target = self._whole(form.get("action") or str(page.url))
        return self._follow(self.http.post(target, data={**hidden, **typed}))

    def sign_in(self, url: str, email: str, password: str = PASSWORD) -> httpx2.Response:
        return self.submit(self.open(url), login=email, password=password)

    def _whole(self, url: str) -> str:
        return url if "://" in url else f"{self.origin}{url}"

    def _follow(self, response: httpx2.Response) -> httpx2.Response:
        while response.is_redirect:
            target = str(response.next_request.url)  # type: ignore[union-attr]
            if not target.startswith(self.origin):
                return response
            response = self.http.get(target)
        return response


@pytest.fixture
def visitor(address: str) -> Iterator[Visitor]:
    with httpx2.Client(trust_env=False, timeout=60) as http:
        yield Visitor(http, address)


@pytest.fixture
def another_visitor(address: str) -> Iterator[Callable[[], Visitor]]:
    opened: list[httpx2.Client] = []

    def make() -> Visitor:
        opened.append(httpx2.Client(trust_env=False, timeout=60))
        return Visitor(opened[-1], address)

    yield make
    for http in opened:
        http.close()
