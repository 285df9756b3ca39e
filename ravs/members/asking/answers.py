"""What somebody who cannot log in is told about each organisation that knows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils import timezone

from ravs.accounts.models import Account, IdentityState
from ravs.core.presenters import written_date, written_moment
from ravs.members import identity_calls
from ravs.members.asking.rules import may_ask
from ravs.members.entry.rules import Closed, why_closed
from ravs.members.models import Membership
from ravs.members.refusals import MemberRefusal
from ravs.members.selectors import leads_of
from ravs.members.services import resend_invitation
from ravs.members.services.invite import can_resend
from ravs.organisations.models import Organisation


class Case(StrEnum):
    """How somebody stands where nothing keeps them out."""

    WORKS = "works"
    LOG_IN = "log-in"
    """Invited, with an account at the provider that works."""
    LOOK_FOR_LINK = "look-for-link"
    """Invited; whether the account was activated is not known."""
    LINK_WORKS = "link-works"
    RENEWED = "renewed"
    LINK_ENDED = "link-ended"
    """The activation link has ended, and the rules of sending again do not allow another yet."""
    NO_LINK_FROM_HERE = "no-link-from-here"
    """The provider does not send links on our request."""


@dataclass(frozen=True)
class Place:
    """One organisation of somebody who asked why they cannot log in."""

    organisation: Organisation
    why: str
    leads: tuple[Account, ...]
    may_ask: bool
    until: str
    starts_on: str


def places_of(account: Account) -> list[Place]:
    """Every organisation that the person would be told of after logging in, and how they stand.

    Sends an invitation again where its activation link has ended and the rules allow it.
    """
    rows = account.memberships.select_related("organisation__region")
    found = [(m, why_closed(m)) for m in rows.order_by("organisation__name", "pk")]
    told = [(m, why) for m, why in found if why != Closed.INVITATION_CANCELLED]
    leads = leads_of([m.organisation_id for m, why in told if why != Closed.ORGANISATION_CLOSED])
    renewed = _renew(account, [m for m, why in told if why is None and m.is_invited])
    return [
        Place(
            organisation=membership.organisation,
            why=why or _standing(account, membership, renewed=renewed),
            leads=tuple(leads.get(membership.organisation_id, ())),
            may_ask=may_ask(membership),
            until=written_moment(account.activation_expires_at),
            starts_on=written_date(membership.starts_on),
        )
        for membership, why in told
    ]


def _standing(account: Account, membership: Membership, *, renewed: bool) -> Case:
    if membership.is_active:
        return Case.WORKS
    if renewed:
        return Case.RENEWED
    if account.identity_state == IdentityState.ACTIVE:
        return Case.LOG_IN
    if _link_works(account, timezone.now()):
        return Case.LINK_WORKS
    if identity_calls.sendings([membership])[membership.pk].resend_unsupported:
        return Case.NO_LINK_FROM_HERE
    has_ended = account.activation_expires_at is not None
    return Case.LINK_ENDED if has_ended else Case.LOOK_FOR_LINK


def _link_works(account: Account, now: datetime) -> bool:
    return account.activation_expires_at is not None and account.activation_expires_at > now


def _renew(account: Account, invited: Iterable[Membership]) -> bool:
    """Send the first invitation again that may be: one new link serves for all of them."""
    now = timezone.now()
    if account.identity_state == IdentityState.ACTIVE or _link_works(account, now):
        return False
    for membership in invited:
        sending = identity_calls.sendings([membership])[membership.pk]
        allowed = can_resend(membership, last_send_failed=sending.failed, now=now)
        if allowed and not sending.resend_unsupported:
            try:
                resend_invitation(actor=None, membership=membership)
            except MemberRefusal:
                continue
            return True
    return False
