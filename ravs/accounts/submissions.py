"""Forms with effects, carried out once however often they are sent (ADR 0012).

A page with such a form holds a signed random key in a hidden field. The verb's transaction first
spends the key; a second transaction with the same key waits for the first and is led to its
result. A verb that fails spends nothing. What is typed in a journey of several pages stands under
the journey's key, so that two tabs never mix.
"""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db import IntegrityError, transaction

from ravs.accounts.models import Account, Journey, Submission
from ravs.core.errors import Refusal

LIFETIME = timedelta(days=7)
"""Far longer than a session: whoever logs in again still finds their form good."""

_SALT = "ravs.accounts.submissions"


class BadKey(Refusal):
    """The key was not made here, is too old, or is another person's."""

    message = "This form cannot be sent any more. Open it again."


def new_key() -> str:
    """A fresh key for one form or journey: 128 random bits, with a signature and the time."""
    return signing.TimestampSigner(salt=_SALT).sign(secrets.token_urlsafe(16))


def is_key(key: str) -> bool:
    """Whether ``key`` was made here and is still good. Says nothing of whether it is spent."""
    try:
        _opened(key)
    except BadKey:
        return False
    return True


def once(*, account: Account, key: str, act: Callable[[], str]) -> str:
    """Run ``act`` in one transaction with the spending of ``key``; the address of its result.

    A key that is spent gives the first result's address and runs nothing. Raises ``BadKey``, and
    whatever ``act`` raises: then nothing was written and the key is good for another try.
    """
    value = _opened(key)
    with transaction.atomic():
        submission = _spend(account, value)
        if submission is None:
            return _first_result(account, value)
        submission.result_url = act()
        submission.save(update_fields=["result_url"])
        Journey.objects.filter(key=value, account=account).delete()
        return submission.result_url


def result_of(*, account: Account, key: str) -> str:
    """Where the form with this key led when it was sent; empty while it has not been."""
    if not is_key(key):
        return ""
    spent = Submission.objects.filter(key=_opened(key), account=account).first()
    return spent.result_url if spent else ""


def keep(*, account: Account, key: str, kind: str, values: dict[str, Any]) -> None:
    """Remember what was typed in the journey of ``kind`` under ``key``.

    Raises ``BadKey``, also when the key is spent: that journey is over, and what is typed into
    its form again, after going back in the browser, begins another one.
    """
    value = _opened(key)
    with transaction.atomic():
        if Submission.objects.filter(key=value).exists():
            raise BadKey
        Journey.objects.bulk_create(
            [Journey(key=value, account=account, kind=kind, values=values)], ignore_conflicts=True
        )
        journey = Journey.objects.select_for_update().get(key=value)
        if (journey.account_id, journey.kind) != (account.pk, kind):
            raise BadKey
        journey.values = values
        journey.save(update_fields=["values", "updated_at"])


def recall(*, account: Account, key: str, kind: str) -> dict[str, Any] | None:
    """What this person typed in that journey, or ``None``, whatever is wrong with the key."""
    if not is_key(key):
        return None
    journey = Journey.objects.filter(key=_opened(key), account=account, kind=kind).first()
    return dict(journey.values) if journey else None


def forget(*, account: Account, key: str) -> None:
    """Drop what was typed in a journey that has come to its end without a form to carry out."""
    if is_key(key):
        Journey.objects.filter(key=_opened(key), account=account).delete()


def clear_old(now: datetime) -> int:
    """Forget the keys and journeys that no form can hold any more; says how many."""
    before = now - LIFETIME - timedelta(days=1)
    spent, _ = Submission.objects.filter(created_at__lt=before).delete()
    typed, _ = Journey.objects.filter(updated_at__lt=before).delete()
    return spent + typed


def _opened(key: str) -> str:
    try:
        return signing.TimestampSigner(salt=_SALT).unsign(key, max_age=LIFETIME)
    except signing.BadSignature as error:
        raise BadKey from error


def _spend(account: Account, value: str) -> Submission | None:
    """``None`` when somebody was first. Waits for whoever is spending the same key just now."""
    try:
        with transaction.atomic():
            return Submission.objects.create(key=value, account=account)
    except IntegrityError:
        return None


def _first_result(account: Account, value: str) -> str:
    first = Submission.objects.filter(key=value, account=account).first()
    if first is None:
        raise BadKey
    return first.result_url
