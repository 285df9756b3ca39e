"""Accounts, their identities, and signing in and out."""

from dataclasses import dataclass

from ravs.audit import words
from ravs.audit.events.base import (
    Digest,
    Event,
    Finding,
    IdentityPurpose,
    InactiveCause,
    SessionEnd,
    event,
)


@event("account.created")
@dataclass(frozen=True)
class AccountCreated(Event):
    pass


@event("account.identity_prepared")
@dataclass(frozen=True)
class IdentityPrepared(Event):
    found: Finding


@event("account.identity_call_failed")
@dataclass(frozen=True)
class IdentityCallFailed(Event):
    purpose: IdentityPurpose
    permanent: bool
    attempts: int = 0


@event("identity.bound")
@dataclass(frozen=True)
class IdentityBound(Event):
    identity: Digest | None = None


@event("identity.unbound")
@dataclass(frozen=True)
class IdentityUnbound(Event):
    identity: Digest | None = None


@event("sign_in.succeeded")
@dataclass(frozen=True)
class SignedIn(Event):
    pass


@event("sign_in.refused_unknown")
@dataclass(frozen=True)
class SignInRefusedUnknown(Event):
    """A stranger, whose address is kept only as a keyed hash."""

    address_hash: Digest


@event("sign_in.refused_identity")
@dataclass(frozen=True)
class SignInRefusedIdentity(Event):
    """The account already has another subject at that issuer."""

    identity: Digest | None = None


@event("sign_in.refused_unverified")
@dataclass(frozen=True)
class SignInRefusedUnverified(Event):
    """The provider does not vouch for the address."""

    address_hash: Digest | None = None


@event("sign_in.refused_inactive")
@dataclass(frozen=True)
class SignInRefusedInactive(Event):
    cause: InactiveCause = words.InactiveCauses.DEACTIVATED.value


@event("sign_in.signed_out")
@dataclass(frozen=True)
class SignedOut(Event):
    pass


@event("session.expired")
@dataclass(frozen=True)
class SessionExpired(Event):
    cause: SessionEnd = words.SessionEnds.IDLE.value
