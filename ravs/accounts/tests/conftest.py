from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import time_machine
from django.conf import settings

from ravs.accounts.models import Account, Session
from ravs.accounts.sessions import SessionStore
from tests.clients import PageClient
from tests.people import account

NOON = datetime.fromisoformat("2026-07-01T12:00:00+00:00")

SignIn = Callable[[PageClient, Account], Session]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Noon in summer, standing still until shifted."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ada(db: None) -> Account:
    return account("Ada Jones")


@pytest.fixture
def sign_in() -> SignIn:
    """Gives a browser a session of somebody, without what follows at an organisation."""

    def give(client: PageClient, who: Account) -> Session:
        store = SessionStore()
        session = store.sign_in(who)
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return session

    return give
