"""Somebody at a browser: the service by the strict test client, the provider over real HTTP."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.conf import settings

from ravs.core import http
from tests.clients import PageClient
from tests.oidc.provider import Provider


class Browser:
    """Follows redirects between the two, as a person's browser does."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.client = PageClient()

    def get(self, path: str, **extra: Any) -> Any:
        return self.client.get(path, secure=True, **extra)

    def post(self, path: str, data: dict[str, Any] | None = None, **extra: Any) -> Any:
        return self.client.post(path, data or {}, secure=True, **extra)

    def sign_in(self, next_path: str = "") -> Any:
        """From *Log in* to the first page afterwards, or to the page that says why not."""
        return self.come_back(self.go_away(next_path))

    def go_away(self, next_path: str = "", **query: str) -> str:
        """The provider's address that *Log in* leads to."""
        query = {"next": next_path, **query} if next_path else query
        response = self.get(f"/sign-in?{urlencode(query)}")
        assert response.status_code == 302, response.content.decode()
        return str(response["Location"])

    def come_back(self, provider_url: str) -> Any:
        return self.get(self.answer_of_provider(provider_url))

    def answer_of_provider(self, provider_url: str) -> str:
        """Sits out the provider's pages; the path of ours that it sends back to."""
        with http.client() as client:
            response = client.get(provider_url)
        assert response.status_code == 302, response.text
        back = urlsplit(response.headers["Location"])
        assert f"{back.scheme}://{back.netloc}" == settings.PUBLIC_URL
        return f"{back.path}?{back.query}"

    def is_signed_in(self) -> bool:
        response = self.get("/session", headers={"Accept": "application/json"})
        return bool(response.status_code == 200)


def query_of(url: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}
