"""No directory: people get their accounts by another road, and the service makes none."""

from uuid import UUID

from ravs.integrations.identity.port import (
    AccountStatus,
    Condition,
    Ensured,
    Found,
    Resent,
)


class NoDirectory:
    """Takes for granted that everybody added can sign in, and knows nothing of activation."""

    makes_accounts = False

    def ensure_account(
        self,
        *,
        email: str,
        first_name: str,
        last_name: str,
        external_id: UUID,
    ) -> Ensured:
        return Ensured(Found.EXISTING)

    def resend_activation(self, *, email: str, external_id: UUID) -> Resent:
        return Resent.UNSUPPORTED

    def status(self, *, email: str, timeout: float | None = None) -> AccountStatus:
        return AccountStatus.of(Condition.UNTOLD)
