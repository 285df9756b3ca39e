"""Finding the next letter costs as much as the queue is long, not as everything ever sent."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ravs.mail import delivery
from ravs.mail.models import Message
from ravs.mail.tests.outbox import promise_many
from ravs.mail.tests.smtp_server import Script

pytestmark = pytest.mark.django_db


def test_it_finds_what_is_due_by_its_index(mail_server: Script) -> None:
    promise_many(300)
    delivery.drain(limit=295)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":  # reading so small a table whole costs it little
            cursor.execute("SET LOCAL enable_seqscan = off")
        with CaptureQueriesContext(connection) as queries:
            assert delivery._take() is not None
        (asked,) = (query["sql"] for query in queries if "ORDER BY" in query["sql"])
        explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
        cursor.execute(f"{explain} {asked}")
        plan = " ".join(str(column) for row in cursor.fetchall() for column in row)

    assert "message_due" in plan
    assert Message.objects.filter(next_attempt_at__isnull=False).count() == 5
