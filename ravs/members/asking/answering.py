"""Answering those who asked why they cannot log in: rows in, letters out, by any worker."""

import logging
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from ravs.accounts.models import Account
from ravs.mail.services import enqueue
from ravs.members.asking import emails
from ravs.members.asking.answers import places_of
from ravs.members.models import SignInHelp

logger = logging.getLogger(__name__)

ONE_LETTER_IN = timedelta(hours=1)
KEPT = timedelta(days=1)


def drain(limit: int = 50) -> int:
    """Answer up to ``limit`` people; strangers get nothing, and are done with in one statement."""
    SignInHelp.objects.filter(account=None, answered_at=None).update(answered_at=timezone.now())
    waiting = SignInHelp.objects.filter(answered_at=None, account__isnull=False)
    accounts = list(
        waiting.order_by("account").values_list("account", flat=True).distinct()[:limit]
    )
    for account in accounts:
        _answer_or_give_up(account)
    return len(accounts)


def _answer_or_give_up(account: int) -> None:
    """One person whose answer fails must not keep others waiting for theirs."""
    try:
        _answer(account)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("Account %s could not be answered.", account)
        SignInHelp.objects.filter(account=account, answered_at=None).update(
            answered_at=timezone.now()
        )


@transaction.atomic
def _answer(account: int) -> None:
    """One letter for however many questions; none within an hour of the last."""
    asked = SignInHelp.objects.filter(account=account, answered_at=None)
    held = list(asked.select_for_update().order_by("pk").values_list("pk", flat=True))
    if not held:
        return
    now = timezone.now()
    person = Account.objects.get(pk=account)
    letter = None
    if person.erased_at is None and not _had_letter(account, now):
        letter = enqueue(emails.cannot_sign_in(person, places_of(person))).public_id
    SignInHelp.objects.filter(pk__in=held).update(answered_at=now, letter=letter)


def _had_letter(account: int, now: datetime) -> bool:
    letters = SignInHelp.objects.filter(account=account, letter__isnull=False)
    return letters.filter(answered_at__gt=now - ONE_LETTER_IN).exists()


def forget_answered(now: datetime) -> int:
    """What was answered long ago need not be kept; says how many. Safe at any time."""
    return SignInHelp.objects.filter(answered_at__lt=now - KEPT).delete()[0]
