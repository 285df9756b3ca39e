"""What is kept of a refused log-in, and who is told."""

import logging
import re

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from ravs.accounts.models import Account
from ravs.accounts.normalise import InvalidEmail, email_key
from ravs.accounts.refusals import EmailNotProved, NotRecognised, OtherIdentity, SignInRefused
from ravs.accounts.services import person_of
from ravs.audit import services as audit
from ravs.audit.events import (
    SignInRefusedIdentity,
    SignInRefusedUnknown,
    SignInRefusedUnverified,
)
from ravs.mail import services as mail
from ravs.mail.letters import compose

TELL_AGAIN_SECONDS = 24 * 60 * 60

logger = logging.getLogger(__name__)


@transaction.atomic
def remember(refusal: SignInRefused) -> None:
    """Record a refused log-in; a stranger's address only as a keyed hash (ADR 0009)."""
    logger.info("log-in refused: %s: %s", type(refusal).__name__, refusal)
    if isinstance(refusal, NotRecognised):
        audit.record(SignInRefusedUnknown(address_hash=audit.keyed_hash(email_key(refusal.email))))
    elif isinstance(refusal, EmailNotProved):
        audit.record(SignInRefusedUnverified(address_hash=_hash_or_none(refusal.email)))
    elif isinstance(refusal, OtherIdentity):
        audit.record(SignInRefusedIdentity(), subject=person_of(refusal.account))
        tell_support(refusal.account)


def tell_support(account: Account) -> None:
    """Somebody with this person's address came as another subject: once a day, support hears."""
    if not re.fullmatch(r"[^\s@]+@[^\s@]+", settings.SUPPORT_CONTACT):
        logger.error("account %s was met under another identity", account.public_id)
        return
    if not cache.add(f"accounts.told-support.{account.public_id}", "told", TELL_AGAIN_SECONDS):
        return
    letter = compose(
        "accounts/emails/other-identity.jinja",
        kind="other-identity",
        to=settings.SUPPORT_CONTACT,
        about=account.public_id,
        context={"account": account, "provider_name": settings.IDENTITY_PROVIDER_NAME},
    )
    mail.enqueue(letter)


def _hash_or_none(email: str) -> str | None:
    try:
        return audit.keyed_hash(email_key(email))
    except InvalidEmail:
        return None
