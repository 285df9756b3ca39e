"""A letter that does not get out is seen by the people who can do something about it."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from ravs.audit.models import Event
from ravs.audit.selectors import history_of
from ravs.core.dates import london_today
from ravs.mail.models import Message
from ravs.mail.signals import letter_failed
from ravs.members.models import Membership
from ravs.members.services import apply_inactivity_rule, deactivate_member
from tests.clients import PageClient
from tests.evidence import assert_whole
from tests.people import LEAD, Leeds, member, organisation


@pytest.fixture
def failed(leeds: Leeds) -> Message:
    """Rosa was deactivated, and the letter that says so was refused."""
    deactivate_member(actor=leeds.priya.account, membership=leeds.rosa)
    message = Message.objects.get(about=leeds.rosa.public_id)
    message.state, message.failed_at = Message.State.FAILED, timezone.now()
    message.last_error = "550 no such mailbox"
    message.save()
    with transaction.atomic():
        letter_failed.send(sender=Message, message=message)
    return message


def test_it_is_in_the_persons_history(leeds: Leeds, failed: Message) -> None:
    history = history_of(
        organisation=leeds.organisation.public_id, subject=leeds.rosa.account.public_id
    )
    assert history.lines[0].type == "member.letter_failed"


def test_it_is_tagged_in_the_list_and_explained_on_the_persons_page(
    client: PageClient, leeds: Leeds, failed: Message
) -> None:
    client.sign_in(leeds.priya.account)
    assert "Email not delivered" in client.page("members:deactivated", ods="RR8").content.decode()
    person = client.page("members:person", ods="RR8", member=leeds.rosa.public_id)
    assert "550 no such mailbox" in person.content.decode()


@pytest.fixture
def warning(leeds: Leeds) -> Message:
    """Rosa works at two places, was warned of both in one letter, and it was refused."""
    bolton = organisation("RMC", "Bolton")
    member(bolton, "Lea Lund", LEAD)
    member(bolton, leeds.rosa.account)
    Membership.objects.filter(account=leeds.rosa.account).update(
        clock_on=london_today() - timedelta(days=61)
    )
    list(apply_inactivity_rule(today=london_today()))
    message = Message.objects.get(to=leeds.rosa.account.email)
    message.state, message.failed_at = Message.State.FAILED, timezone.now()
    message.save()
    with transaction.atomic():
        letter_failed.send(sender=Message, message=message)
    return message


def test_a_warning_that_failed_is_told_at_every_organisation_it_named(
    client: PageClient, leeds: Leeds, warning: Message
) -> None:
    events = Event.objects.filter(type="member.letter_failed")
    assert events.values("chain").distinct().count() == 2
    client.sign_in(leeds.priya.account)
    assert "Email not delivered" in client.page("members:list", ods="RR8").content.decode()
    assert_whole()


def test_the_tag_goes_when_a_later_letter_gets_out(
    client: PageClient, leeds: Leeds, warning: Message
) -> None:
    deactivate_member(actor=leeds.priya.account, membership=leeds.rosa)
    client.sign_in(leeds.priya.account)
    page = client.page("members:deactivated", ods="RR8").content.decode()
    assert "Rosa Keane" in page
    assert "Email not delivered" not in page
