"""The typed list of everything that is recorded.

To add an event: a frozen dataclass under ``@event("room.what_happened")`` whose fields are
``bool``, ``int``, ``date``, ``UUID`` or one of the word types below, and its sentence in
``sentences.py``. Values are checked when the event is made: nothing else can enter the chain.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from typing import Annotated, Any, ClassVar, TypeVar
from uuid import UUID

from ravs.audit import words
from ravs.audit.values import Kind, OneOf, Shape, kind_of

Level = Annotated[str, OneOf(words.Levels)]
DeactivationReason = Annotated[str, OneOf(words.DeactivationReasons)]
Status = Annotated[str, OneOf(words.Statuses)]
OrganisationStatus = Annotated[str, OneOf(words.OrganisationStatuses)]
OrganisationType = Annotated[str, OneOf(words.OrganisationTypes)]
Reactivation = Annotated[str, OneOf(words.Reactivations)]
Finding = Annotated[str, OneOf(words.Findings)]
IdentityPurpose = Annotated[str, OneOf(words.IdentityPurposes)]
Permission = Annotated[str, OneOf(words.Permissions)]
InactiveCause = Annotated[str, OneOf(words.InactiveCauses)]
SessionEnd = Annotated[str, OneOf(words.SessionEnds)]

Digest = Annotated[str, Shape(r"[0-9a-f]{64}")]
"""A keyed hash, see ``services.keyed_hash``."""

RouteName = Annotated[str, Shape(r"[a-z_]{2,30}:[a-z0-9_-]{2,60}")]
"""The name of a view or of a permission, such as ``members:change``."""

RegionCode = Annotated[str, Shape(r"Y[0-9]{2}")]
"""The ODS code of a region of NHS England."""

E = TypeVar("E", bound="Event")

REGISTRY: dict[str, type["Event"]] = {}


@dataclass(frozen=True)
class Event:
    """Something that happened. Subclasses are frozen dataclasses registered by ``event``."""

    type_name: ClassVar[str]
    kinds: ClassVar[dict[str, Kind]]

    def __post_init__(self) -> None:
        for field in fields(self):
            kind = self.kinds[field.name]
            object.__setattr__(self, field.name, kind.accept(getattr(self, field.name)))

    @property
    def data(self) -> dict[str, Any]:
        """The event's values as they are stored: JSON of words, ids, dates and numbers."""
        return {name: kind.store(getattr(self, name)) for name, kind in self.kinds.items()}


def event(type_name: str) -> Callable[[type[E]], type[E]]:
    """Register a class of events under the stable name that the chain stores."""

    def register(cls: type[E]) -> type[E]:
        if type_name in REGISTRY:
            raise ValueError(f"Two kinds of event are called {type_name}.")
        cls.type_name = type_name
        cls.kinds = {field.name: kind_of(cls, field.name) for field in fields(cls)}
        REGISTRY[type_name] = cls
        return cls

    return register


def load(type_name: str, data: dict[str, Any]) -> Event:
    """The event that a stored row tells of. Values it does not know yet or any more are left."""
    cls = REGISTRY[type_name]
    known = {name: kind.restore(data[name]) for name, kind in cls.kinds.items() if name in data}
    return cls(**known)


# Invitations and memberships


@event("member.invited")
@dataclass(frozen=True)
class MemberInvited(Event):
    level: Level
    vaccinator: bool
    clinician: bool = False


@event("member.invitation_resent")
@dataclass(frozen=True)
class InvitationResent(Event):
    count: int


@event("member.invitation_cancelled")
@dataclass(frozen=True)
class InvitationCancelled(Event):
    pass


@event("member.invitation_lapsed")
@dataclass(frozen=True)
class InvitationLapsed(Event):
    sent_on: date | None = None


@event("member.renewed")
@dataclass(frozen=True)
class InvitationRenewed(Event):
    """Added again while invited, or after the invitation lapsed or was cancelled."""

    level: Level
    vaccinator: bool
    clinician: bool = False


@event("member.joined")
@dataclass(frozen=True)
class MemberJoined(Event):
    """The first log-in, which accepted the invitation."""

    level: Level


@event("member.changed")
@dataclass(frozen=True)
class MemberChanged(Event):
    level_before: Level
    level_after: Level
    vaccinator_before: bool
    vaccinator_after: bool
    clinician_before: bool = False
    clinician_after: bool = False


@event("member.deactivated")
@dataclass(frozen=True)
class MemberDeactivated(Event):
    reason: DeactivationReason


@event("member.lapsed")
@dataclass(frozen=True)
class MemberLapsed(Event):
    """The 90-day rule: ``clock_on`` is the date the days were counted from."""

    clock_on: date


@event("member.lapse_warned")
@dataclass(frozen=True)
class LapseWarned(Event):
    day: int
    lapses_on: date | None = None


@event("member.reactivated")
@dataclass(frozen=True)
class MemberReactivated(Event):
    how: Reactivation
    status: Status
    level: Level
    vaccinator: bool
    clinician: bool = False


@event("member.renamed")
@dataclass(frozen=True)
class MemberRenamed(Event):
    """The names stand in the side table: ``subject`` as it is now, ``formerly`` as it was."""


@event("member.letter_failed")
@dataclass(frozen=True)
class LetterFailed(Event):
    letter: UUID
    attempts: int = 0


# Organisations


@event("organisation.added")
@dataclass(frozen=True)
class OrganisationAdded(Event):
    type: OrganisationType


@event("region.contact_changed")
@dataclass(frozen=True)
class RegionContactChanged(Event):
    """Where a region is told of organisations without a lead administrator."""

    region: RegionCode


@event("organisation.joined")
@dataclass(frozen=True)
class OrganisationActivated(Event):
    """Its first person logged in."""


@event("organisation.status_changed")
@dataclass(frozen=True)
class OrganisationStatusChanged(Event):
    before: OrganisationStatus
    after: OrganisationStatus


@event("organisation.entered")
@dataclass(frozen=True)
class OrganisationEntered(Event):
    level: Level


# Accounts and identities


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


# Signing in and out


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


# The service itself


@event("access.denied")
@dataclass(frozen=True)
class AccessDenied(Event):
    """Somebody asked for a page of their organisation that their rights do not open."""

    view: RouteName
    permission: Permission


@event("domains.imported")
@dataclass(frozen=True)
class DomainsImported(Event):
    added: int
    skipped: int


@event("nightly.finished")
@dataclass(frozen=True)
class NightlyFinished(Event):
    night: date
    warned: int = 0
    lapsed: int = 0
    invitations_lapsed: int = 0
    counts_corrected: int = 0


@event("audit.erased")
@dataclass(frozen=True)
class PersonErased(Event):
    """Somebody's names and addresses were taken out of the history; the chain still holds."""

    entries: int
