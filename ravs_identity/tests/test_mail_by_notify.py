"""The local provider's own letters, by GOV.UK Notify."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from ravs.mail.models import Message
from ravs_identity import mailroom
from ravs_identity.models import Person
from ravs_identity.tests.conftest import link_in
from tests.notify import transports, twin


@pytest.fixture
def notify(settings: Any) -> Iterator[twin.Notify]:
    known = twin.Notify()
    with twin.serving(known) as url:
        transports.use(settings, url)
        yield known


def test_it_sends_the_link_and_keeps_nothing_of_it(asha: Person, notify: twin.Notify) -> None:
    link = link_in(Message.objects.get(about=asha.pk))
    mailroom.go_round(50)

    (taken,) = notify.taken
    assert f"{link})" in taken["body"]
    row = Message.objects.get(about=asha.pk)
    assert (row.state, row.text, row.html, row.source) == (Message.State.SENT, "", "", "")


def test_it_learns_what_became_of_it(asha: Person, notify: twin.Notify) -> None:
    mailroom.go_round(50)
    notify.becomes("permanent-failure")
    Message.objects.update(receipt_due_at=timezone.now())
    mailroom.go_round(50)

    row = Message.objects.get(about=asha.pk)
    assert (row.state, row.text) == (Message.State.FAILED, "")
    assert "does not exist" in row.last_error
