"""What people asked for, and what was answered."""

from dataclasses import dataclass

from ravs.audit.events.base import Event, event


@event("request.reactivation_asked")
@dataclass(frozen=True)
class ReactivationAsked(Event):
    """Somebody deactivated asked to come back; the region was asked where no lead is left."""

    to_region: bool = False


@event("request.reactivation_declined")
@dataclass(frozen=True)
class ReactivationDeclined(Event):
    pass


@event("request.deletion_asked")
@dataclass(frozen=True)
class DeletionAsked(Event):
    """Support was asked to delete what is held of somebody."""


@event("request.deletion_refused")
@dataclass(frozen=True)
class DeletionRefused(Event):
    """Records need the person's name, so it is kept."""


@event("account.erased")
@dataclass(frozen=True)
class AccountErased(Event):
    """What was held of a person was deleted at their wish."""


@event("organisation.leads_told")
@dataclass(frozen=True)
class LeadsTold(Event):
    """The lead administrators were told that there will soon be fewer than two of them."""

    leads: int


@event("organisation.digest_sent")
@dataclass(frozen=True)
class DigestSent(Event):
    """The lead administrators were told who should log in soon."""

    people: int
