"""What happens between requests: mail goes out, wishes for links are answered, old rows go."""

import logging
import signal
import time

from allauth.idp.oidc.models import Token
from django.contrib.sessions.models import Session
from django.utils import timezone

from ravs.core.worker import Worker
from ravs.mail import delivery, receipts
from ravs.mail.models import Message
from ravs_identity.emails import WITH_LINKS
from ravs_identity.services import answer_link_requests

SWEEP_SECONDS = 2.0
TIDY_SECONDS = 3600.0


def go_round(limit: int) -> int:
    """Answer wishes, send what is due, and empty letters which held a link."""
    answered = answer_link_requests(limit)
    sent = delivery.drain(limit)
    empty_letters()
    receipts.collect(limit)
    return max(answered, sent)


def empty_letters() -> int:
    """A letter that held a link keeps nothing of it once it has left, or never will."""
    done = Message.objects.filter(kind__in=WITH_LINKS).exclude(
        state__in=[Message.State.QUEUED, Message.State.SENDING]
    )
    return done.exclude(text="", html="", source="").update(text="", html="", source="")


def tidy() -> None:
    """Rows whose time has passed: sessions, and what clients were given."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    Token.objects.expired().delete()


class Postman(Worker):
    """The service's own worker, with the provider's rounds to make."""

    def __init__(self) -> None:
        super().__init__(sweep_seconds=SWEEP_SECONDS)
        self.next_tidy = 0.0

    def go_round(self) -> None:
        super().go_round()
        if time.monotonic() >= self.next_tidy:
            self.next_tidy = time.monotonic() + TIDY_SECONDS
            tidy()


def run() -> None:
    """Make rounds in this process until SIGTERM or SIGINT."""
    logging.getLogger("django_tasks_db").setLevel(logging.WARNING)
    postman = Postman()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, postman.end)
    postman.run()
