"""The strict client: whatever page it opens is held to the laws of pages, by whoever's test.

Serves the local provider's tests as well, so it imports no room before it is asked to.
"""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.page_quality import assert_page

if TYPE_CHECKING:
    from ravs.accounts.models import Account, Session


class PageClient(Client):
    """Django's test client, which also reads what it gets."""

    reads_pages = True

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if self.reads_pages and is_page and response.content:
            assert_page(response)
        return response

    def sign_in(self, account: "Account") -> "Session":
        """Become ``account``, as after a log-in: the session and its snapshots are real rows."""
        from ravs.accounts.sessions import SessionStore
        from ravs.members.entry import services as entry

        store = SessionStore()
        session = store.sign_in(account)
        entry.sign_in(account=account, session=session)
        assert store.session_key
        self.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
        return session

    def sign_out(self) -> None:
        """Forget who this browser was; the server's row stays, as when a cookie is lost."""
        self.cookies.pop(settings.SESSION_COOKIE_NAME, None)

    def page(
        self, name: str, *, status: int = 200, query: dict[str, Any] | None = None, **kwargs: Any
    ) -> HttpResponse:
        """Open a page by the name of its address and expect it to answer ``status``."""
        __tracebackhide__ = True
        response: HttpResponse = self.get(reverse(name, kwargs=kwargs or None), query)
        assert response.status_code == status, told(response, status)
        return response

    def submit(
        self, name: str, data: dict[str, Any] | None = None, *, status: int = 302, **kwargs: Any
    ) -> HttpResponse:
        """Post a form to the address of that name; a redirect says that it worked."""
        __tracebackhide__ = True
        response: HttpResponse = self.post(reverse(name, kwargs=kwargs or None), data or {})
        assert response.status_code == status, told(response, status)
        return response


class DoorClient(PageClient):
    """For trying thousands of doors: looks at the answer, not at the page behind it."""

    reads_pages = False


def told(response: HttpResponse, expected: int) -> str:
    """What came instead, in a few words."""
    where = response.headers.get("Location", "")
    return f"expected {expected}, got {response.status_code} {where}".strip()
