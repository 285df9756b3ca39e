"""From being added to being able to sign in."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from ravs.mail.models import Message
from ravs_identity import mailroom, services
from ravs_identity.models import LinkState, OneTimeLink, Person, Purpose
from ravs_identity.tests.conftest import (
    PASSWORD,
    ask_for_link,
    letters,
    link_in,
    newest_link,
    sign_in,
    who_is,
)

ADDED = datetime(2026, 3, 26, 14, 5, tzinfo=UTC)
WEEK = timedelta(days=7)


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_a_person_reads_the_mail_chooses_a_password_and_signs_in(
    client: Client, asha: Person
) -> None:
    [letter] = letters(asha)
    assert letter.to == "asha.patel@trust.nhs.uk"
    assert letter.subject == "Local sign-in: activate your account"
    page = client.get(link_in(letter))
    assert "asha.patel@trust.nhs.uk" in text_of(page)
    assert 'autocomplete="new-password"' in text_of(page)
    response = client.post(link_in(letter), {"password": PASSWORD})
    assert response.url == "/activated"
    assert "Your account is ready" in text_of(client.get("/activated"))
    assert who_is(client) == "", "activating is not signing in"
    sign_in(client, "Asha.Patel@trust.nhs.uk")
    assert who_is(client) == "Asha Patel, asha.patel@trust.nhs.uk"
    asha.refresh_from_db()
    assert asha.is_activated


@pytest.mark.parametrize(
    ("added", "said"),
    [
        (datetime(2026, 1, 15, 14, 5, tzinfo=UTC), "22 January 2026 at 2:05pm UK time (GMT)"),
        (datetime(2026, 3, 26, 14, 5, tzinfo=UTC), "2 April 2026 at 3:05pm UK time (BST)"),
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "8 July 2026 at 12:30am UK time (BST)"),
    ],
)
def test_the_mail_says_exactly_until_when(db: None, added: datetime, said: str) -> None:
    with time_machine.travel(added, tick=False):
        person = services.create_person(email="jo@trust.nhs.uk")
    [letter] = letters(person)
    assert said in letter.text
    assert said in letter.html


def test_opening_the_link_any_number_of_times_spends_nothing(client: Client, asha: Person) -> None:
    for _ in range(3):
        assert client.get(newest_link(asha)).status_code == 200
        assert client.head(newest_link(asha)).status_code == 200
    assert client.post(newest_link(asha), {"password": PASSWORD}).status_code == 302


def test_a_refused_password_spends_nothing(client: Client, asha: Person) -> None:
    assert "There is a problem" in text_of(client.post(newest_link(asha), {"password": "short"}))
    assert client.post(newest_link(asha), {"password": PASSWORD}).status_code == 302


def test_a_used_link_tells_the_person_to_sign_in(client: Client, asha: Person) -> None:
    link = newest_link(asha)
    client.post(link, {"password": PASSWORD})
    for response in (client.get(link), client.post(link, {"password": "Another-One-42"})):
        assert response.status_code == 410
        assert "You have already activated your account" in text_of(response)
    sign_in(client, asha.email)
    assert who_is(client), "the second password was not set"


@pytest.mark.parametrize(
    ("later", "status"),
    [(WEEK - timedelta(seconds=1), 200), (WEEK, 410), (WEEK + timedelta(days=30), 410)],
)
def test_the_link_lives_seven_days(client: Client, db: None, later: timedelta, status: int) -> None:
    with time_machine.travel(ADDED, tick=False) as clock:
        person = services.create_person(email="jo@trust.nhs.uk")
        clock.shift(later)
        page = client.get(newest_link(person))
        assert page.status_code == status
        posted = client.post(newest_link(person), {"password": PASSWORD})
    person.refresh_from_db()
    assert person.is_activated is (status == 200)
    assert posted.status_code == (302 if status == 200 else 410)
    if status == 410:
        assert "This link has expired" in text_of(page)
        assert 'action="/forgot-password"' in text_of(page)


def test_after_expiry_a_person_asks_for_a_new_link_and_gets_one(client: Client, db: None) -> None:
    with time_machine.travel(ADDED, tick=False) as clock:
        person = services.create_person(email="jo@trust.nhs.uk")
        clock.shift(WEEK)
        response = ask_for_link(client, "JO@trust.nhs.uk")
        assert response.url == "/forgot-password/sent"  # type: ignore[attr-defined]
        _, second = Message.objects.filter(about=person.pk).order_by("pk")
        assert "9 April 2026 at 3:05pm" in second.text
        assert client.post(link_in(second), {"password": PASSWORD}).url == "/activated"


def test_sending_again_ends_the_older_link(client: Client, asha: Person) -> None:
    services.send_activation(person=asha)
    first, second = letters(asha)
    old = client.get(link_in(first))
    assert old.status_code == 410
    assert "There is a newer link" in text_of(old)
    assert client.post(link_in(first), {"password": PASSWORD}).status_code == 410
    assert client.post(link_in(second), {"password": PASSWORD}).status_code == 302
    assert "already activated" in text_of(client.get(link_in(first)))


def test_nobody_activated_gets_another_activation(ben: Person) -> None:
    assert services.send_activation(person=ben) is None
    assert letters(ben) == []


def test_somebody_deactivated_cannot_activate(client: Client, asha: Person) -> None:
    link = newest_link(asha)
    services.update_person(
        person=asha, first_name="Asha", last_name="Patel", external_id="", is_active=False
    )
    assert client.get(link).status_code == 410
    assert client.post(link, {"password": PASSWORD}).status_code == 410
    asha.refresh_from_db()
    assert not asha.has_usable_password()


def test_a_link_never_sent_looks_like_an_expired_one(client: Client, db: None) -> None:
    response = client.get("/activate/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    assert response.status_code == 404
    assert "This link has expired" in text_of(response)


def test_a_link_of_one_kind_opens_no_other_door(client: Client, asha: Person) -> None:
    link = newest_link(asha).replace("/activate/", "/reset-password/")
    assert client.post(link, {"password": PASSWORD}).status_code == 404


def test_the_database_keeps_no_token(asha: Person) -> None:
    token = newest_link(asha).rsplit("/", 1)[1]
    assert len(token) >= 43, "256 bits in base64"
    row = OneTimeLink.objects.get(person=asha)
    assert token not in str(vars(row))
    assert row.digest == services.digest(token)


def test_a_letter_keeps_no_link_once_it_has_left(asha: Person, mailoutbox: list[object]) -> None:
    mailroom.go_round(50)
    [sent] = mailoutbox
    assert "/activate/" in sent.body  # type: ignore[attr-defined]
    [row] = letters(asha)
    assert (row.state, row.text, row.html) == (Message.State.SENT, "", "")


def test_a_name_in_the_mail_is_only_a_name(db: None) -> None:
    person = services.create_person(
        email="jo@trust.nhs.uk",
        first_name="<b>[Jo](http://evil.example)",
        last_name="https://evil.example *x*",
    )
    [letter] = letters(person)
    assert "<b>" not in letter.html
    assert 'href="http://evil' not in letter.html
    assert 'href="https://evil' not in letter.html
    assert "[Jo](http://evil.example)" in letter.text


def test_twenty_letters_leave_one_link_that_works(db: None) -> None:
    person = services.create_person(email="jo@trust.nhs.uk")
    for _ in range(19):
        services.send_activation(person=person)
    assert person.links.count() == 20
    open_links = [link for link in person.links.all() if link.state(ADDED) is LinkState.LIVE]
    assert len(open_links) == 1


def test_find_link_tells_purposes_apart(asha: Person) -> None:
    token = newest_link(asha).rsplit("/", 1)[1]
    assert services.find_link(token=token, purpose=Purpose.ACTIVATION)
    assert services.find_link(token=token, purpose=Purpose.RESET) is None
