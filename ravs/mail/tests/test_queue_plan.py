"""Finding the next letter costs as much as the queue is long, not as everything ever sent."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ravs.mail import delivery, receipts
from ravs.mail.models import Message
from ravs.mail.tests.outbox import promise_many
from ravs.mail.tests.smtp_server import Script

pytestmark = pytest.mark.django_db


def test_it_finds_what_is_due_by_its_index(mail_server: Script) -> None:
    promise_many(60)
    delivery.drain(limit=55)

    assert "message_due" in plan_of(delivery._take)
    assert Message.objects.filter(next_attempt_at__isnull=False).count() == 5


def test_it_finds_what_awaits_its_receipt_by_its_index() -> None:
    sent = promise_many(300)
    now = timezone.now()
    rows = Message.objects.filter(pk__in=[message.pk for message in sent])
    rows.update(state="delivered", sent_at=now, next_attempt_at=None, transport_id="x")
    waiting = [message.pk for message in sent[:5]]
    Message.objects.filter(pk__in=waiting).update(state="sent", receipt_due_at=now)

    assert "message_receipt_due" in plan_of(receipts._take)


def plan_of(take: Callable[[], Message | None]) -> str:
    """How the database finds the row that ``take`` takes."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":  # reading so small a table whole costs it little
            cursor.execute("SET LOCAL enable_seqscan = off")
        with CaptureQueriesContext(connection) as queries:
            assert take() is not None
        (asked,) = (query["sql"] for query in queries if "ORDER BY" in query["sql"])
        explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
        cursor.execute(f"{explain} {asked}")
        return " ".join(str(column) for row in cursor.fetchall() for column in row)
