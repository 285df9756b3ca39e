"""The frame round every page, and how dates and contacts are written on one."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup, escape

from ravs.core.dates import LONDON, london_date


@dataclass(frozen=True)
class Link:
    """A place to go. ``current`` is ``"page"`` on that page itself, ``"true"`` below it."""

    label: str
    href: str
    current: str = ""


@dataclass(frozen=True)
class Person:
    """Who is signed in."""

    name: str
    profile_url: str
    sign_out_url: str


@dataclass(frozen=True)
class Place:
    """The organisation this page belongs to; ``change_url`` only for people with several."""

    name: str
    ods: str
    home_url: str
    change_url: str


@dataclass(frozen=True)
class Stay:
    """How long a person stays logged in, and where the page asks to prolong it."""

    idle_minutes: int
    warning_minutes: int
    absolute_hours: int
    extend_url: str


@dataclass(frozen=True)
class Frame:
    """Everything the layout shows that is not the page's own."""

    service_name: str
    home_url: str
    support_contact: str = ""
    support_phone: str = ""
    support_hours: str = ""
    training_url: str = ""
    nhs_logo: bool = False
    font_stylesheet: str = ""
    demo_mailbox_url: str = ""
    paper_form_url: str = ""
    """For whoever has to go on while the service does not; nothing where there is none."""

    person: Person | None = None
    place: Place | None = None
    stay: Stay | None = None
    menu: tuple[Link, ...] = ()
    footer: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Facts:
    """What the public pages say of how this service is set up."""

    identity_provider: str
    lapse_days: int
    invitation_days: int
    resend_after_days: int
    idle_minutes: int
    absolute_hours: int
    session_cookie: str
    csrf_cookie: str


@dataclass(frozen=True)
class Helper:
    """A colleague who can open the door that was shut."""

    name: str
    email: str


@dataclass(frozen=True)
class Refused:
    """The page of someone whose rights do not reach."""

    whom_to_ask: tuple[Helper, ...]


def written_date(day: date | datetime | None) -> str:
    """``26 March 2026``, in London when a moment is given; empty for no date."""
    if day is None:
        return ""
    day = london_date(day) if isinstance(day, datetime) else day
    return f"{day.day} {day:%B %Y}"


def written_moment(moment: datetime | None) -> str:
    """``26 March 2026 at 2:05pm``, London time; midday and midnight by name."""
    if moment is None:
        return ""
    local = moment.astimezone(LONDON)
    if local.minute == 0 and local.hour in {0, 12}:
        clock = "midnight" if local.hour == 0 else "midday"
    else:
        minutes = f":{local:%M}" if local.minute else ""
        clock = f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"
    return f"{written_date(local)} at {clock}"


def contact_link(contact: str) -> Markup:
    """A link for an address or a web page, the words themselves for anything else."""
    text = escape(contact)
    if re.fullmatch(r"[^\s@]+@[^\s@]+", contact):
        return Markup('<a class="nhsuk-link" href="mailto:{}">{}</a>').format(contact, contact)
    if re.match(r"https?://\S+$", contact):
        return Markup('<a class="nhsuk-link" href="{}">{}</a>').format(contact, contact)
    return text


def without_nhs_logo(header: str) -> Markup:
    """The header component without the logo it always draws: using it needs a licence."""
    return Markup(re.sub(r'<svg class="nhsuk-header__logo".*?</svg>', "", header, flags=re.DOTALL))  # noqa: S704
