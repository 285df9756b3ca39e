"""Accounts, and browsers in which somebody is signed in, for the tests of every room."""

from datetime import datetime
from itertools import count
from typing import Any

from django.conf import settings
from django.test import Client

from ravs.accounts.models import Account, Session
from ravs.accounts.normalise import email_key
from ravs.accounts.sessions import ACCOUNT, SessionStore

_numbers = count(1)


def make_account(
    first_name: str = "Ada", last_name: str = "Jones", email: str = "", **fields: Any
) -> Account:
    """Ada Jones, at an address of her own unless one is given."""
    email = email or f"{first_name}.{last_name}.{next(_numbers)}@rw3.nhs.uk".lower()
    return Account.objects.create(
        first_name=first_name,
        last_name=last_name,
        email=email,
        email_key=email_key(email),
        **fields,
    )


def sign_in(client: Client, account: Account, *, since: datetime | None = None) -> Session:
    """Let ``client`` be a browser in which ``account`` has signed in, now or at ``since``."""
    store = SessionStore()
    store[ACCOUNT] = account.pk
    store.create()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(store.session_key)
    sign_in = Session.objects.select_related("account").get(pk=store.session_key)
    if since is not None:
        sign_in.signed_in_at = sign_in.last_seen_at = since
        sign_in.save(update_fields=["signed_in_at", "last_seen_at"])
    return sign_in
