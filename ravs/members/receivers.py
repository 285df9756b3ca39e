"""What this room does when the outbox gives a letter up."""

from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from ravs.accounts.models import Account
from ravs.audit import services as audit
from ravs.audit.events import LetterFailed
from ravs.mail.models import Message
from ravs.mail.signals import letter_failed
from ravs.members import ground
from ravs.members.models import Membership


@receiver(letter_failed, dispatch_uid="members.letter_failed")
def record_failure(message: Message, **_signal: Any) -> None:
    """Put the failure into the history of the person it concerned, where leads can read it."""
    event = LetterFailed(letter=message.public_id, attempts=message.attempts)
    rows = Membership.objects.select_related("account", "organisation")
    concerned = Q(public_id=message.about) | Q(inactivity_notices__letter=message.public_id)
    entries = [
        audit.Entry(
            event,
            subject=ground.person(membership.account),
            organisation=membership.organisation.public_id,
        )
        for membership in rows.filter(concerned).distinct()
    ]
    if not entries:
        account = Account.objects.filter(public_id=message.about).first()
        entries = [audit.Entry(event, subject=ground.person(account))]
    audit.record_many(entries)
