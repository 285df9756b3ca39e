"""Whom the service spoke to in the past: a provider that knew people, a server that took mail.

Both are gone once the past is written. The live demonstration speaks to a real provider and to a
real mail server only.
"""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from ravs.accounts.models import Account
from ravs.accounts.normalise import email_key
from ravs.integrations.identity.port import AccountStatus, ActivationState, Ensured, Found, Resent
from ravs.mail.models import Message
from ravs.mail.port import Fate, Receipt
from ravs.mail.smtp import as_email

ACTIVATION_LASTS = timedelta(days=7)


class PastDirectory:
    """Had an account for whoever had logged in, and made a new one for anybody else."""

    makes_accounts = True

    def ensure_account(
        self, *, email: str, first_name: str, last_name: str, external_id: UUID
    ) -> Ensured:
        if _has_logged_in(email):
            return Ensured(found=Found.EXISTING, activation_expires_at=None)
        return Ensured(found=Found.NEW, activation_expires_at=timezone.now() + ACTIVATION_LASTS)

    def resend_activation(self, *, email: str, external_id: UUID) -> Resent:
        return Resent.NOT_NEEDED if _has_logged_in(email) else Resent.SENT

    def status(self, *, email: str, timeout: float | None = None) -> AccountStatus:
        known = _has_logged_in(email)
        return AccountStatus(ActivationState.ACTIVE if known else ActivationState.PENDING)


def _has_logged_in(email: str) -> bool:
    known = Account.objects.filter(email_key=email_key(email))
    return known.filter(last_login_at__isnull=False).exists()


class PastMailer:
    """Took every letter. What was delivered then is in nobody's mailbox now."""

    gives_receipts = False

    def send(self, message: Message) -> str:
        as_email(message).message()
        return ""

    def receipt(self, transport_id: str) -> Receipt:
        return Receipt(Fate.UNKNOWN)

    def close(self) -> None:
        """There is nothing to close."""
