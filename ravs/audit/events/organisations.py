"""Organisations and regions."""

from dataclasses import dataclass

from ravs.audit.events.base import (
    EmailPolicy,
    Event,
    Level,
    OrganisationStatus,
    OrganisationType,
    RegionCode,
    event,
)


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


@event("organisation.settings_changed")
@dataclass(frozen=True)
class OrganisationSettingsChanged(Event):
    """Whether clinicians are recorded, whose addresses may be used elsewhere too, and how much of
    a record can be edited."""

    clinicians_before: bool
    clinicians_after: bool
    email_policy_before: EmailPolicy
    email_policy_after: EmailPolicy
    extended_edit_before: bool = False
    extended_edit_after: bool = False


@event("organisation.pcn_changed")
@dataclass(frozen=True)
class PcnPracticesChanged(Event):
    """Which GP practices form its primary care network; how many there are now."""

    practices: int


@event("organisation.entered")
@dataclass(frozen=True)
class OrganisationEntered(Event):
    level: Level
