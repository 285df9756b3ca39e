"""The provider's own letters. Links come from ``IDENTITY_PUBLIC_URL``, never from a request."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from ravs.core.dates import LONDON
from ravs.core.presenters import written_moment
from ravs.mail.letters import compose, url_to
from ravs.mail.services import enqueue
from ravs_identity.models import Person

ACTIVATION = "identity-activation"
RESET = "identity-password-reset"
CHANGED = "identity-password-changed"
WITH_LINKS = (ACTIVATION, RESET)


def send_activation(*, person: Person, token: str, expires_at: datetime) -> None:
    """E3 of the catalogue: activate the account within seven days (domain 3.9)."""
    _send(
        ACTIVATION,
        person,
        link_url=url_to(reverse("identity:activate", args=[token])),
        expires=with_zone(expires_at),
        ask_url=url_to(reverse("identity:forgot-password")),
    )


def send_reset(*, person: Person, token: str, expires_at: datetime) -> None:
    _send(
        RESET,
        person,
        link_url=url_to(reverse("identity:reset-password", args=[token])),
        expires=with_zone(expires_at),
    )


def send_password_changed(*, person: Person) -> None:
    """So that somebody whose mailbox was misused learns of it."""
    _send(CHANGED, person, ask_url=url_to(reverse("identity:forgot-password")))


def _send(kind: str, person: Person, **words: Any) -> None:
    enqueue(
        compose(
            f"ravs_identity/emails/{kind}.jinja",
            kind=kind,
            to=person.email,
            about=person.pk,
            context={
                "name": person.get_full_name(),
                "email": person.email,
                "sign_in_url": url_to(reverse("identity:home")),
                **words,
            },
        )
    )


def with_zone(moment: datetime) -> str:
    """``26 March 2026 at 2:05pm UK time (GMT)``: a reader abroad is not misled."""
    return f"{written_moment(moment)} UK time ({moment.astimezone(LONDON):%Z})"
