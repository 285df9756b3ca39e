"""The verbs: everything that changes who may sign in here, each in one transaction."""

import hashlib
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.idp.oidc.models import Token
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone

from ravs.core.errors import Refusal
from ravs_identity import emails, passwords
from ravs_identity.addresses import normalise
from ravs_identity.models import LinkRequest, LinkState, OneTimeLink, Person, Purpose

LIFETIMES = {
    Purpose.ACTIVATION: timedelta(days=7),
    Purpose.RESET: timedelta(hours=1),
}
TOKEN_BYTES = 32
REQUESTS_AT_ONCE = 50

logger = logging.getLogger(__name__)


class AddressTaken(Refusal):
    """Somebody with this address is here already."""

    message = "There is already an account with this e-mail address."


@dataclass(frozen=True)
class Found:
    """A mailed link that exists, and what became of it."""

    link: OneTimeLink
    state: LinkState

    @property
    def person(self) -> Person:
        return self.link.person

    def for_reader(self) -> LinkState:
        """To somebody already activated an old activation link is a used one, however it ended."""
        done = self.link.purpose == Purpose.ACTIVATION and self.person.is_activated
        return LinkState.USED if done and self.person.is_active else self.state


class LinkSpent(Refusal):
    """The link does nothing any more; ``state`` says why."""

    def __init__(self, state: LinkState) -> None:
        super().__init__("This link cannot be used any more.")
        self.state = state


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def create_person(
    *, email: str, first_name: str = "", last_name: str = "", external_id: str = ""
) -> Person:
    """A person whose activation e-mail is on its way."""
    with transaction.atomic():
        person = _insert(
            email=email, first_name=first_name, last_name=last_name, external_id=external_id
        )
        send_activation(person=person)
        person.refresh_from_db()
    logger.info("person created", extra={"person": str(person.pk)})
    return person


def create_activated_person(
    *, email: str, first_name: str, last_name: str, password: str, external_id: str = ""
) -> Person:
    """A person an operator vouches for at the machine itself: no e-mail, ready to sign in."""
    hashed = make_password(password)
    with transaction.atomic():
        person = _insert(
            email=email, first_name=first_name, last_name=last_name, external_id=external_id
        )
        person.activated_at = timezone.now()
        _set_password(person, hashed)
    logger.info("person created by operator", extra={"person": str(person.pk)})
    return person


def _insert(*, email: str, first_name: str, last_name: str, external_id: str) -> Person:
    person = Person(
        email=normalise(email), first_name=first_name, last_name=last_name, external_id=external_id
    )
    person.set_unusable_password()
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as error:
        raise AddressTaken from error
    return person


@transaction.atomic
def update_person(
    *, person: Person, first_name: str, last_name: str, external_id: str, is_active: bool
) -> Person:
    """What a directory may change about somebody. Whoever is deactivated is signed out at once."""
    person = _locked(person)
    person.first_name, person.last_name = first_name, last_name
    person.external_id, person.is_active = external_id, is_active
    _touch(person)
    if not is_active:
        Token.objects.filter(user=person).delete()
    return person


@transaction.atomic
def send_activation(*, person: Person) -> OneTimeLink | None:
    """Mail a fresh activation link; an older one stops working. Nothing for the activated."""
    person = _locked(person)
    if person.is_activated or not person.is_active:
        return None
    link, token = _issue(person, Purpose.ACTIVATION)
    emails.send_activation(person=person, token=token, expires_at=link.expires_at)
    _touch(person)
    return link


@transaction.atomic
def send_reset(*, person: Person) -> OneTimeLink | None:
    """Mail a link to choose a new password; an older one stops working."""
    person = _locked(person)
    if not person.is_activated or not person.is_active:
        return None
    link, token = _issue(person, Purpose.RESET)
    emails.send_reset(person=person, token=token, expires_at=link.expires_at)
    return link


def _issue(person: Person, purpose: Purpose) -> tuple[OneTimeLink, str]:
    now = timezone.now()
    person.links.filter(purpose=purpose, used_at=None, replaced_at=None).update(replaced_at=now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = person.links.create(
        purpose=purpose, digest=digest(token), sent_at=now, expires_at=now + LIFETIMES[purpose]
    )
    return link, token


def ask_for_link(*, address: str) -> None:
    """Note that somebody at ``address`` wants a link. The same single write for every address."""
    LinkRequest.objects.create(address=normalise(address))


def answer_link_requests(limit: int = REQUESTS_AT_ONCE) -> int:
    """Mail whichever link fits each person who asked. Returns how many wishes were dealt with."""
    done = 0
    while done < limit and _answer_one():
        done += 1
    return done


@transaction.atomic
def _answer_one() -> bool:
    request = LinkRequest.objects.select_for_update(skip_locked=True).order_by("pk").first()
    if request is None:
        return False
    person = Person.objects.at(request.address)
    if person is not None and person.is_activated:
        send_reset(person=person)
    elif person is not None:
        send_activation(person=person)
    request.delete()
    return True


def find_link(*, token: str, purpose: Purpose) -> Found | None:
    """The link of this token and what became of it, or nothing for a token we never sent."""
    link = (
        OneTimeLink.objects.select_related("person")
        .filter(digest=digest(token), purpose=purpose)
        .first()
    )
    if link is None:
        return None
    if not link.person.is_active:
        return Found(link, LinkState.EXPIRED)
    return Found(link, link.state(timezone.now()))


def activate(*, token: str, password: str) -> Person:
    """Spend an activation link: the address is proved, the password set. Once, whatever races."""
    hashed = make_password(password)
    with transaction.atomic():
        person = _spend(token, Purpose.ACTIVATION)
        person.activated_at = person.activated_at or timezone.now()
        _set_password(person, hashed)
    logger.info("person activated", extra={"person": str(person.pk)})
    return person


def reset_password(*, token: str, password: str) -> Person:
    """Spend a reset link. Every session of the person ends, as does what clients were given."""
    hashed = make_password(password)
    with transaction.atomic():
        person = _spend(token, Purpose.RESET)
        _set_password(person, hashed)
        Token.objects.filter(user=person).delete()
        emails.send_password_changed(person=person)
    logger.info("password reset", extra={"person": str(person.pk)})
    return person


def _spend(token: str, purpose: Purpose) -> Person:
    """The conditional update is what makes a link single-use: the second writer finds no row.

    Its conditions are columns of the row itself. One on another table would be looked up in a
    subquery, which PostgreSQL does not ask again after waiting for the first writer.
    """
    found = find_link(token=token, purpose=purpose)
    if found is None:
        raise LinkSpent(LinkState.EXPIRED)
    person = _locked(found.person)
    now = timezone.now()
    open_links = OneTimeLink.objects.filter(
        pk=found.link.pk, used_at=None, replaced_at=None, expires_at__gt=now
    )
    if not person.is_active or not open_links.update(used_at=now):
        found.link.refresh_from_db()
        raise LinkSpent(found.link.state(now))
    return person


def _set_password(person: Person, hashed: str) -> None:
    """Hashing takes long on purpose, so it is done before any row is held."""
    person.password = hashed
    _touch(person)
    passwords.remember(person)


def _locked(person: Person) -> Person:
    return Person.objects.select_for_update().get(pk=person.pk)


def _touch(person: Person) -> None:
    """Write a person, and let everybody who keeps a copy see that it changed."""
    person.changed_at = timezone.now()
    person.revision += 1
    person.save()


def activation_expiry(person: Person) -> datetime | None:
    """When the open activation link of somebody not yet activated stops, or stopped, working."""
    open_links = person.links.filter(
        purpose=Purpose.ACTIVATION, used_at=None, replaced_at=None
    ).values_list("expires_at", flat=True)
    return None if person.is_activated else open_links.first()
