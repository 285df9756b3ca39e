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


class ActivationState(StrEnum):
    """What the provider says of an address."""

    ACTIVE = "active"
    PENDING = "pending"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class AccountStatus:
    state: ActivationState
    activation_expires_at: datetime | None = None


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
        provider does not tell who has activated, an account of ours reads as ``NEW`` for ever:
        that the person has signed in since is for the caller to know.
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
