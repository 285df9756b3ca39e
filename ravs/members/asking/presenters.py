"""What the pages of asking and answering show. Built from loaded rows; nothing here queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from ravs.accounts.models import Account
from ravs.core.dates import days_ago, london_date
from ravs.core.pagination import Page
from ravs.core.presenters import written_date
from ravs.members.asking.rules import may_ask, token_for
from ravs.members.models import Level, Membership, ReactivationRequest
from ravs.members.presenters import Row, last_log_in, reason_of, url_of
from ravs.members.services.inactivity import lapses_on
from ravs.members.services.leads import Outlook
from ravs.organisations.models import Organisation


@dataclass(frozen=True)
class Asking:
    """What a person whom one organisation keeps out may do about it: ask, or wait."""

    token: str = ""
    since: datetime | None = None


def asking(membership: Membership, since: datetime | None) -> Asking:
    if not may_ask(membership):
        return Asking()
    return Asking(since=since) if since else Asking(token=token_for(membership))


@dataclass(frozen=True)
class Told:
    """Who reads, or has read, a request."""

    leads: tuple[Account, ...]
    region: str
    region_email: str
    support: str

    @property
    def somebody(self) -> bool:
        return bool(self.leads or self.region_email or self.support)


def told(organisation: Organisation, leads: Sequence[Account], support: str) -> Told:
    region = organisation.region
    return Told(tuple(leads), region.name, region.contact_email, support)


@dataclass(frozen=True)
class AskPage:
    """The form that asks why."""

    organisation: str
    token: str
    told: Told


@dataclass(frozen=True)
class AskedPage:
    """After asking: who has been told, and how the answer comes."""

    organisation: str
    email: str
    since: datetime
    told: Told
    provider_name: str


@dataclass(frozen=True)
class CannotAskPage:
    """Asking needs a log-in first, or is not needed any more. Keeps what was written."""

    why: str
    reason: str


@dataclass(frozen=True)
class RequestsPage:
    """Everybody who waits for an answer."""

    rows: tuple[tuple[object, ...], ...]
    caption: str
    pages: Page
    back: str


@dataclass(frozen=True)
class RequestPage:
    """One request, and the two answers."""

    name: str
    organisation: str
    rows: tuple[Row, ...]
    lines: tuple[str, ...]
    decline: str
    back: str
    key: str


def requests_page(
    organisation: Organisation, waiting: Sequence[ReactivationRequest], pages: Page, today: date
) -> RequestsPage:
    number = "1 request" if pages.total == 1 else f"{pages.total} requests"
    return RequestsPage(
        rows=tuple(_request_row(organisation, each, today) for each in waiting),
        caption=number,
        pages=pages,
        back=url_of("list", organisation),
    )


def _request_row(
    organisation: Organisation, request: ReactivationRequest, today: date
) -> tuple[object, ...]:
    membership = request.membership
    return (
        membership.account.full_name,
        url_of("request", organisation, membership.public_id),
        membership.account.email,
        Level(membership.level).label,
        reason_of(membership),
        days_ago(london_date(request.asked_at), today),
    )


def request_page(request: ReactivationRequest, membership: Membership, key: str) -> RequestPage:
    organisation = membership.organisation
    last = last_log_in(membership)
    rows = [
        Row("Email address", membership.account.email),
        Row("Permission level", Level(membership.level).label),
        Row("Vaccinator", "Yes" if membership.vaccinator else "No"),
        Row("Deactivated", f"{written_date(membership.deactivated_at)}. {reason_of(membership)}"),
        Row("Asked", written_date(request.asked_at)),
    ]
    if last:
        rows.insert(3, Row("Last log in here", written_date(last)))
    return RequestPage(
        name=membership.account.full_name,
        organisation=organisation.name,
        rows=tuple(rows),
        lines=tuple(line for line in request.reason.splitlines() if line.strip()),
        decline=url_of("decline", organisation, membership.public_id),
        back=url_of("requests", organisation),
        key=key,
    )


@dataclass(frozen=True)
class DeclinePage:
    """Are you sure?"""

    name: str
    organisation: str
    back: str
    key: str


def decline_page(membership: Membership, key: str) -> DeclinePage:
    organisation = membership.organisation
    return DeclinePage(
        name=membership.account.full_name,
        organisation=organisation.name,
        back=url_of("request", organisation, membership.public_id),
        key=key,
    )


@dataclass(frozen=True)
class SoonPage:
    """Who will be deactivated soon unless they log in."""

    rows: tuple[tuple[object, ...], ...]
    caption: str
    pages: Page
    lapse_days: int
    back: str


def soon_page(
    organisation: Organisation, members: Sequence[Membership], pages: Page, today: date
) -> SoonPage:
    return SoonPage(
        rows=tuple(_soon_row(organisation, each, today) for each in members),
        caption="1 user" if pages.total == 1 else f"{pages.total} users",
        pages=pages,
        lapse_days=settings.LAPSE_DAYS,
        back=url_of("list", organisation),
    )


def _soon_row(
    organisation: Organisation, membership: Membership, today: date
) -> tuple[object, ...]:
    last = membership.account.last_login_on
    return (
        membership.account.full_name,
        url_of("person", organisation, membership.public_id),
        membership.account.email,
        Level(membership.level).label,
        days_ago(last, today) if last else "",
        written_date(lapses_on(membership)),
    )


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be made a lead administrator."""

    name: str
    level: str
    last: str
    href: str


@dataclass(frozen=True)
class Few:
    """There may soon be fewer than two lead administrators."""

    is_only_one: bool
    days: int
    going: tuple[tuple[str, str], ...]
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class Notices:
    """What a lead administrator should see before the list of users."""

    requests: int
    requests_page: str
    soon: int
    soon_page: str
    few: Few | None


def notices(
    organisation: Organisation, *, requests: int, soon: int, outlook: Outlook | None, today: date
) -> Notices:
    return Notices(
        requests=requests,
        requests_page=url_of("requests", organisation),
        soon=soon,
        soon_page=url_of("soon", organisation),
        few=_few(outlook, today) if outlook and outlook.are_few else None,
    )


def _few(outlook: Outlook, today: date) -> Few:
    return Few(
        is_only_one=len(outlook.leads) == 1,
        days=settings.FEW_LEADS_DAYS,
        going=tuple((m.account.full_name, written_date(on)) for m, on in outlook.going),
        candidates=tuple(_candidate(outlook.organisation, m, today) for m in outlook.candidates),
    )


def _candidate(organisation: Organisation, membership: Membership, today: date) -> Candidate:
    last = membership.account.last_login_on
    return Candidate(
        name=membership.account.full_name,
        level=Level(membership.level).label.lower(),
        last=days_ago(last, today).lower() if last else "",
        href=url_of("change", organisation, membership.public_id),
    )


@dataclass(frozen=True)
class CorrectPage:
    """Name and address of somebody invited; without ``key`` they cannot be corrected."""

    name: str
    organisation: str
    email: str
    provider: str
    can_send: bool
    cancel: str
    back: str
    key: str


def correct_page(membership: Membership, *, key: str) -> CorrectPage:
    organisation, member = membership.organisation, membership.public_id
    return CorrectPage(
        name=membership.account.full_name,
        organisation=organisation.name,
        email=membership.account.email,
        provider=settings.IDENTITY_PROVIDER_NAME,
        can_send=membership.invite_count < settings.INVITATION_MOST_SENDS,
        cancel=url_of("cancel", organisation, member),
        back=url_of("person", organisation, member),
        key=key,
    )


@dataclass(frozen=True)
class VaccinatingPage:
    """Whether a new lead administrator gives vaccines; ``key`` empty where nobody is asked."""

    organisation: str
    key: str
    back: str


@dataclass(frozen=True)
class CannotSignInPage:
    """The public form and the page after it: the same for everybody."""

    provider_name: str
    support: str


def cannot_sign_in_page() -> CannotSignInPage:
    return CannotSignInPage(settings.IDENTITY_PROVIDER_NAME, settings.SUPPORT_CONTACT)
