"""The letters of *Manage users*: one function and one template each (domain 3.9).

Composing never sends: the same functions make the preview on the check page.
"""

from collections.abc import Collection, Sequence
from datetime import date

from django.conf import settings

from ravs.accounts.models import Account
from ravs.core.presenters import written_date
from ravs.mail.letters import Letter, compose
from ravs.members.models import DeletionRequest, Level, Membership
from ravs.organisations.models import Organisation


def welcome(membership: Membership, *, needs_activation: bool) -> Letter:
    """E1 for somebody who has to activate an account first, E2 for somebody who has one."""
    return _about(membership, "welcome_new" if needs_activation else "welcome_existing")


def reactivated(membership: Membership) -> Letter:
    """E8: access at this organisation is back."""
    return _about(membership, "reactivated", level=Level(membership.level).label)


def deactivated(membership: Membership) -> Letter:
    """E9: access at this organisation has ended; access elsewhere is unchanged."""
    return _about(
        membership,
        "deactivated",
        by_self=membership.deactivated_by_id == membership.account_id,
    )


def access_ends(membership: Membership) -> Letter:
    """The person's end date is near: the last day they can log in here."""
    return _about(membership, "access_ends", ends_on=written_date(membership.ends_on))


def access_ended(membership: Membership) -> Letter:
    """The end date has passed; access elsewhere is unchanged."""
    return _about(membership, "access_ended", ends_on=written_date(membership.ends_on))


def region_lead_ended(membership: Membership) -> Letter:
    """To the region: the end date of an organisation's last lead administrator has passed."""
    organisation = membership.organisation
    return compose(
        "members/emails/region_lead_ended.jinja",
        kind="region_lead_ended",
        to=organisation.region.contact_email,
        about=organisation.public_id,
        organisation=organisation.public_id,
        context={
            "ends_on": written_date(membership.ends_on),
            "name": membership.account.full_name,
            "email": membership.account.email,
            "organisation": organisation,
            **_service(),
        },
    )


def deletion_asked(request: DeletionRequest, membership: Membership) -> Letter:
    """To support: a lead administrator asks to delete what is held of somebody."""
    return compose(
        "members/emails/deletion_asked.jinja",
        kind="deletion_asked",
        to=settings.SUPPORT_CONTACT,
        about=request.public_id,
        context={
            "name": membership.account.full_name,
            "email": membership.account.email,
            "asked_by": request.asked_by,
            "organisation": membership.organisation,
            **_service(),
        },
    )


def level_changed(membership: Membership, *, before: Level) -> Letter:
    """The level is another one; a raise counts from the next log-in."""
    after = Level(membership.level)
    return _about(
        membership,
        "level_changed",
        before=before.label,
        after=after.label,
        is_raise=after.rank > before.rank,
    )


def inactivity(
    account: Account,
    *,
    lapsed: Sequence[Membership],
    warned: Sequence[tuple[Membership, date | None]],
    sole_lead_at: Collection[int] = (),
) -> Letter:
    """E10, a warning, or both: one letter a night, naming every organisation concerned."""
    concerned = [*lapsed, *(membership for membership, _ in warned)]
    alone = [
        m
        for m in concerned
        if m.level == Level.LEAD_ADMINISTRATOR and m.organisation_id in sole_lead_at
    ]
    return compose(
        "members/emails/lapsed.jinja" if lapsed else "members/emails/lapse_warning.jinja",
        kind="lapsed" if lapsed else "lapse_warning",
        to=account.email,
        about=account.public_id,
        context={
            "first_name": account.first_name,
            "lapsed": [m.organisation for m in lapsed],
            "warned": [(m.organisation, written_date(on)) for m, on in warned],
            "sole_lead_at": [m.organisation for m in alone],
            **_service(),
        },
    )


def region_lead_inactive(membership: Membership, *, gone: bool, lapses_on: date | None) -> Letter:
    """To the region: an organisation has lost its last active lead, or soon will."""
    organisation = membership.organisation
    return compose(
        "members/emails/region_lead_inactive.jinja",
        kind="region_lead_inactive",
        to=organisation.region.contact_email,
        about=organisation.public_id,
        organisation=organisation.public_id,
        context={
            "gone": gone,
            "lapses_on": written_date(lapses_on),
            "name": membership.account.full_name,
            "email": membership.account.email,
            "organisation": organisation,
            **_service(),
        },
    )


def _about(membership: Membership, kind: str, **context: object) -> Letter:
    """A letter to a member about their membership."""
    organisation = membership.organisation
    return compose(
        f"members/emails/{kind}.jinja",
        kind=kind,
        to=membership.account.email,
        about=membership.public_id,
        organisation=organisation.public_id,
        context={
            "first_name": membership.account.first_name,
            "organisation": organisation,
            "email": membership.account.email,
            **_service(),
            **context,
        },
    )


def preview(
    kind: str, *, first_name: str, email: str, organisation: Organisation, level: Level
) -> Letter:
    """The letter that confirming would send, made from the same template with real values."""
    account = Account(first_name=first_name, last_name="", email=email)
    membership = Membership(account=account, organisation=organisation, level=level)
    return reactivated(membership) if kind == "reactivated" else _about(membership, kind)


def _service() -> dict[str, object]:
    return {
        "service_name": settings.SERVICE_NAME,
        "service_url": settings.PUBLIC_URL,
        "provider": settings.IDENTITY_PROVIDER_NAME,
        "support": settings.SUPPORT_CONTACT,
        "training_url": settings.TRAINING_URL,
        "lapse_days": settings.LAPSE_DAYS,
        "invitation_days": settings.INVITATION_DAYS,
    }
