"""The database itself refuses to change history."""

import pytest
from django.db import IntegrityError, connection, transaction

from ravs.audit import triggers
from ravs.audit.models import ChainHead, Event, EventPerson
from ravs.audit.tests.people import write_history

pytestmark = pytest.mark.django_db

REFUSED = [
    "UPDATE audit_event SET type = 'member.lapsed'",
    "UPDATE audit_event SET data = '{}'",
    "UPDATE audit_event SET seq = seq + 100",
    "DELETE FROM audit_event",
    "UPDATE audit_eventperson SET payload = 'Somebody else'",
    "UPDATE audit_eventperson SET position = 'formerly' WHERE position = 'actor'",
    "UPDATE audit_eventperson SET payload = NULL, salt = NULL, position = 'formerly'",
    "DELETE FROM audit_eventperson",
    "UPDATE audit_chainhead SET hash = 'x'",
    "UPDATE audit_chainhead SET seq = seq - 1",
    "UPDATE audit_chainhead SET seq = 0, hash = ''",
    "DELETE FROM audit_chainhead",
]

TRUNCATED = [
    "TRUNCATE audit_event CASCADE",
    "TRUNCATE audit_eventperson",
    "TRUNCATE audit_chainhead",
]


def everything() -> list[object]:
    return [list(table.objects.values()) for table in (Event, EventPerson, ChainHead)]


@pytest.mark.parametrize("statement", REFUSED)
def test_it_refuses(statement: str) -> None:
    write_history(3)
    before = everything()

    with (
        pytest.raises(IntegrityError, match=r"append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert everything() == before


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", TRUNCATED)
def test_it_refuses_to_empty_a_table_at_once(statement: str) -> None:
    write_history(3)

    with (
        pytest.raises(IntegrityError, match=r"append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert Event.objects.count() == 3


def test_it_lets_a_person_be_taken_out() -> None:
    write_history(3)

    EventPerson.objects.update(payload=None, salt=None)

    assert not EventPerson.objects.filter(payload__isnull=False).exists()


def test_it_cannot_put_a_person_back() -> None:
    write_history(1)
    EventPerson.objects.update(payload=None, salt=None)

    with pytest.raises(IntegrityError), transaction.atomic():
        EventPerson.objects.update(payload="{}", salt=b"salt")


def test_it_stands_on_every_table_after_all_migrations() -> None:
    """A later migration that rebuilds a table on SQLite would lose its triggers unseen."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
            wanted = {
                line.split()[2]
                for line in triggers.POSTGRESQL_INSTALL.splitlines()
                if line.startswith("CREATE TRIGGER")
            }
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            wanted = set(triggers.SQLITE_TRIGGERS)
        standing = {name for (name,) in cursor.fetchall()}

    assert wanted <= standing
    assert len(wanted) >= 6


@pytest.mark.django_db(transaction=True)
def test_it_can_be_taken_off_and_put_back_by_migrating() -> None:
    with connection.schema_editor() as editor:
        triggers.remove(None, editor)
        triggers.install(None, editor)

    write_history(1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.all().delete()
