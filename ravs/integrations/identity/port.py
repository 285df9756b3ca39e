"""What the service asks of whoever keeps people's accounts, in our own words.

Sign-in itself is OpenID Connect and is not asked for here: this is about making an account for a
person who is added, and about whether they have activated it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from ravs.core.http import OutboundError


class Found(StrEnum):
    """Whose account it is that the person now has."""

    NEW = "new"
    """Made by us, in this call or an earlier one, and never activated as far as can be told."""

    EXISTING = "existing"
    """One the person already signs in with."""

    PENDING = "pending"
    """Known to the provider from elsewhere, but never activated."""


@dataclass(frozen=True)
class Ensured:
    found: Found
    activation_expires_at: datetime | None = None
    just_sent: bool = False
    """Whether this very call had the activation e-mail sent, so that none is wanted besides."""


class ActivationState(StrEnum):
    """What the provider says of an address."""

    ACTIVE = "active"
    PENDING = "pending"
    MISSING = "missing"
    UNKNOWN = "unknown"


class Condition(StrEnum):
    """How somebody's account stands at the provider, as far as the provider tells."""

    MISSING = "missing"
    """There is none."""

    WAITING = "waiting"
    """Made, but its activation has not been sent to the person."""

    PENDING = "pending"
    """Its activation was sent, and the person has not followed it yet."""

    WORKING = "working"
    """It can be logged in with."""

    UNASSIGNED = "unassigned"
    """It can be logged in with, but not into this service."""

    RECOVERING = "recovering"
    """Its password is being reset, and the person has to finish that."""

    PASSWORD_EXPIRED = "password-expired"  # noqa: S105 - a word for a state
    """Its password is too old, and the person has to choose another."""

    LOCKED = "locked"
    """Too many wrong passwords have shut it."""

    SUSPENDED = "suspended"
    """Somebody at the provider, or a rule there, has suspended it."""

    CLOSED = "closed"
    """Somebody at the provider has deactivated it for good."""

    SWITCHED_OFF = "switched-off"
    """It is off, and the provider tells no more than that."""

    UNTOLD = "untold"
    """The provider does not tell."""


ACTIVATION = {
    Condition.MISSING: ActivationState.MISSING,
    Condition.WAITING: ActivationState.PENDING,
    Condition.PENDING: ActivationState.PENDING,
    Condition.WORKING: ActivationState.ACTIVE,
    Condition.UNASSIGNED: ActivationState.ACTIVE,
    Condition.RECOVERING: ActivationState.ACTIVE,
    Condition.PASSWORD_EXPIRED: ActivationState.ACTIVE,
    Condition.LOCKED: ActivationState.ACTIVE,
    Condition.SUSPENDED: ActivationState.UNKNOWN,
    Condition.CLOSED: ActivationState.UNKNOWN,
    Condition.SWITCHED_OFF: ActivationState.UNKNOWN,
    Condition.UNTOLD: ActivationState.UNKNOWN,
}
"""What each condition means for the choice of a letter: whether there is something to activate.

Whoever is locked out or has to change their password has an account, and resets it themselves.
"""


@dataclass(frozen=True)
class AccountStatus:
    state: ActivationState
    activation_expires_at: datetime | None = None
    condition: Condition = Condition.UNTOLD

    @classmethod
    def of(cls, condition: Condition, expires: datetime | None = None) -> "AccountStatus":
        """The status that goes with a condition."""
        return cls(ACTIVATION[condition], expires, condition)


class Resent(StrEnum):
    """What became of the wish to send an activation e-mail again."""

    SENT = "sent"
    NOT_NEEDED = "not-needed"
    UNSUPPORTED = "unsupported"


class DirectoryError(OutboundError):
    """The provider did not do what was asked. The text is for operators, and holds no secret."""


class IdentityDirectory(Protocol):
    """Every method may raise ``DirectoryError`` and nothing else; none may run in a transaction."""

    makes_accounts: bool
    """Whether this directory makes accounts at all, and can tell which are activated."""

    def ensure_account(
        self, *, email: str, first_name: str, last_name: str, external_id: UUID
    ) -> Ensured:
        """Find the person's account, or make one that bears ``external_id``.

        Safe to repeat after any failure, and to call for one person from several places at once:
        there is one account afterwards, and an account that bears our ``external_id`` is known
        as ours again, so a call that broke off after making it still answers ``NEW``. Where the
        provider has no place for that id, such a call answers ``PENDING`` instead, and the
        person may get a second activation e-mail, never a second account. Where the provider
        does not tell who has activated, an account of ours reads as ``NEW`` for ever: that the
        person has signed in since is for the caller to know.

        An account that somebody at the provider suspended or deactivated is never given back
        from here: the call fails for good, and says so.
        """
        ...

    def resend_activation(self, *, email: str, external_id: UUID) -> Resent:
        """Have the provider send its activation e-mail again, with a new link."""
        ...

    def status(self, *, email: str, timeout: float | None = None) -> AccountStatus:
        """Look an address up, changing nothing; answer or raise within ``timeout`` seconds."""
        ...


def directory() -> IdentityDirectory:
    """The directory that the operator chose."""
    chosen: IdentityDirectory = import_string(settings.IDENTITY_DIRECTORY)()
    return chosen
