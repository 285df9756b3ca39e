"""What the mailbox pages show."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from django.urls import reverse
from markupsafe import Markup, escape

from ravs.core.pagination import Page
from ravs.demo.letterbox import Arrived
from ravs.demo.patients import TO_TRY, ToTry

ADDRESS = re.compile(r"https?://[^\s<>]+")
NOT_OF_IT = ".,;:!?)]}>'\""


@dataclass(frozen=True)
class MailRow:
    href: str
    subject: str
    recipient: str
    sender: str
    arrived_at: datetime


@dataclass(frozen=True)
class MailboxPage:
    rows: tuple[MailRow, ...]
    pages: Page
    patients: tuple[ToTry, ...] = TO_TRY


@dataclass(frozen=True)
class View:
    """One way to look at a message."""

    text: str
    href: str
    current: bool


@dataclass(frozen=True)
class MessagePage:
    row: MailRow
    views: tuple[View, ...]
    letter_url: str = ""
    text: Markup | None = None


def row_of(mail: Arrived) -> MailRow:
    name, address = parseaddr(mail.sender)
    return MailRow(
        href=_to("message", mail),
        subject=mail.subject,
        recipient=mail.recipient,
        sender=name or address,
        arrived_at=mail.arrived_at,
    )


def mailbox_page(mails: Sequence[Arrived], pages: Page) -> MailboxPage:
    return MailboxPage(rows=tuple(row_of(mail) for mail in mails), pages=pages)


def message_page(mail: Arrived, *, text: str = "", formatted: bool) -> MessagePage:
    return MessagePage(
        row=row_of(mail),
        views=(
            View("As it looks", _to("message", mail), current=formatted),
            View("As plain text", _to("plain", mail), current=not formatted),
        ),
        letter_url=_to("letter", mail) if formatted else "",
        text=with_links(text),
    )


def _to(name: str, mail: Arrived) -> str:
    return reverse(f"demo:{name}", kwargs={"message": mail.public_id})


def with_links(text: str) -> Markup:
    """The text itself, in which every web address can be followed."""
    pieces, end = [], 0
    for found in ADDRESS.finditer(text):
        address = found[0].rstrip(NOT_OF_IT)
        pieces += [escape(text[end : found.start()]), _link(address)]
        end = found.start() + len(address)
    return Markup().join([*pieces, escape(text[end:])])


def _link(address: str) -> Markup:
    return Markup('<a class="nhsuk-link" href="{}">{}</a>').format(address, address)
