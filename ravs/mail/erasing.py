"""Forgetting the letters of a person whose details are erased."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from ravs.mail.models import Message


def forget_letters(*, address: str, about: Iterable[UUID]) -> int:
    """Delete every letter to an address or about one of these ids, in the caller's transaction.

    One that is being handed over just now may still arrive: it has left. Returns how many.
    """
    rows = Message.objects.filter(Q(to__iexact=address) | Q(about__in=list(about)))
    deleted, _ = rows.delete()
    return deleted
