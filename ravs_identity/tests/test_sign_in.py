"""Signing in and out, and what it gives away: nothing."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher, identify_hasher
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from ravs_identity import services
from ravs_identity.models import LinkRequest, Person
from ravs_identity.sign_in import AccountAdapter
from ravs_identity.tests.conftest import (
    HOST,
    NEW_PASSWORD,
    PASSWORD,
    ask_for_link,
    letters,
    newest_link,
    sign_in,
    who_is,
)
from tests.clients import PageClient

NOW = datetime(2026, 3, 26, 9, 0, tzinfo=UTC)
EVERYBODY = ("asha.patel@trust.nhs.uk", "ben.okafor@trust.nhs.uk", "gone@trust.nhs.uk")
NOBODY = "nobody@trust.nhs.uk"


@pytest.fixture
def gone(db: None) -> Person:
    """Somebody who had an account and was deactivated."""
    person = services.create_activated_person(
        email="gone@trust.nhs.uk", first_name="Cat", last_name="Gone", password=PASSWORD
    )
    return deactivate(person)


def deactivate(person: Person) -> Person:
    return services.update_person(
        person=person,
        first_name=person.first_name,
        last_name=person.last_name,
        external_id=person.external_id,
        is_active=False,
    )


def without_secrets(response: HttpResponse, address: str) -> str:
    text = response.content.decode().replace(address, "ADDRESS")
    return re.sub(r'(nonce|name="csrfmiddlewaretoken" value)="[^"]*"', r"\1", text)


def test_signing_in_and_out(client: Client, ben: Person) -> None:
    assert client.get("/").url == "/sign-in"
    page = client.get("/sign-in").content.decode()
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert sign_in(client, ben.email).url == "/"
    assert who_is(client) == "Ben Okafor, ben.okafor@trust.nhs.uk"
    client.get("/sign-out")
    assert who_is(client), "a GET signs nobody out"
    assert client.post("/sign-out").url == "/signed-out"
    assert "You are signed out" in client.get("/signed-out").content.decode()
    assert who_is(client) == ""


def test_the_session_is_new_after_signing_in(client: Client, ben: Person) -> None:
    client.get("/sign-in")
    client.session.create()
    before = client.session.session_key
    client.cookies["identity-session"] = before
    sign_in(client, ben.email)
    after = client.cookies["identity-session"].value
    assert after != before
    sign_out = PageClient(HTTP_HOST=HOST)
    sign_out.cookies["identity-session"] = before
    assert who_is(sign_out) == ""


def test_a_session_ends_thirty_minutes_after_the_password(client: Client, ben: Person) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        sign_in(client, ben.email)
        clock.shift(timedelta(minutes=29))
        assert who_is(client)
        clock.shift(timedelta(minutes=1, seconds=1))
        assert who_is(client) == ""


def test_cookies_are_our_own_and_out_of_reach_of_scripts(client: Client, ben: Person) -> None:
    client.get("/sign-in")
    sign_in(client, ben.email)
    assert set(client.cookies) == {"identity-session", "identity-csrf"}
    for cookie in client.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["path"] == "/"
        assert not cookie["domain"]


@pytest.mark.parametrize("address", EVERYBODY)
def test_a_wrong_password_looks_the_same_for_everybody(
    client: Client, asha: Person, ben: Person, gone: Person, address: str
) -> None:
    known = sign_in(client, address, "Wrong-Password-1")
    unknown = sign_in(client, NOBODY, "Wrong-Password-1")
    assert known.status_code == unknown.status_code == 200
    assert without_secrets(known, address) == without_secrets(unknown, NOBODY)
    assert "The email address or password you entered is not correct" in known.content.decode()


@pytest.mark.parametrize("address", [*EVERYBODY, NOBODY])
def test_a_wrong_password_costs_one_hash_for_everybody(
    client: Client,
    asha: Person,
    ben: Person,
    gone: Person,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Hashing is what takes the time, so its count is what a stop-watch would tell."""
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counting(hasher: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(hasher, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    sign_in(client, address, "Wrong-Password-1")
    assert len(hashed) == 1


@pytest.mark.parametrize("address", ["asha.patel@trust.nhs.uk", "gone@trust.nhs.uk"])
def test_the_right_password_is_wrong_for_who_may_not_come_in(
    client: Client, asha: Person, gone: Person, address: str
) -> None:
    asha.set_password(PASSWORD)
    asha.save()
    refused = sign_in(client, address)
    wrong = sign_in(client, address, "Wrong-Password-1")
    assert without_secrets(refused, address) == without_secrets(wrong, address)
    assert who_is(client) == ""


def test_somebody_switched_off_while_they_sign_in_meets_a_shut_door(
    client: Client, ben: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    proved = AccountAdapter.authenticate

    def switched_off_meanwhile(*args: Any, **given: Any) -> Person | None:
        person = proved(*args, **given)
        if person is not None:
            deactivate(person)
            person.refresh_from_db()
        return person

    monkeypatch.setattr(AccountAdapter, "authenticate", switched_off_meanwhile)
    data = {"login": ben.email, "password": PASSWORD}
    assert client.post("/sign-in", data).status_code == 403
    assert client.get("/").url == "/sign-in"


def test_deactivation_ends_sessions_at_once(client: Client, ben: Person) -> None:
    sign_in(client, ben.email)
    deactivate(ben)
    assert who_is(client) == ""


@pytest.mark.parametrize("address", EVERYBODY)
def test_asking_for_a_link_does_the_same_for_everybody(
    client: Client, asha: Person, ben: Person, gone: Person, address: str
) -> None:
    answers = []
    for typed in (address, NOBODY):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.post("/forgot-password", {"email": typed})
        answers.append((response.status_code, response.url, len(queries)))
    assert answers[0] == answers[1]
    assert answers[0][:2] == (302, "/forgot-password/sent")
    assert LinkRequest.objects.count() == 2


def test_each_gets_the_letter_that_fits(
    client: Client, asha: Person, ben: Person, gone: Person
) -> None:
    for address in (*EVERYBODY, NOBODY):
        ask_for_link(client, address)
    assert [letter.kind for letter in letters(asha)] == ["identity-activation"] * 2
    assert [letter.kind for letter in letters(ben)] == ["identity-password-reset"]
    assert letters(gone) == []
    assert not LinkRequest.objects.exists()


def test_a_new_password_by_mail_ends_every_other_session(client: Client, ben: Person) -> None:
    sign_in(client, ben.email)
    elsewhere = PageClient(HTTP_HOST=HOST)
    ask_for_link(elsewhere, ben.email)
    link = newest_link(ben)
    assert elsewhere.post(link, {"password": NEW_PASSWORD}).url == "/password-changed"
    assert who_is(client) == ""
    assert sign_in(client, ben.email).status_code == 200, "the old password is wrong now"
    sign_in(client, ben.email, NEW_PASSWORD)
    assert who_is(client)
    assert letters(ben)[-1].subject == "Local sign-in: your password was changed"
    assert elsewhere.get(link).status_code == 410
    assert "You have already used this link" in elsewhere.get(link).content.decode()


@pytest.mark.parametrize(("minutes", "status"), [(59, 302), (60, 410)])
def test_a_reset_link_lives_one_hour(client: Client, db: None, minutes: int, status: int) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        ben = services.create_activated_person(
            email="ben@trust.nhs.uk", first_name="Ben", last_name="Okafor", password=PASSWORD
        )
        services.send_reset(person=ben)
        assert "26 March 2026 at 10am UK time (GMT)" in letters(ben)[-1].text
        clock.shift(timedelta(minutes=minutes))
        assert client.post(newest_link(ben), {"password": NEW_PASSWORD}).status_code == status


@pytest.mark.parametrize("address", [*EVERYBODY, NOBODY])
def test_the_sixth_wrong_password_in_five_minutes_is_one_too_many(
    client: Client, asha: Person, ben: Person, gone: Person, address: str
) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        spellings = [address, address.upper(), f" {address}", f"{address}\u200c", address]
        for spelling in spellings:
            assert sign_in(client, spelling, "Wrong-Password-1").status_code == 200
        refused = sign_in(client, address, "Wrong-Password-1")
        assert refused.status_code == 429
        assert "You have tried too many times" in refused.content.decode()
        assert refused["Retry-After"] == "300"
        assert sign_in(client, address).status_code == 429, "even with the right password"
        clock.shift(timedelta(minutes=5, seconds=1))
        assert sign_in(client, address, "Wrong-Password-1").status_code == 200


def test_too_many_guesses_lock_nobody_out_for_good(client: Client, ben: Person) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(8):
            sign_in(client, ben.email, "Wrong-Password-1")
        clock.shift(timedelta(minutes=6))
        sign_in(client, ben.email)
        assert who_is(client)


def test_a_proved_address_may_sign_in_at_once_whoever_guessed(client: Client, ben: Person) -> None:
    for _ in range(6):
        sign_in(client, ben.email, "Wrong-Password-1")
    ask_for_link(client, ben.email)
    client.post(newest_link(ben), {"password": NEW_PASSWORD})
    sign_in(client, ben.email, NEW_PASSWORD)
    assert who_is(client)


def test_guessing_from_one_place_at_many_addresses_is_limited(client: Client, db: None) -> None:
    with time_machine.travel(NOW, tick=False):
        answers = [
            sign_in(client, f"person{n}@trust.nhs.uk", "Wrong-Password-1").status_code
            for n in range(31)
        ]
    assert answers == [200] * 30 + [429]


def test_asking_for_links_is_limited_by_address_and_by_place(client: Client, db: None) -> None:
    def ask(address: str) -> int:
        return int(client.post("/forgot-password", {"email": address}).status_code)

    with time_machine.travel(NOW, tick=False) as clock:
        assert [ask("jo@trust.nhs.uk") for _ in range(4)] == [302, 302, 302, 429]
        others = [ask(f"jo{n}@trust.nhs.uk") for n in range(18)]
        assert others == [302] * 16 + [429] * 2, "twenty a minute from one place"
        clock.shift(timedelta(minutes=15, seconds=1))
        assert ask("jo@trust.nhs.uk") == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "http://localhost:8001.evil.example/",
        "http://localhost/",
        "javascript:alert(1)",
        "///evil.example",
    ],
)
def test_signing_in_leads_nowhere_else(client: Client, ben: Person, target: str) -> None:
    assert sign_in(client, ben.email, path=target).url == "/"


def test_signing_in_leads_back_to_where_it_was_asked_for(client: Client, ben: Person) -> None:
    assert sign_in(client, ben.email, path="/forgot-password").url == "/forgot-password"


def test_empty_fields_are_asked_for(client: Client, db: None) -> None:
    text = sign_in(client, "", "").content.decode()
    assert "Enter your email address" in text
    assert "Enter your password" in text
    assert (
        "Enter an email address in the correct format"
        in sign_in(client, "jo", "x").content.decode()
    )


def test_a_form_without_its_token_is_refused(ben: Person) -> None:
    strict = PageClient(HTTP_HOST=HOST, enforce_csrf_checks=True)
    for path in ("/sign-in", "/sign-out", "/forgot-password", "/activate/x", "/reset-password/x"):
        response = strict.post(path, {"login": ben.email, "password": PASSWORD})
        assert response.status_code == 403, path
        assert "That page was too old" in response.content.decode()


def test_passwords_are_kept_with_argon2(settings: Settings, db: None) -> None:
    from ravs_identity import settings as real

    settings.PASSWORD_HASHERS = real.PASSWORD_HASHERS
    person = services.create_activated_person(
        email="jo@trust.nhs.uk", first_name="Jo", last_name="Li", password=PASSWORD
    )
    assert identify_hasher(person.password).algorithm == "argon2"
    assert person.past_passwords.get().hash == person.password
