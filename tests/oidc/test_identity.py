"""An account belongs to one subject at an issuer; who comes as another is refused, and told of."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
import time_machine
from django.db import connection
from pytest_django import Settings

from ravs.accounts import services
from ravs.accounts.models import Account, Identity, Session
from ravs.accounts.oidc import attempts
from ravs.accounts.refusals import OtherIdentity
from ravs.accounts.sessions import SessionStore
from ravs.audit.models import Event
from ravs.mail.models import Message
from tests.oidc.browser import Browser
from tests.oidc.provider import Person, Provider
from tests.people import account as make_account

ISSUER = "https://identity.test"
AT_ONCE = 20

T = TypeVar("T")


@pytest.mark.django_db
def test_it_refuses_another_subject_with_the_same_address(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    visitor.sign_in()
    provider.script.person = Person(subject="subject-of-mallory")
    mallory = Browser(provider)

    response = mallory.sign_in()

    assert response.status_code == 403
    assert "We could not log you in" in response.content.decode()
    assert not mallory.is_signed_in()
    assert Identity.objects.get().subject == "subject-of-ada"
    event = Event.objects.get(type="sign_in.refused_identity")
    assert (event.actor, event.subject) == (None, ada.public_id)


@pytest.mark.django_db
def test_it_tells_support_once_a_day(visitor: Browser, ada: Account, provider: Provider) -> None:
    visitor.sign_in()
    provider.script.person = Person(subject="subject-of-mallory")
    with time_machine.travel("2026-07-01T12:00:00Z", tick=False) as clock:
        for _ in range(3):
            Browser(provider).sign_in()
        letter = Message.objects.get(kind="other-identity")
        clock.shift(24 * 60 * 60 + 1)
        Browser(provider).sign_in()

    assert letter.to == "support@ravs.test"
    assert "Ada Jones" in letter.text
    assert "ravs users unbind-identity" in letter.text
    assert "subject-of" not in letter.text
    assert Message.objects.filter(kind="other-identity").count() == 2


@pytest.mark.django_db
def test_it_logs_for_support_that_has_no_address(
    visitor: Browser,
    ada: Account,
    provider: Provider,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.SUPPORT_CONTACT = "0300 123 4567"
    visitor.sign_in()
    provider.script.person = Person(subject="subject-of-mallory")

    Browser(provider).sign_in()

    assert not Message.objects.exists()
    told = [r for r in caplog.records if r.levelno == logging.ERROR and "another identity" in r.msg]
    assert len(told) == 1
    assert str(ada.public_id) in told[0].getMessage()


@pytest.mark.django_db
def test_it_takes_the_same_subject_of_another_issuer_for_somebody_else(
    visitor: Browser, ada: Account, provider: Provider, settings: Settings
) -> None:
    visitor.sign_in()
    with Provider() as second:
        settings.OIDC_ISSUER = second.issuer
        second.script.person = Person("subject-of-ada", "nobody@rw3.nhs.uk")

        assert Browser(second).sign_in().status_code == 403


@pytest.mark.django_db
def test_it_binds_one_identity_at_each_issuer(
    visitor: Browser, ada: Account, provider: Provider, settings: Settings
) -> None:
    visitor.sign_in()
    with Provider() as second:
        settings.OIDC_ISSUER = second.issuer
        second.script.person = Person("ada-over-there")

        assert Browser(second).sign_in().status_code == 302

    assert set(ada.identities.values_list("issuer", "subject")) == {
        (provider.issuer, "subject-of-ada"),
        (second.issuer, "ada-over-there"),
    }


@pytest.mark.django_db
def test_it_binds_anew_after_an_operator_unbinds(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    visitor.sign_in()

    assert services.unbind_identity(actor=None, account=ada) == 1

    assert not visitor.is_signed_in()
    assert not Session.objects.filter(account=ada).exists()
    event = Event.objects.get(type="identity.unbound")
    assert (event.actor, event.subject) == (None, ada.public_id)
    assert "subject-of-ada" not in str(event.data)
    provider.script.person = Person(subject="subject-of-ada-again")
    assert Browser(provider).sign_in().status_code == 302
    assert Identity.objects.get().subject == "subject-of-ada-again"


@pytest.mark.django_db
def test_it_unbinds_at_one_issuer_only_when_told_which() -> None:
    ada = make_account("Ada Jones")
    for issuer in (ISSUER, "https://other.test"):
        services.bind_identity(actor=ada, account=ada, issuer=issuer, subject="ada")

    assert services.unbind_identity(actor=ada, account=ada, issuer=ISSUER) == 1
    assert services.unbind_identity(actor=ada, account=ada, issuer=ISSUER) == 0

    assert Identity.objects.get().issuer == "https://other.test"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_it_binds_once_when_many_first_log_ins_come_together() -> None:
    ada = make_account("Ada Jones", "ada.jones@rw3.nhs.uk")

    def first_log_in() -> int:
        found = services.account_of(issuer=ISSUER, subject="ada", email="Ada.Jones@rw3.nhs.uk")
        return found.pk

    assert together(first_log_in) == [ada.pk] * AT_ONCE
    assert Identity.objects.get().account == ada
    assert Event.objects.filter(type="identity.bound").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_it_binds_one_subject_when_two_claim_an_account_together() -> None:
    make_account("Ada Jones", "ada.jones@rw3.nhs.uk")
    numbers = iter(range(AT_ONCE))
    lock = threading.Lock()

    def first_log_in() -> str:
        with lock:
            subject = f"subject-{next(numbers) % 2}"
        try:
            services.account_of(issuer=ISSUER, subject=subject, email="ada.jones@rw3.nhs.uk")
        except OtherIdentity:
            return "refused"
        return subject

    outcomes = together(first_log_in)

    bound = Identity.objects.get().subject
    assert sorted(outcomes) == sorted(["refused"] * (AT_ONCE // 2) + [bound] * (AT_ONCE // 2))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_it_takes_an_attempt_once_however_often_its_answer_comes_together() -> None:
    session = SessionStore()
    state = attempts.begin(session, next_path="/", anew=False).state

    taken = together(lambda: attempts.take(SessionStore(session.session_key), state))

    assert len([attempt for attempt in taken if attempt is not None]) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_it_loses_no_tab_when_several_start_together() -> None:
    session = SessionStore()
    session.create()

    def start() -> str:
        tab = SessionStore(session.session_key)
        return attempts.begin(tab, next_path="/", anew=False).state

    states = together(start, times=attempts.MOST)

    assert set(SessionStore(session.session_key)[attempts.KEY]) == set(states)


def together(act: Callable[[], T], times: int = AT_ONCE) -> list[T]:
    """What ``act`` returns in each of many threads that set off at the same moment."""
    start = threading.Barrier(times)

    def run(_: int) -> T:
        try:
            start.wait()
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))
