"""What this room asks of a room above it: what follows once a person has proved who they are."""

from typing import Protocol, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from ravs.accounts.models import Account


class Entry(Protocol):
    """Named by dotted path in ``settings.ENTRY``; made without arguments for each sign-in."""

    def after_sign_in(self, request: HttpRequest, account: Account, next_path: str) -> HttpResponse:
        """Answer the request that brought ``account`` back from the provider.

        ``request.sign_in`` is the new session, already kept. An entry that lets nobody in ends it
        with ``services.end_session``. ``next_path`` is a path of this service, or empty.
        """


def entry() -> Entry:
    return cast("Entry", import_string(settings.ENTRY)())
