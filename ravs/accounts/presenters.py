"""What the pages of signing in say."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from ravs.accounts.addresses import sign_in_url
from ravs.accounts.models import Session
from ravs.accounts.refusals import (
    EmailNotProved,
    NotRecognised,
    OtherIdentity,
    ProviderDown,
    SignInRefused,
    StartAgain,
)
from ravs.accounts.sessions import GRAIN, absolute_end, ends_at


@dataclass(frozen=True)
class RefusedPage:
    """Why the log-in ended without a session, and what the person can do."""

    template: str
    status: int
    provider_name: str
    support_contact: str
    again_url: str
    email: str = ""


@dataclass(frozen=True)
class EndedPage:
    """The last session ended by itself."""

    reason: str
    provider_name: str
    idle_minutes: int
    absolute_hours: int
    again_url: str


@dataclass(frozen=True)
class StayPage:
    """Until when the person stays logged in, if they do nothing."""

    until: datetime
    at_most_until: datetime
    idle_minutes: int
    warning_minutes: int
    absolute_hours: int
    next_path: str

    @property
    def can_be_extended(self) -> bool:
        return self.until < self.at_most_until


@dataclass(frozen=True)
class LeavingPage:
    """On the way to log out at the provider too."""

    url: str
    provider_name: str


OUTCOMES: dict[type[SignInRefused], tuple[str, int]] = {
    NotRecognised: ("not-recognised", 403),
    OtherIdentity: ("other-identity", 403),
    EmailNotProved: ("email-not-proved", 403),
    StartAgain: ("start-again", 400),
    ProviderDown: ("provider-down", 503),
}


def refused_page(refusal: SignInRefused) -> RefusedPage:
    name, status = OUTCOMES[type(refusal)]
    return RefusedPage(
        template=f"accounts/{name}.jinja",
        status=status,
        provider_name=settings.IDENTITY_PROVIDER_NAME,
        support_contact=settings.SUPPORT_CONTACT,
        again_url=sign_in_url(),
        email=refusal.email if isinstance(refusal, NotRecognised) else "",
    )


def ended_page(reason: str, next_path: str) -> EndedPage:
    return EndedPage(
        reason=reason,
        provider_name=settings.IDENTITY_PROVIDER_NAME,
        idle_minutes=settings.SESSION_IDLE_MINUTES,
        absolute_hours=settings.SESSION_ABSOLUTE_HOURS,
        again_url=sign_in_url(next_path, again=True),
    )


def stay_page(sign_in: Session, next_path: str) -> StayPage:
    at_most = absolute_end(sign_in)
    end = ends_at(sign_in)
    return StayPage(
        until=end if end == at_most else end - GRAIN,
        at_most_until=at_most,
        idle_minutes=settings.SESSION_IDLE_MINUTES,
        warning_minutes=settings.SESSION_WARNING_MINUTES,
        absolute_hours=settings.SESSION_ABSOLUTE_HOURS,
        next_path=next_path,
    )


def leaving_page(url: str) -> LeavingPage:
    return LeavingPage(url=url, provider_name=settings.IDENTITY_PROVIDER_NAME)
