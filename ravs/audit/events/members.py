"""Invitations and memberships."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from ravs.audit.events.base import DeactivationReason, Event, Level, Reactivation, Status, event


@event("member.invited")
@dataclass(frozen=True)
class MemberInvited(Event):
    level: Level
    vaccinator: bool
    clinician: bool = False
    starts_on: date | None = None
    ends_on: date | None = None


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
    starts_on: date | None = None
    ends_on: date | None = None


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
    undo: bool = False


@event("member.dates_changed")
@dataclass(frozen=True)
class MemberDatesChanged(Event):
    """The first and the last day on which the person may log in here."""

    starts_before: date | None = None
    starts_after: date | None = None
    ends_before: date | None = None
    ends_after: date | None = None


@event("member.end_told")
@dataclass(frozen=True)
class EndTold(Event):
    """The person was told that their access ends soon."""

    days: int
    ends_on: date


@event("member.address_corrected")
@dataclass(frozen=True)
class AddressCorrected(Event):
    """The address of somebody invited was put right; both stand in the side table."""


@event("member.deactivated")
@dataclass(frozen=True)
class MemberDeactivated(Event):
    """``undo``: it took back a reactivation; ``ends_on``: the end date that was reached."""

    reason: DeactivationReason
    undo: bool = False
    ends_on: date | None = None


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
    ends_on: date | None = None


@event("member.renamed")
@dataclass(frozen=True)
class MemberRenamed(Event):
    """The names stand in the side table: ``subject`` as it is now, ``formerly`` as it was."""


@event("member.letter_failed")
@dataclass(frozen=True)
class LetterFailed(Event):
    letter: UUID
    attempts: int = 0
