"""Workers that ask the provider at once, and workers that die between asking and writing down."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from ravs.integrations.identity.tests.worlds import TOKEN, GenericScim, generic_scim
from ravs.mail.models import Message
from ravs.members.identity_drain import drain
from ravs.members.models import IdentityCall, Level, Membership
from ravs.members.services import invite_member
from ravs.members.services.details import Details
from ravs.organisations.models import Organisation
from tests.evidence import assert_whole
from tests.people import Leeds, organisation
from tests.races.together import at_once, kill, ravs, until, waits_for_a_lock

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scim(settings: Any) -> Iterator[GenericScim]:
    """Somebody else's provider, over real HTTP."""
    with generic_scim() as world:
        settings.IDENTITY_DIRECTORY = "ravs.integrations.identity.scim.ScimDirectory"
        settings.IDENTITY_SCIM_URL = world.url
        settings.IDENTITY_SCIM_TOKEN = TOKEN
        yield world


def invite(at: Organisation, email: str) -> Membership:
    details = Details(
        email=email, first_name="Mo", last_name="Khan", level=Level.RECORDER, vaccinator=False
    )
    return invite_member(actor=None, organisation=at, details=details)


def letters() -> Counter[tuple[str, str]]:
    return Counter(Message.objects.values_list("kind", "to"))


def test_four_workers_over_fifty_calls_send_fifty_letters(scim: GenericScim) -> None:
    at = organisation()
    emails = [f"mo{number}@nhs.net" for number in range(50)]
    for email in emails[::5]:
        scim.make_elsewhere(email)
    rows = [invite(at, email) for email in emails]
    made = at_once([drain] * 4)
    assert sum(made) == 50  # type: ignore[arg-type]
    assert letters() == {
        ("welcome_existing" if n % 5 == 0 else "welcome_new", email): 1
        for n, email in enumerate(emails)
    }
    assert all(len(scim.kept(row.account.email)) == 1 for row in rows)
    assert not IdentityCall.objects.exclude(state="done").exists()
    assert_whole(at)


def test_one_person_invited_at_many_places_gets_one_account(scim: GenericScim) -> None:
    places = [organisation(f"R{n:02}", f"Trust {n}") for n in range(12)]
    rows = [invite(at, "mo.khan@nhs.net") for at in places]
    at_once([drain] * 6)
    assert len(scim.kept("mo.khan@nhs.net")) == 1
    about = Counter(Message.objects.values_list("about", flat=True))
    assert about == {row.public_id: 1 for row in rows}
    assert_whole()


@pytest.mark.parametrize("times", [1, 3])
def test_killed_after_the_answer_the_next_worker_sends_the_right_letter(
    scim: GenericScim, leeds: Leeds, times: int
) -> None:
    """The account is made, the worker waits to write that down, and the power goes."""
    row = invite(leeds.organisation, "mo.khan@nhs.net")
    for _ in range(times):
        with transaction.atomic():
            Organisation.objects.select_for_update().get(pk=leeds.organisation.pk)
            worker = ravs(
                "worker",
                IDENTITY_PROVIDER="scim",
                IDENTITY_SCIM_URL=scim.url,
                IDENTITY_SCIM_TOKEN=TOKEN,
            )
            until(waits_for_a_lock, worker)
            assert scim.kept("mo.khan@nhs.net")
            kill(worker)
        assert not Message.objects.exists()
        the_lease_runs_out(row)
    assert drain() == 1
    assert letters() == {("welcome_new", "mo.khan@nhs.net"): 1}
    [held] = scim.kept("mo.khan@nhs.net")
    assert held.external_id == str(row.account.public_id)
    assert drain() == 0
    assert_whole(leeds.organisation)


def the_lease_runs_out(row: Membership) -> None:
    held = IdentityCall.objects.filter(membership=row, lease_token__isnull=False)
    assert held.update(lease_until=timezone.now()) == 1
