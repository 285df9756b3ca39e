"""The rules of domain 4.4, at their edges."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from ravs_identity import services
from ravs_identity.models import Person
from ravs_identity.passwords import parts_of
from ravs_identity.tests.conftest import NEW_PASSWORD, PASSWORD, ask_for_link, newest_link

NOW = datetime(2026, 3, 26, 9, 0, tzinfo=UTC)


def refusals(password: str, person: Person) -> set[str]:
    try:
        validate_password(password, user=person)
    except ValidationError as error:
        return {str(one.code) for one in error.error_list}
    return set()


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("Abcdef1", {"short"}),
        ("Abcdef12", set()),
        ("ABCDEF12", {"lower"}),
        ("abcdef12", {"upper"}),
        ("Abcdefgh", {"digit"}),
        ("--------", {"lower", "upper", "digit"}),
        ("Éèàùçñ78", set()),
        ("Aa1" + "x" * 125, set()),
        ("Aa1" + "x" * 126, {"long"}),
        ("My-Asha.Patel-1", {"username"}),
        ("the-PATEL-77", {"username"}),
        ("Trust-me-77-please", {"username"}),
        ("Net-and-Nhs-77", set()),
    ],
)
def test_it_accepts_and_refuses(asha: Person, password: str, expected: set[str]) -> None:
    assert refusals(password, asha) == expected


def test_short_parts_of_an_address_do_not_forbid_half_the_alphabet() -> None:
    assert parts_of("jo.li@nhs.net") == {"jo.li"}
    assert parts_of("bob@rivertrust.nhs.uk") == {"bob", "rivertrust"}


def test_none_of_the_last_five_is_accepted_and_the_sixth_is(db: None) -> None:
    history = [PASSWORD, *(f"Lantern-{n}-Copper" for n in range(1, 6))]
    with time_machine.travel(NOW, tick=False) as clock:
        ben = services.create_activated_person(
            email="ben@trust.nhs.uk", first_name="Ben", last_name="Okafor", password=PASSWORD
        )
        for password in history[1:]:
            clock.shift(timedelta(minutes=1))
            change(ben, password)
    ben.refresh_from_db()
    assert [refusals(password, ben) for password in history] == [set(), *[{"used"}] * 5]
    assert ben.past_passwords.count() == 5


def change(person: Person, password: str) -> None:
    services.send_reset(person=person)
    services.reset_password(token=newest_link(person).rsplit("/", 1)[1], password=password)


def test_the_page_says_every_rule_that_was_broken(client: Client, ben: Person) -> None:
    ask_for_link(client, ben.email)
    page = client.post(newest_link(ben), {"password": "okafor"})
    text = page.content.decode()
    assert page.status_code == 200
    assert text.count("Password must have at least 8 characters") == 2, "summary and field"
    assert "Password must include an upper case letter" in text
    assert "Password must include a number" in text
    assert "Password must not include any part of your email address" in text
    assert client.post(newest_link(ben), {"password": NEW_PASSWORD}).status_code == 302


def test_the_current_password_is_not_accepted_anew(client: Client, ben: Person) -> None:
    ask_for_link(client, ben.email)
    page = client.post(newest_link(ben), {"password": PASSWORD})
    assert "Password must not be one of your last 5 passwords" in page.content.decode()
