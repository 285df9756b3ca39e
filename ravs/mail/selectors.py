"""Reading the outbox."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Max

from ravs.mail.models import Message


def latest_about(ids: Iterable[UUID]) -> dict[UUID, Message]:
    """The newest letter about each of these things that has one."""
    newest = (
        Message.objects.filter(about__in=list(ids))
        .values("about")
        .annotate(newest=Max("id"))
        .values("newest")
    )
    rows = Message.objects.filter(id__in=newest).defer("text", "html")
    return {message.about: message for message in rows}


def letters_about(about: UUID, *, limit: int = 50) -> list[Message]:
    """The letters about one thing, newest first, without their bodies."""
    return list(Message.objects.filter(about=about).defer("text", "html").order_by("-id")[:limit])


def letters_with(public_ids: Iterable[UUID]) -> list[Message]:
    """The letters of these public ids, newest first, without their bodies."""
    wanted = list(public_ids)
    if not wanted:
        return []
    rows = Message.objects.filter(public_id__in=wanted).defer("text", "html")
    return list(rows.order_by("-id"))
