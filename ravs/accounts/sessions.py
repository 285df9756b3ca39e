"""Sessions in the database, found by person, and how long they live.

A session ends 30 minutes after its last use and 12 hours after the log-in (both are settings).
Use is written down at most once a minute, and the end counts from the last moment that the
written one can stand for: nobody is logged out early, and nobody stays more than a minute longer.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import transaction
from django.utils import timezone

from ravs.accounts.models import Account, Session
from ravs.core.prepared import Prepared, Slot

ACCOUNT = "account_id"
KEY = re.compile(r"[a-z0-9]{32}")
GRAIN = timedelta(seconds=60)
STRANGER = timedelta(minutes=60)
"""How long a browser that has not signed in is remembered: long enough to reset a password."""


class Ended(StrEnum):
    """Why a session is over."""

    IDLE = "idle"
    ABSOLUTE = "absolute"


def ends_at(sign_in: Session) -> datetime:
    """When this session will be over if nothing happens any more."""
    return min(idle_end(sign_in), absolute_end(sign_in))


def idle_end(sign_in: Session) -> datetime:
    last_seen = sign_in.last_seen_at or sign_in.expire_date
    return last_seen + timedelta(minutes=settings.SESSION_IDLE_MINUTES) + GRAIN


def absolute_end(sign_in: Session) -> datetime:
    since = sign_in.signed_in_at or sign_in.expire_date
    return since + timedelta(hours=settings.SESSION_ABSOLUTE_HOURS)


def ended(sign_in: Session, now: datetime) -> Ended | None:
    """Why the session of a signed-in person is over by now, or ``None`` while it lives."""
    if now >= absolute_end(sign_in):
        return Ended.ABSOLUTE
    return Ended.IDLE if now >= idle_end(sign_in) else None


def touch(sign_in: Session, now: datetime) -> None:
    """Write down that the session is in use, by one statement at most once a minute."""
    before = sign_in.last_seen_at
    if before is not None and now - before < GRAIN:
        return
    sign_in.last_seen_at = now
    sign_in.expire_date = ends_at(sign_in)
    Session.objects.filter(pk=sign_in.pk, last_seen_at=before).update(
        last_seen_at=sign_in.last_seen_at, expire_date=sign_in.expire_date
    )


_WITH_ACCOUNT = Prepared(
    lambda: Session.objects.select_related("account").filter(pk=Slot(Session, "session_key"))
)


class SessionStore(DatabaseStore):
    """Django's store on our table; ``row`` is the session with its account, read as one.

    A session that is over loads as an empty one, and stands in ``over`` with the reason; one
    whose row is no more is ``lost``.
    """

    row: Session | None = None
    over: tuple[Session, Ended] | None = None
    lost: bool = False

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        key = self.session_key
        row = _WITH_ACCOUNT.first(session_key=key) if key else None
        now = timezone.now()
        reason = ended(row, now) if row and row.account_id else None
        if row is None or reason or (row.account_id is None and row.expire_date <= now):
            self.over = (row, reason) if row and reason else None
            self.lost = row is None
            self._session_key = None
            return {}
        self.row = row
        return self.decode(row.session_data)

    def _validate_session_key(self, key: str | None) -> bool:
        """Only what we make ourselves is looked up: a cookie can hold anything."""
        return bool(key and KEY.fullmatch(key))

    def recall(self) -> None:
        """Read the row now, if there is one: afterwards ``row`` and ``over`` are true."""
        self.keys()

    def is_empty(self) -> bool:
        """Django takes an empty session's cookie away. When two requests find that a session is
        over, the second, finding no row, must not take the cookie that the first one gave."""
        return not self.lost and bool(super().is_empty())

    def get_expire_at_browser_close(self) -> bool:
        """The cookie names no date: the table alone says how long a session lives."""
        return True

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        now = timezone.now()
        account = data.get(ACCOUNT)
        self.row = Session(
            session_key=cast("str", self.session_key),
            session_data=self.encode(data),
            account_id=account,
            signed_in_at=now if account else None,
            last_seen_at=now if account else None,
            expire_date=now + STRANGER,
        )
        if account:
            self.row.expire_date = ends_at(self.row)
        return self.row

    def save(self, must_create: bool = False) -> None:
        """Writes the data alone: never the times, never the person."""
        if must_create or self.session_key is None:
            super().save(must_create=must_create)
            return
        data = self.encode(dict(self.items()))
        if not Session.objects.filter(pk=self.session_key).update(session_data=data):
            raise UpdateError

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            Session.objects.filter(pk=key).delete()

    def flush(self) -> None:
        super().flush()
        self.lost = False

    def sign_in(self, account: Account) -> Session:
        """Make this the session of ``account``, under a new key; the old key is dead."""
        if self.get(ACCOUNT) not in {None, account.pk}:
            self.flush()
        self.lost = False
        self[ACCOUNT] = account.pk
        self.cycle_key()
        assert self.row is not None  # noqa: S101 - cycle_key has just made it
        self.row.account = account
        return self.row

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Change the data under a lock, so that two tabs never lose each other's words."""
        self.recall()
        if self.modified and self.session_key is not None:
            self.save()
        with transaction.atomic():
            row = self._locked()
            if row is None:
                self.create()
                row = self._locked()
            assert row is not None  # noqa: S101 - made in this very transaction
            self._session_cache = self.decode(row.session_data)
            yield
            fields: dict[str, Any] = {"session_data": self.encode(self._session_cache)}
            if row.account_id is None:
                fields["expire_date"] = timezone.now() + STRANGER
            Session.objects.filter(pk=row.pk).update(**fields)

    def _locked(self) -> Session | None:
        return Session.objects.select_for_update().filter(pk=self.session_key).first()
