"""What the middleware of this room knows of a request."""

from django.http import HttpRequest

from ravs.accounts.models import Account, Session
from ravs.accounts.sessions import SessionStore


class Visit(HttpRequest):
    """A request after ``SignedInMiddleware``: who is asking, and by which session."""

    session: SessionStore
    account: Account | None
    sign_in: Session | None
