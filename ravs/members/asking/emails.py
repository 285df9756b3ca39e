"""The letters of asking and answering: one function and one template each.

None holds a link that acts: links lead to pages of the service, where people log in first.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse

from ravs.accounts.models import Account
from ravs.core.presenters import written_date
from ravs.mail.letters import Letter, compose, url_to
from ravs.members.asking.answers import Place
from ravs.members.models import Level, Membership, ReactivationRequest
from ravs.members.services.leads import Outlook
from ravs.organisations.models import Organisation


def asked(request: ReactivationRequest, leads: Sequence[Account]) -> Iterator[Letter]:
    """To each lead administrator; where there is none, to whoever can help instead."""
    membership, organisation = request.membership, request.organisation
    common = {
        "name": membership.account.full_name,
        "email": membership.account.email,
        "organisation": organisation,
        "level": Level(membership.level).label,
    }
    for lead in leads:
        page = _page("request", organisation, member=membership.public_id)
        yield _compose(
            "reactivation_asked",
            to=lead.email,
            about=request.public_id,
            organisation=organisation.public_id,
            context={**common, "first_name": lead.first_name, "page": page},
        )
    address = "" if leads else who_helps(organisation)
    if address:
        yield _compose(
            "region_reactivation_asked",
            to=address,
            about=request.public_id,
            organisation=organisation.public_id,
            context={**common, "reason": request.reason},
        )


def who_helps(organisation: Organisation) -> str:
    """Where a request goes that no lead administrator can answer: the region, else support."""
    return organisation.region.contact_email or support_address()


def support_address() -> str:
    """The address of support, where the operator gave an address and not a page or a number."""
    contact = settings.SUPPORT_CONTACT
    return contact if re.fullmatch(r"[^\s@]+@[^\s@]+", contact) else ""


def declined(membership: Membership, leads: Sequence[Account]) -> Letter:
    """The request was not granted; whom to speak to."""
    organisation = membership.organisation
    return _compose(
        "reactivation_declined",
        to=membership.account.email,
        about=membership.public_id,
        organisation=organisation.public_id,
        context={
            "first_name": membership.account.first_name,
            "organisation": organisation,
            "leads": leads,
        },
    )


@dataclass(frozen=True)
class Soon:
    """Who should log in soon at one organisation: how many, and the first of them."""

    organisation: Organisation
    count: int
    first: tuple[tuple[str, date], ...]

    @property
    def page(self) -> str:
        return _page("soon", self.organisation)


def log_in_soon(lead: Account, places: Sequence[Soon]) -> Letter:
    """The weekly digest: one letter, whatever the number of organisations."""
    return _compose(
        "log_in_soon",
        to=lead.email,
        about=lead.public_id,
        context={
            "first_name": lead.first_name,
            "places": [
                (p, [(name, written_date(on)) for name, on in p.first], p.count - len(p.first))
                for p in places
            ],
            "lapse_days": settings.LAPSE_DAYS,
        },
    )


def few_leads(lead: Account, outlooks: Sequence[Outlook]) -> Letter:
    """There will soon be fewer than two lead administrators; whom to promote."""
    return _compose(
        "few_leads",
        to=lead.email,
        about=lead.public_id,
        context={
            "first_name": lead.first_name,
            "places": [_told(lead, outlook) for outlook in outlooks],
            "days": settings.FEW_LEADS_DAYS,
            "lapse_days": settings.LAPSE_DAYS,
        },
    )


def _told(lead: Account, outlook: Outlook) -> dict[str, Any]:
    organisation = outlook.organisation
    return {
        "organisation": organisation,
        "is_only_one": len(outlook.leads) == 1,
        "going": [
            ("You" if m.account_id == lead.pk else m.account.full_name, written_date(on))
            for m, on in outlook.going
        ],
        "candidates": [
            (m.account.full_name, Level(m.level).label.lower()) for m in outlook.candidates
        ],
        "page": _page("list", organisation),
    }


def cannot_sign_in(account: Account, places: Sequence[Place]) -> Letter:
    """Why somebody may not get in, organisation by organisation, and what to do."""
    return _compose(
        "cannot_sign_in",
        to=account.email,
        about=account.public_id,
        context={
            "first_name": account.first_name,
            "email": account.email,
            "places": places,
            "identity_help": settings.IDENTITY_HELP or settings.SUPPORT_CONTACT,
        },
    )


def _page(name: str, organisation: Organisation, **kwargs: object) -> str:
    return url_to(reverse(f"members:{name}", kwargs={"ods": organisation.ods, **kwargs}))


def _compose(kind: str, *, context: dict[str, Any], **letter: Any) -> Letter:
    return compose(f"members/emails/{kind}.jinja", kind=kind, context=context, **letter)
