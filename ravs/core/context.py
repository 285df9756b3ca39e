"""What every page is given beside its own ``page``: the frame round it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from ravs.core import navigation
from ravs.core.presenters import Frame, Person, Place, Stay


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor."""
    return {"frame": frame_of(request)}


def frame_of(request: HttpRequest) -> Frame:
    """Header, menu and footer for whoever is asking. Runs no query of its own."""
    account = getattr(request, "account", None)
    place = place_of(request) if account else None
    return Frame(
        **plain(),
        person=person_of(account) if account else None,
        place=place,
        stay=stay() if account else None,
        menu=navigation.menu(request, place.ods) if place else (),
        footer=navigation.footer(),
    )


def bare_frame() -> Frame:
    """For the pages that must show when the database, or the address itself, fails us."""
    return Frame(**plain(), footer=navigation.footer())


def plain() -> dict[str, Any]:
    """What the operator's settings say."""
    return {
        "service_name": settings.SERVICE_NAME,
        "home_url": reverse("core:home"),
        "support_contact": settings.SUPPORT_CONTACT,
        "support_phone": settings.SUPPORT_PHONE,
        "support_hours": settings.SUPPORT_HOURS,
        "training_url": settings.TRAINING_URL,
        "nhs_logo": settings.NHS_LOGO,
        "font_stylesheet": settings.NHSUK_FONT_STYLESHEET,
        "demo_mailbox_url": settings.DEMO_MAILBOX_URL,
        "paper_form_url": settings.PAPER_FORM_URL,
    }


def person_of(account: Any) -> Person:
    return Person(
        name=account.full_name,
        profile_url=reverse("members:profile"),
        sign_out_url=reverse("accounts:sign-out"),
    )


def place_of(request: HttpRequest) -> Place | None:
    """The organisation in the address, when this person belongs there."""
    organisation = getattr(request, "organisation", None)
    if organisation is None or getattr(request, "membership", None) is None:
        return None
    several = getattr(request, "has_several_organisations", False)
    return Place(
        name=organisation.name,
        ods=organisation.ods,
        home_url=reverse("vaccinations:home", kwargs={"ods": organisation.ods}),
        change_url=reverse("members:choose-organisation") if several else "",
    )


def stay() -> Stay:
    return Stay(
        idle_minutes=settings.SESSION_IDLE_MINUTES,
        warning_minutes=settings.SESSION_WARNING_MINUTES,
        absolute_hours=settings.SESSION_ABSOLUTE_HOURS,
        extend_url=reverse("accounts:extend-session"),
    )
