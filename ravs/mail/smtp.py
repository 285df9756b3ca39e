"""Delivery over SMTP, with Django's own client and the ``EMAIL_*`` settings.

Certificates are checked whenever TLS is asked for: a server that cannot prove itself gets
nothing. One connection serves many messages.
"""

import smtplib
from contextlib import suppress
from email.utils import format_datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from ravs.mail.markdown import one_line
from ravs.mail.models import Message
from ravs.mail.port import Delayed, Fate, NotDelivered, Receipt, Refused, Unreachable

PERMANENT = range(500, 600)
LONGEST_REASON = 300


class SmtpMailer:
    """Hands letters to a mail server, which says at once whether it takes them and no more.

    It cannot be asked whether it took a letter before, so that a repeated one bears the same
    Message-ID is all that can be done.
    """

    gives_receipts = False

    def __init__(self) -> None:
        self.connection = get_connection()

    def send(self, message: Message) -> str:
        email = as_email(message)
        self._connect()
        try:
            self.connection.send_messages([email])
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise not_delivered(error) from error
        return ""

    def receipt(self, transport_id: str) -> Receipt:
        return Receipt(Fate.UNKNOWN)

    def _connect(self) -> None:
        try:
            self.connection.open()
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise Unreachable(reason(error)) from error

    def close(self) -> None:
        with suppress(smtplib.SMTPException, OSError):
            self.connection.close()


def as_email(message: Message) -> EmailMultiAlternatives:
    """The message as it goes out, the same at every attempt."""
    email = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        from_email=settings.EMAIL_FROM,
        to=[message.to],
        headers={
            "Message-ID": message.message_id,
            "Date": format_datetime(message.created_at),
            "Auto-Submitted": "auto-generated",
        },
    )
    email.attach_alternative(message.html, "text/html")
    return email


def not_delivered(error: Exception) -> NotDelivered:
    """What a refusal means for the message.

    A 5xx answer about the recipient or the content is final. One about the sender is about this
    installation, not about the letter: an operator can put it right, so the letter waits.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        final = bool(codes) and all(code in PERMANENT for code in codes)
    else:
        final = isinstance(error, smtplib.SMTPDataError) and error.smtp_code in PERMANENT
    return (Refused if final else Delayed)(reason(error))


def reason(error: Exception) -> str:
    """One line saying what went wrong, in the server's words where it gave any."""
    if isinstance(error, smtplib.SMTPRecipientsRefused) and error.recipients:
        code, words = next(iter(error.recipients.values()))
        told = f"{code} {_text(words)}"
    elif isinstance(error, smtplib.SMTPResponseException):
        told = f"{error.smtp_code} {_text(error.smtp_error)}"
    else:
        told = f"{type(error).__name__}: {error}"
    return one_line(told)[:LONGEST_REASON]


def _text(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words
