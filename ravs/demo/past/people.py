"""Who came out of the past, as the terminal tells it."""

from ravs.accounts.models import Account
from ravs.core.dates import london_today
from ravs.demo.past.story import Cast
from ravs.demo.people import Person, Standing
from ravs.members.models import DeactivationReason, InvitationEnd, Level, Membership
from ravs.members.services.inactivity import days_idle
from ravs.organisations.models import OrganisationStatus

REASONS = {
    DeactivationReason.PERSON: "deactivated",
    DeactivationReason.SELF: "deactivated themselves",
    DeactivationReason.INACTIVITY: "lapsed after 90 days",
    DeactivationReason.ORGANISATION: "organisation closed",
    DeactivationReason.SUPPORT: "deactivated by support",
}
LATELY = 7


def everybody(cast: Cast) -> list[Person]:
    """The stars first, in the order of their list, then everybody else by name."""
    stars = {star.who: (place, star.try_this) for place, star in enumerate(cast.stars)}
    found = [_person(account, stars) for account in Account.objects.all()]
    return sorted(found, key=lambda p: (stars.get(p.name, (len(stars),))[0], p.name))


def _person(account: Account, stars: dict[str, tuple[int, str]]) -> Person:
    rows = account.memberships.select_related("organisation").order_by("pk")
    _, try_this = stars.get(account.full_name, (0, ""))
    return Person(
        first_name=account.first_name,
        last_name=account.last_name,
        email=account.email,
        try_this=try_this,
        standings=tuple(_standing(row) for row in rows),
    )


def _standing(membership: Membership) -> Standing:
    organisation = membership.organisation
    return Standing(
        ods=organisation.ods,
        organisation=organisation.name,
        level=Level(membership.level).label,
        state=_state(membership),
        organisation_state=""
        if organisation.status == OrganisationStatus.ACTIVE
        else f"organisation {organisation.get_status_display().lower()}",
    )


def _state(membership: Membership) -> str:
    if membership.is_deactivated:
        return REASONS[DeactivationReason(membership.deactivated_reason)]
    if membership.invitation_end:
        return f"invitation {InvitationEnd(membership.invitation_end).label.lower()}"
    if membership.is_invited:
        return "invited"
    idle = days_idle(membership, london_today())
    return "active" if idle <= LATELY else f"active, {idle} days idle"
