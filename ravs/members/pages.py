"""What the pages that ask before acting show."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings

from ravs.core.pagination import Page
from ravs.integrations.identity.port import directory
from ravs.members.consequences import Consequences
from ravs.members.forms import stamp
from ravs.members.models import Membership
from ravs.members.permissions import is_last_lead, may_be_deactivated
from ravs.members.presenters import last_log_in, url_of
from ravs.members.services.change import Standing


@dataclass(frozen=True)
class ChangePage:
    """Change a person's level and vaccinator status, or go on to deactivate them."""

    name: str
    first_name: str
    email: str
    last_log_in: date | None
    is_self: bool
    is_last_lead: bool
    deactivate: str
    cancel: str
    back: str
    shown: str
    key: str


@dataclass(frozen=True)
class ActPage:
    """Are you sure? One person, what will happen, one button."""

    name: str
    first_name: str
    email: str
    organisation: str
    is_self: bool
    is_last_lead: bool
    becomes_invited: bool
    provider: str
    makes_accounts: bool
    will: Consequences | None
    back: str
    key: str


@dataclass(frozen=True)
class SettingsPage:
    """What the organisation decides about the people it adds."""

    key: str
    back: str


@dataclass(frozen=True)
class ReactivateAllPage:
    """Everyone whom the 90-day rule deactivated."""

    rows: tuple[tuple[str, ...], ...]
    total: int
    pages: Page
    moment: str
    key: str
    back: str
    lapse_days: int


def change_page(membership: Membership, *, is_self: bool, other_leads: int, key: str) -> ChangePage:
    organisation, member = membership.organisation, membership.public_id
    deactivate = may_be_deactivated(membership, other_leads=other_leads)
    return ChangePage(
        name=membership.account.full_name,
        first_name=membership.account.first_name,
        email=membership.account.email,
        last_log_in=last_log_in(membership),
        is_self=is_self,
        is_last_lead=is_last_lead(membership, other_leads=other_leads),
        deactivate=url_of("deactivate", organisation, member) if deactivate else "",
        cancel=url_of("cancel", organisation, member) if membership.is_invited else "",
        back=url_of("person", organisation, member),
        shown=stamp(Standing.of(membership)),
        key=key,
    )


def act_page(
    membership: Membership,
    *,
    is_self: bool,
    other_leads: int,
    key: str,
    will: Consequences | None = None,
) -> ActPage:
    return ActPage(
        name=membership.account.full_name,
        first_name=membership.account.first_name,
        email=membership.account.email,
        organisation=membership.organisation.name,
        is_self=is_self,
        is_last_lead=is_last_lead(membership, other_leads=other_leads),
        becomes_invited=membership.first_login_at is None,
        provider=settings.IDENTITY_PROVIDER_NAME,
        makes_accounts=directory().makes_accounts,
        will=will,
        back=url_of("person", membership.organisation, membership.public_id),
        key=key,
    )
