"""From *send* to the letter that fits, through a real provider."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from ravs.accounts.models import Account, IdentityState
from ravs.core.tests.peer import Answer, peer
from ravs.integrations.identity.mapping import ACTIVATION
from ravs.integrations.identity.tests.local_provider import free_port
from ravs.integrations.identity.tests.worlds import LIST, TOKEN, USER, generic_scim
from ravs.mail.models import Message
from ravs.members.identity_drain import FIRST_WAIT, LONGEST_WAIT, drain
from ravs.members.models import IdentityCall, Level
from ravs.members.services import invite_member
from ravs.members.services.details import Details
from tests import people

pytestmark = pytest.mark.once

SCIM = "ravs.integrations.identity.scim.ScimDirectory"


@pytest.fixture(autouse=True)
def through_scim(settings: Settings) -> None:
    settings.IDENTITY_DIRECTORY = SCIM
    settings.IDENTITY_SCIM_TOKEN = TOKEN


@pytest.fixture
def leeds(db: None) -> people.Leeds:
    return people.leeds()


def invite(leeds: people.Leeds, email: str) -> None:
    invite_member(
        actor=leeds.priya.account,
        organisation=leeds.organisation,
        details=Details(
            email=email, first_name="Mo", last_name="Khan", level=Level.RECORDER, vaccinator=False
        ),
    )


def letters_to(email: str) -> list[str]:
    return list(Message.objects.filter(to=email).values_list("kind", flat=True))


def test_somebody_new_to_the_provider_is_told_to_activate(
    settings: Settings, leeds: people.Leeds
) -> None:
    invite(leeds, "mo.khan@nhs.net")
    with generic_scim() as provider:
        settings.IDENTITY_SCIM_URL = provider.url
        drain()
        assert len(provider.kept("mo.khan@nhs.net")) == 1
    assert letters_to("mo.khan@nhs.net") == ["welcome_new"]


def test_somebody_who_signs_in_already_is_not_told_to_activate(
    settings: Settings, leeds: people.Leeds
) -> None:
    """Their account is one we made, and this provider does not tell who has activated."""
    elsewhere = people.organisation("RW3", "Manchester")
    mo = people.member(elsewhere, people.account("Mo Khan")).account
    with generic_scim() as provider:
        settings.IDENTITY_SCIM_URL = provider.url
        provider.directory().ensure_account(
            email=mo.email, first_name="Mo", last_name="Khan", external_id=mo.public_id
        )
        invite(leeds, mo.email)
        drain()
    assert letters_to(mo.email) == ["welcome_existing"]
    assert Account.objects.get(pk=mo.pk).identity_state == IdentityState.ACTIVE


def test_a_provider_that_is_away_is_asked_again_when_it_is_back(
    settings: Settings, leeds: people.Leeds
) -> None:
    settings.IDENTITY_SCIM_URL = f"http://localhost:{free_port()}"
    invite(leeds, "mo.khan@nhs.net")
    drain()
    assert letters_to("mo.khan@nhs.net") == []
    with generic_scim() as provider, time_machine.travel(timezone.now() + LONGEST_WAIT):
        settings.IDENTITY_SCIM_URL = provider.url
        drain()
        assert len(provider.kept("mo.khan@nhs.net")) == 1
    assert letters_to("mo.khan@nhs.net") == ["welcome_new"]


def test_a_renewed_activation_is_told_with_its_new_end(
    settings: Settings, leeds: people.Leeds
) -> None:
    old, new = "2026-06-08T09:00:00Z", "2026-06-15T09:00:00Z"
    answers = iter([_pending(old), _pending(old), Answer(status=204), _pending(new)])
    invite(leeds, "mo.khan@nhs.net")
    with peer(lambda _asked: next(answers)) as provider:
        settings.IDENTITY_SCIM_URL = provider.url
        drain()
    mo = Account.objects.get(email="mo.khan@nhs.net")
    assert mo.activation_expires_at == datetime.fromisoformat(new)
    assert letters_to(mo.email) == ["welcome_new"]


def _pending(expires: str) -> Answer:
    """Somebody whom another service had invited to the provider before."""
    record = {
        "schemas": [USER, ACTIVATION],
        "id": "7",
        "userName": "mo.khan@nhs.net",
        ACTIVATION: {"state": "pending", "expires": expires},
    }
    return Answer.scim({"schemas": [LIST], "totalResults": 1, "Resources": [record]})


def test_a_provider_that_asks_for_time_gets_it(settings: Settings, leeds: people.Leeds) -> None:
    invite(leeds, "mo.khan@nhs.net")
    busy = Answer(status=429, headers={"Retry-After": "1800"})
    with peer(lambda _asked: busy) as provider:
        settings.IDENTITY_SCIM_URL = provider.url
        asked_at = timezone.now()
        drain()
    call = IdentityCall.objects.get(membership__account__email="mo.khan@nhs.net")
    assert call.state == IdentityCall.State.WAITING
    assert call.next_attempt_at >= asked_at + timedelta(seconds=1800)
    assert timedelta(seconds=1800) > FIRST_WAIT * 2
    assert letters_to("mo.khan@nhs.net") == []
