"""Querysets that are composed once: the same rows as Django gives, for every value anew."""

from datetime import date
from typing import Any

import pytest
from django.db import NotSupportedError, connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from ravs.accounts.models import Account
from ravs.core.models import Counter
from ravs.core.prepared import Prepared, Slot, planned_once
from ravs.members.models import Membership, Status
from tests import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa() -> Membership:
    return people.member(people.organisation("RR8"), "Rosa Lim")


@pytest.fixture
def ada() -> Membership:
    return people.member(people.organisation("RX1"), "Ada Brook")


def of_organisation() -> Prepared[Membership]:
    return Prepared(
        lambda: Membership.objects.select_related("account", "organisation").filter(
            organisation=Slot(Membership, "organisation"), status=Status.ACTIVE
        )
    )


def test_each_call_gives_the_rows_of_its_own_values(rosa: Membership, ada: Membership) -> None:
    found = of_organisation()

    for one in (rosa, ada, rosa):
        assert found(organisation=one.organisation_id) == [one]
    assert found(organisation=0) == []


def test_what_is_joined_is_read_by_the_same_query(rosa: Membership) -> None:
    found = of_organisation()
    for _ in range(8):  # beyond the count at which a driver keeps a plan
        with CaptureQueriesContext(connection) as asked:
            (row,) = found(organisation=rosa.organisation_id)
            assert (row.account.first_name, row.organisation.ods) == ("Rosa", "RR8")
        assert len(asked) == 1


def test_a_change_in_between_is_seen(rosa: Membership) -> None:
    found = of_organisation()
    assert found(organisation=rosa.organisation_id) == [rosa]

    Membership.objects.all().delete()

    assert found(organisation=rosa.organisation_id) == []


def test_a_value_may_stand_in_a_subquery_and_more_than_once(
    rosa: Membership, ada: Membership
) -> None:
    day = Slot(Membership, "starts_on", "day")
    here = Membership.objects.filter(
        Q(starts_on=None) | Q(starts_on__lte=day), account=OuterRef("pk")
    ).exclude(ends_on__lt=day)
    present = Prepared(lambda: Account.objects.filter(Exists(here)).order_by("first_name"))
    Membership.objects.filter(pk=rosa.pk).update(starts_on=date(2026, 3, 2))
    Membership.objects.filter(pk=ada.pk).update(ends_on=date(2026, 3, 4))

    said = {n: [row.first_name for row in present(day=date(2026, 3, n))] for n in range(1, 6)}

    both = ["Ada", "Rosa"]
    assert said == {1: ["Ada"], 2: both, 3: both, 4: both, 5: ["Rosa"]}


def test_single_columns_come_as_django_gives_them(rosa: Membership) -> None:
    names: Prepared[Any] = Prepared(
        lambda: Membership.objects.filter(pk=Slot(Membership, "id")).values_list(
            "account__first_name", "public_id"
        )
    )
    assert names(id=rosa.pk) == [("Rosa", rosa.public_id)]
    assert names.first(id=0) is None


def test_nothing_is_looked_for_by_no_value() -> None:
    with pytest.raises(ValueError, match="organisation"):
        of_organisation()(organisation=None)


@pytest.mark.django_db(transaction=True)
def test_a_lock_outside_a_transaction_is_refused_though_the_first_was_not() -> None:
    locked = Prepared(lambda: Account.objects.select_for_update().filter(pk=Slot(Account, "id")))
    with transaction.atomic():
        assert locked(id=0) == []
    with pytest.raises(TransactionManagementError):
        locked(id=0)


@pytest.mark.postgres
def test_what_runs_inside_is_planned_once_and_what_follows_is_not(rosa: Membership) -> None:
    def plans() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s",
                ["%sort_key <> %"],
            )
            return int(cursor.fetchone()[0])

    def ask() -> None:
        list(Membership.objects.extra(where=["sort_key <> %s"], params=["x"]))

    for _ in range(8):
        ask()
    assert plans() == 0
    with planned_once():
        for _ in range(2):
            ask()
    assert plans() == 1
    assert connection.connection.prepare_threshold is None


def migrate(type_: str) -> None:
    """Another process changes a column: this one's driver hears nothing of it."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute(f"ALTER TABLE core_counter ALTER COLUMN key TYPE {type_}")
    other.close()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_migration_under_way_costs_nobody_their_answer() -> None:
    found = Prepared(lambda: Counter.objects.filter(key=Slot(Counter, "key")))
    locked = Prepared(
        lambda: Counter.objects.select_for_update().filter(count=Slot(Counter, "count"))
    )
    for _ in range(8):
        assert found(key="x") == []
        with transaction.atomic():
            assert locked(count=1) == []

    migrate("varchar(130)")
    try:
        assert found(key="x") == [], "it is planned anew"
        with transaction.atomic():
            assert locked(count=1) == []
    finally:
        migrate("varchar(120)")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_it_fails_once() -> None:
    locked = Prepared(
        lambda: Counter.objects.select_for_update().filter(count=Slot(Counter, "count"))
    )

    def ask() -> None:
        with transaction.atomic():
            assert locked(count=1) == []

    for _ in range(8):
        ask()
    migrate("varchar(130)")
    try:
        with pytest.raises(NotSupportedError):
            ask()
        ask()
    finally:
        migrate("varchar(120)")
