"""What the provider's pages show."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from allauth.idp.oidc.models import Client
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from ravs.core.presenters import Frame
from ravs_identity.models import LinkState
from ravs_identity.passwords import RULES


@dataclass(frozen=True)
class Service:
    """A service that people sign in to with their account here."""

    name: str
    url: str


@dataclass(frozen=True)
class SignInPage:
    next: str
    password_needed_again: bool = False
    email: str = ""


@dataclass(frozen=True)
class ChoosePasswordPage:
    email: str
    activating: bool
    rules: tuple[str, ...] = RULES


@dataclass(frozen=True)
class SpentLinkPage:
    """Why a link does nothing, and whether asking for another makes sense."""

    activating: bool
    used: bool
    replaced: bool
    sign_in_url: str
    ask_url: str


@dataclass(frozen=True)
class OnwardPage:
    """Where to go from here."""

    services: tuple[Service, ...]
    sign_in_url: str
    email: str = ""
    name: str = ""


@dataclass(frozen=True)
class LimitPage:
    minutes: int


@dataclass(frozen=True)
class SignOutPage:
    """``hidden`` is what a client sent and wants back."""

    action: str
    hidden: tuple[tuple[str, str], ...] = ()


def page_frame(request: HttpRequest) -> dict[str, Frame]:  # noqa: ARG001
    """The context processor: the frame round every page."""
    return {"frame": frame()}


def frame() -> Frame:
    """Header and footer. The same for everybody, signed in or not: errors need no database."""
    return Frame(
        service_name=settings.SERVICE_NAME,
        home_url=reverse("identity:home"),
        support_contact=settings.SUPPORT_CONTACT,
        nhs_logo=settings.NHS_LOGO,
        font_stylesheet=settings.NHSUK_FONT_STYLESHEET,
    )


def spent_link_page(state: LinkState, *, activating: bool) -> SpentLinkPage:
    return SpentLinkPage(
        activating=activating,
        used=state is LinkState.USED,
        replaced=state is LinkState.REPLACED,
        sign_in_url=reverse("identity:home"),
        ask_url=reverse("identity:forgot-password"),
    )


def services_of(clients: list[Client]) -> tuple[Service, ...]:
    """The registered services, each at the root of the place its people come back to."""
    return tuple(
        Service(client.name or client.id, home_of(client))
        for client in clients
        if client.get_redirect_uris()
    )


def home_of(client: Client) -> str:
    parts = urlsplit(client.get_redirect_uris()[0])
    return f"{parts.scheme}://{parts.netloc}/"


def origins_of(clients: list[Client]) -> list[str]:
    """Where a form here may lead by redirects: browsers hold those against ``form-action`` too."""
    return sorted(
        {
            f"{urlsplit(uri).scheme}://{urlsplit(uri).netloc}"
            for client in clients
            for uri in [*client.get_redirect_uris(), *client.get_post_logout_redirect_uris()]
        }
    )
