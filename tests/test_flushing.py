"""The suite's own flush: append-only tables are emptied and seeds come back."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from ravs.members.models import AllowedEmailDomain
from ravs.organisations.models import Region

REFUSE = {
    "sqlite": [
        "CREATE TRIGGER regions_stay BEFORE DELETE ON organisations_region"
        " BEGIN SELECT RAISE(ABORT, 'regions stay'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION regions_stay() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'regions stay'; END $$",
        "CREATE TRIGGER regions_stay BEFORE DELETE OR TRUNCATE ON organisations_region"
        " FOR EACH STATEMENT EXECUTE FUNCTION regions_stay()",
    ],
}
FORGET = {
    "sqlite": ["DROP TRIGGER regions_stay"],
    "postgresql": [
        "DROP TRIGGER regions_stay ON organisations_region",
        "DROP FUNCTION regions_stay",
    ],
}


def execute(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_it_flushes_past_a_trigger_which_then_stands_again_and_restores_the_seeds() -> None:
    seeded = set(Region.objects.values_list("code", flat=True))
    Region.objects.create(code="X1", name="A region of this test")
    execute(REFUSE[connection.vendor])
    try:
        call_command("flush", interactive=False, verbosity=0)
        assert set(Region.objects.values_list("code", flat=True)) == seeded
        if not seeded:
            Region.objects.create(code="X2", name="Another")
        with pytest.raises(DatabaseError), transaction.atomic():
            execute(["DELETE FROM organisations_region"])
    finally:
        execute(FORGET[connection.vendor])


@pytest.mark.django_db(transaction=True)
def test_rows_made_after_a_flush_do_not_take_the_numbers_of_the_seeds() -> None:
    seeded = set(AllowedEmailDomain.objects.values_list("pk", flat=True))
    assert seeded
    call_command("flush", interactive=False, verbosity=0)
    made = AllowedEmailDomain.objects.create(domain="marigold.example", added_by="test")
    assert made.pk not in seeded
