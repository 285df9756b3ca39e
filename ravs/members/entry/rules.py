"""Who may enter which organisation, and when a session may take its level."""

from datetime import date
from enum import StrEnum

from ravs.accounts.models import Session
from ravs.core.dates import london_today
from ravs.members.models import DeactivationReason, InvitationEnd, Membership
from ravs.organisations.models import OrganisationStatus


class Closed(StrEnum):
    """Why a membership leads nowhere (the words of the history's vocabulary)."""

    DEACTIVATED = "deactivated"
    LAPSED = "lapsed"
    INVITATION_LAPSED = "invitation-lapsed"
    INVITATION_CANCELLED = "invitation-cancelled"
    ORGANISATION_CLOSED = "organisation-closed"
    ORGANISATION_DEACTIVATED = "organisation-deactivated"
    NO_MEMBERSHIP = "no-membership"
    NOT_STARTED = "not-started"
    ENDED = "end-date"


def why_closed(membership: Membership) -> Closed | None:
    """``None`` when signing in may lead here, otherwise why it may not (domain 4.1).

    An organisation in its 90-day wind-down is open to its people, not to the first log-in of
    somebody invited.
    """
    if membership.organisation.status == OrganisationStatus.CLOSED:
        return Closed.ORGANISATION_CLOSED
    if membership.is_deactivated:
        return _DEACTIVATED.get(membership.deactivated_reason, Closed.DEACTIVATED)
    if membership.invitation_end:
        lapsed = membership.invitation_end == InvitationEnd.LAPSED
        return Closed.INVITATION_LAPSED if lapsed else Closed.INVITATION_CANCELLED
    if membership.is_invited and membership.organisation.is_deactivated:
        return Closed.ORGANISATION_DEACTIVATED
    return _outside_dates(membership, london_today())


_DEACTIVATED = {
    DeactivationReason.INACTIVITY.value: Closed.LAPSED,
    DeactivationReason.END_DATE.value: Closed.ENDED,
}


def _outside_dates(membership: Membership, today: date) -> Closed | None:
    """Seasonal and bank staff: no entry before the first day or after the last."""
    if membership.starts_on and today < membership.starts_on:
        return Closed.NOT_STARTED
    if membership.ends_on and today > membership.ends_on:
        return Closed.ENDED
    return None


def is_open(membership: Membership) -> bool:
    return why_closed(membership) is None


def may_take_snapshot(membership: Membership, session: Session) -> bool:
    """Whether a session may take this membership's level by entering, without a new log-in.

    Only for what the log-in could not know: a membership invited or reactivated since. After a
    reduction the person goes through the provider again, whatever came later.
    """
    since = session.signed_in_at
    if since is None or membership.usable_since <= since:
        return False
    return membership.reduced_at is None or membership.reduced_at <= since
