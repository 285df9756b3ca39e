"""What allauth asks of us about signing in: words, limits and nothing that tells who is known."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from ravs_identity.models import Person

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up, no messages, no answers in JSON; one refusal for every wrong attempt."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The email address or password you entered is not correct",
        "too_many_login_attempts": "You have tried to sign in too many times",
        "incorrect_password": "The password you entered is not correct",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Pages say what happened; there is no message storage."""

    def is_safe_url(self, url: str) -> bool:
        """After signing in a person goes on within this provider, never straight elsewhere."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """Somebody deactivated is refused like somebody with a wrong password.

        The library would let them further, to a page of their own that tells them apart.
        """
        person: Person | None = super().authenticate(request, **credentials)
        if person is None or not person.is_active or not person.is_activated:
            return None
        return person

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        logger.info("sign-in refused", extra={"client": self.get_client_ip(request)})

    def login(self, request: HttpRequest, user: Person) -> None:
        super().login(request, user)
        logger.info("signed in", extra={"person": str(user.pk)})

    def logout(self, request: HttpRequest) -> None:
        logger.info("signed out", extra={"person": str(request.user.pk)})
        super().logout(request)

    def reauthenticate(self, user: Person, password: str) -> bool:
        """The library looks for the address among rows that this provider does not keep."""
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def get_client_ip(self, request: HttpRequest) -> str:
        """Already true: proxies are dealt with before Django (``ravs.core.proxies``)."""
        return str(request.META.get("REMOTE_ADDR") or "unknown")

    def respond_user_inactive(self, request: HttpRequest, user: Person) -> HttpResponse:
        """Only somebody who is switched off while they log in comes this far."""
        raise PermissionDenied

    def forget_failures(self, request: HttpRequest, person: Person) -> None:
        """Somebody who came by a mailed link may sign in at once, whoever guessed before."""
        self._delete_login_attempts_cached_email(request, email=person.email)


def take(request: HttpRequest, *, action: str, key: str | None = None) -> bool:
    """Count one use of ``action`` against its limit; false when the limit is reached."""
    return bool(ratelimit.consume(request, app="allauth.account", action=action, key=key))
