"""A form with effects is carried out once, however often and however quickly it is sent."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from ravs.accounts import submissions
from ravs.accounts.models import Account, Journey, Submission
from ravs.accounts.submissions import BadKey, is_key, keep, new_key, once, recall
from tests.people import account

ADDED = "/o/RR8/users/invited"
AT_ONCE = 100


class Adding:
    """Stands for a verb: what it did shows in a row of its own, so it can be rolled back."""

    def __init__(self, result: str = ADDED) -> None:
        self.result = result

    def __call__(self) -> str:
        account(f"Added {Account.objects.count()}")
        return self.result


def added() -> int:
    return Account.objects.filter(first_name="Added").count()


def test_it_makes_keys_that_nobody_can_guess_or_forge() -> None:
    keys = {new_key() for _ in range(100)}

    assert len(keys) == 100
    assert all(is_key(key) and len(key.partition(":")[0]) == 22 for key in keys)


@pytest.mark.parametrize("key", ["", "a", "a:b:c", "é", "\x00", "a" * 10_000])
def test_it_knows_a_key_that_it_did_not_make(key: str) -> None:
    assert not is_key(key)


@pytest.mark.django_db
def test_it_runs_once_and_leads_the_second_to_the_first_ones_result(ada: Account) -> None:
    key = new_key()

    assert once(account=ada, key=key, act=Adding()) == ADDED
    assert once(account=ada, key=key, act=Adding("/elsewhere")) == ADDED
    assert added() == 1


@pytest.mark.django_db
def test_it_runs_again_under_another_key(ada: Account) -> None:
    for _ in range(2):
        once(account=ada, key=new_key(), act=Adding())

    assert added() == 2


@pytest.mark.django_db
def test_it_leaves_the_key_good_when_the_verb_refuses(ada: Account) -> None:
    key = new_key()

    def refused() -> str:
        Adding()()
        raise PermissionError("no")

    with pytest.raises(PermissionError):
        once(account=ada, key=key, act=refused)
    assert added() == 0
    assert not Submission.objects.exists()

    assert once(account=ada, key=key, act=Adding()) == ADDED


@pytest.mark.django_db
def test_it_refuses_a_key_that_it_did_not_make(ada: Account) -> None:
    for key in ("", "made-up", new_key() + "x", new_key().replace(":", ";")):
        with pytest.raises(BadKey):
            once(account=ada, key=key, act=Adding())
    assert added() == 0


@pytest.mark.django_db
def test_it_refuses_a_key_that_somebody_else_spent(ada: Account) -> None:
    key = new_key()
    once(account=ada, key=key, act=Adding())

    with pytest.raises(BadKey):
        once(account=account("Bea Smith"), key=key, act=Adding())
    assert added() == 1


@pytest.mark.django_db
def test_it_takes_a_key_for_a_week(ada: Account, clock: time_machine.Traveller) -> None:
    key = new_key()
    clock.shift(timedelta(days=7))
    assert is_key(key)
    clock.shift(1)

    with pytest.raises(BadKey):
        once(account=ada, key=key, act=Adding())


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_it_runs_once_when_a_hundred_come_together() -> None:
    """*Confirm and send*, pressed a hundred times."""
    ada = account("Ada Jones")
    key = new_key()
    start = threading.Barrier(AT_ONCE)

    def send(_: int) -> str:
        try:
            start.wait()
            return once(account=ada, key=key, act=Adding())
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(send, range(AT_ONCE)))

    assert results == [ADDED] * AT_ONCE
    assert added() == 1
    assert Submission.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_it_lets_the_second_go_when_the_first_one_fails() -> None:
    """The second waits for the first; when that rolls back, the second's verb runs."""
    ada = account("Ada Jones")
    key = new_key()
    inside, waiting = threading.Event(), threading.Event()

    def fails() -> str:
        inside.set()
        waiting.wait(10)
        raise PermissionError("no")

    def first() -> None:
        try:
            with pytest.raises(PermissionError):
                once(account=ada, key=key, act=fails)
        finally:
            connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    inside.wait(10)
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(_once_and_close, ada, key)
        with pytest.raises(TimeoutError):
            second.result(timeout=0.3)
        waiting.set()
        assert second.result(timeout=10) == ADDED
    thread.join()

    assert added() == 1


def _once_and_close(ada: Account, key: str) -> str:
    try:
        return once(account=ada, key=key, act=Adding())
    finally:
        connection.close()


@pytest.mark.django_db
def test_it_keeps_what_was_typed_apart_for_each_journey(ada: Account) -> None:
    first, second = new_key(), new_key()
    keep(account=ada, key=first, kind="add-user", values={"email": "one@nhs.net"})
    keep(account=ada, key=second, kind="add-user", values={"email": "two@nhs.net"})
    keep(account=ada, key=first, kind="add-user", values={"email": "changed@nhs.net"})

    assert recall(account=ada, key=first, kind="add-user") == {"email": "changed@nhs.net"}
    assert recall(account=ada, key=second, kind="add-user") == {"email": "two@nhs.net"}


@pytest.mark.django_db
def test_it_shows_what_was_typed_to_its_owner_and_its_kind_only(ada: Account) -> None:
    key = new_key()
    bea = account("Bea Smith")
    keep(account=ada, key=key, kind="add-user", values={"email": "one@nhs.net"})

    assert recall(account=bea, key=key, kind="add-user") is None
    assert recall(account=ada, key=key, kind="change-user") is None
    assert recall(account=ada, key=new_key(), kind="add-user") is None
    assert recall(account=ada, key="made-up", kind="add-user") is None
    for who, kind in ((bea, "add-user"), (ada, "change-user")):
        with pytest.raises(BadKey), transaction.atomic():
            keep(account=who, key=key, kind=kind, values={"email": "stolen@nhs.net"})
    assert recall(account=ada, key=key, kind="add-user") == {"email": "one@nhs.net"}


@pytest.mark.django_db
def test_it_forgets_what_no_form_can_hold_any_more(
    ada: Account, clock: time_machine.Traveller
) -> None:
    once(account=ada, key=new_key(), act=Adding())
    keep(account=ada, key=new_key(), kind="add-user", values={})
    clock.shift(timedelta(days=8))
    assert submissions.clear_old(timezone.now()) == 0
    clock.shift(1)

    assert submissions.clear_old(timezone.now()) == 2
    assert not Submission.objects.exists()
    assert not Journey.objects.exists()
