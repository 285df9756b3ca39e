"""A letter that does not get out is seen by the people who can do something about it."""

import pytest
from django.db import transaction
from django.utils import timezone

from ravs.audit.selectors import history_of
from ravs.mail.models import Message
from ravs.mail.signals import letter_failed
from ravs.members.services import deactivate_member
from tests.clients import PageClient
from tests.people import Leeds


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
