"""Finding a patient, page by page, as Rosa does it."""

import re
from datetime import date
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from ravs.accounts.models import Journey
from ravs.audit.models import Event
from ravs.integrations.pds.models import Outage, Person
from ravs.patients.models import Patient
from tests import patients
from tests.clients import PageClient
from tests.people import NOON, Leeds, stranger

pytestmark = [pytest.mark.django_db, pytest.mark.once]

MARGARET = {
    "first_name": "marg",
    "last_name": "THISTLEWOOD",
    "birth_date_day": "12",
    "birth_date_month": "3",
    "birth_date_year": "1950",
    "postcode": "",
}
JOHN = MARGARET | {
    "first_name": "John",
    "last_name": "Ashby",
    "birth_date_day": "5",
    "birth_date_month": "5",
    "birth_date_year": "1961",
}
NOBODY = MARGARET | {"last_name": "Unheard-Of"}


def text(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def key_of(response: Any) -> str:
    found = re.search(r'name="key" value="([^"]+)"', response.content.decode())
    assert found
    return found[1]


def details(number: str) -> str:
    patient = Patient.objects.get(nhs_number=number)
    return reverse("vaccinations:patient", kwargs={"ods": "RR8", "patient": patient.public_id})


def ask(rosa: PageClient, number: str = patients.PLAIN, status: int = 302, **more: str) -> Any:
    return rosa.submit(
        "patients:find", {"known": "yes", "nhs_number": number, **more}, status=status, ods="RR8"
    )


def look_for(rosa: PageClient, who: dict[str, str], status: int = 302, **more: str) -> Any:
    return rosa.submit("patients:search", who | more, status=status, ods="RR8")


@pytest.fixture
def silence(leeds: Leeds) -> None:
    Outage.objects.create(since=timezone.now())


def test_yes_is_chosen_already_as_the_number_is_nearly_always_known(rosa: PageClient) -> None:
    page = rosa.page("patients:find", ods="RR8")
    assert re.search(r'value="yes" checked', page.content.decode())
    assert page.headers["Cache-Control"].startswith("no-store")


@pytest.mark.parametrize("typed", ["9990000018", "999 000 0018", " 999-000-0018 "])
def test_a_number_leads_straight_to_the_patient(rosa: PageClient, typed: str) -> None:
    assert ask(rosa, typed).headers["Location"] == details(patients.PLAIN)
    assert not Journey.objects.exists()


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({}, "Select whether you know the patient’s NHS number"),
        ({"known": "yes"}, "Enter the patient’s NHS number"),
        ({"known": "yes", "nhs_number": "99900000"}, "Enter a 10-digit NHS number"),
        ({"known": "yes", "nhs_number": "999000001x"}, "Enter a 10-digit NHS number"),
        ({"known": "yes", "nhs_number": "9990000081"}, "Enter a valid NHS number. Check"),
        ({"known": "yes", "nhs_number": patients.NOBODYS}, "Enter a valid NHS number. Nobody"),
    ],
)
def test_what_is_wrong_with_a_number_is_said(
    rosa: PageClient, sent: dict[str, str], error: str
) -> None:
    page = rosa.submit("patients:find", sent, status=200, ods="RR8")
    assert error in text(page)
    assert not Patient.objects.exists()


def test_a_replaced_number_is_followed(rosa: PageClient) -> None:
    assert ask(rosa, patients.REPLACED).headers["Location"] == details(patients.MERGED)


def test_without_the_number_the_search_comes_next(rosa: PageClient) -> None:
    answer = ask(rosa, "", known="no")
    assert answer.headers["Location"].startswith("/o/RR8/patients/search?key=")


def test_a_draft_that_waits_for_a_patient_goes_along(rosa: PageClient) -> None:
    draft = "0192aaaa-0000-7000-8000-000000000000"
    first = rosa.page("patients:find", ods="RR8", query={"draft": draft})
    assert f'name="draft" value="{draft}"' in first.content.decode()
    chosen = ask(rosa, known="no", draft=draft)
    key = chosen.headers["Location"].partition("key=")[2]
    found = look_for(rosa, MARGARET, key=key)
    assert found.headers["Location"] == f"{details(patients.PLAIN)}?draft={draft}"
    nonsense = rosa.page("patients:find", ods="RR8", query={"draft": "<script>"})
    assert "draft" not in text(nonsense)


def test_somebody_who_alone_fits_is_opened_at_once(rosa: PageClient) -> None:
    assert look_for(rosa, MARGARET).headers["Location"] == details(patients.PLAIN)


@pytest.mark.parametrize(
    ("wrong", "errors"),
    [
        ({"first_name": ""}, ["Enter the patient’s first name"]),
        ({"first_name": "--"}, ["First name must include a letter"]),
        ({"last_name": " "}, ["Enter the patient’s last name"]),
        ({"birth_date_day": ""}, ["Date of birth must include a day"]),
        ({"birth_date_day": "31", "birth_date_month": "2"}, ["Date of birth must be a real date"]),
        ({"birth_date_year": "2027"}, ["Date of birth must be today or in the past"]),
        ({"birth_date_year": "1850"}, ["Date of birth must be within the last 130 years"]),
        ({"postcode": "Leeds"}, ["Enter a full UK postcode, like LS1 4AB, or the first part"]),
        (
            dict.fromkeys(MARGARET, "") | {"postcode": "L"},
            [
                "Enter the patient’s first name",
                "Enter the patient’s last name",
                "Enter the patient’s date of birth",
                "Enter a full UK postcode",
            ],
        ),
    ],
)
def test_what_is_wrong_with_the_details_is_said(
    rosa: PageClient, wrong: dict[str, str], errors: list[str]
) -> None:
    shown = text(look_for(rosa, MARGARET | wrong, status=200))
    for error in errors:
        assert error in shown


def test_somebody_born_today_can_be_looked_for(rosa: PageClient) -> None:
    born = {"birth_date_day": "4", "birth_date_month": "3", "birth_date_year": "2026"}
    assert "No patient found" in text(look_for(rosa, MARGARET | born, status=200))


def test_one_of_several_is_chosen(rosa: PageClient) -> None:
    answer = look_for(rosa, JOHN)
    listed = rosa.get(answer.headers["Location"])
    assert "Born 5 May 1961, 7 Elm Garth, Leeds, LS6 2CV, NHS number 999 000 0115" in text(listed)
    key = key_of(listed)
    nothing = rosa.submit("patients:results", {"key": key}, status=200, ods="RR8")
    assert "Select a patient, or that it is none of them" in text(nothing)
    chosen = rosa.submit(
        "patients:results", {"key": key, "patient": patients.NAMESAKES[1]}, ods="RR8"
    )
    assert chosen.headers["Location"] == details(patients.NAMESAKES[1])


def test_only_somebody_of_the_list_can_be_chosen(rosa: PageClient) -> None:
    key = key_of(rosa.get(look_for(rosa, JOHN).headers["Location"]))
    data = {"key": key, "patient": patients.PLAIN}
    page = rosa.submit("patients:results", data, status=200, ods="RR8")
    assert "Select a patient, or that it is none of them" in text(page)
    assert not Patient.objects.exists()


@pytest.mark.parametrize("postcode", ["bd3", "BD3 9KM", "bd39km"])
def test_a_postcode_tells_several_apart(rosa: PageClient, postcode: str) -> None:
    key = key_of(rosa.get(look_for(rosa, JOHN).headers["Location"]))
    refine = {"key": key, "patient": "refine"}
    missing = rosa.submit("patients:results", refine, status=200, ods="RR8")
    assert "Enter the patient’s postcode, or its first part" in text(missing)
    found = rosa.submit("patients:results", refine | {"postcode": postcode}, ods="RR8")
    assert found.headers["Location"] == details(patients.NAMESAKES[1])


def test_a_postcode_that_fits_nobody_leads_back_to_the_search(rosa: PageClient) -> None:
    key = key_of(rosa.get(look_for(rosa, JOHN).headers["Location"]))
    data = {"key": key, "patient": "refine", "postcode": "M1"}
    page = rosa.submit("patients:results", data, status=200, ods="RR8")
    assert "No patient found" in text(page)
    assert 'value="Ashby"' in page.content.decode()


def test_somebody_entered_here_is_found_by_the_same_search(rosa: PageClient, leeds: Leeds) -> None:
    ada = patients.without_number(leeds.organisation)
    sam = stranger()
    patients.without_number(sam.organisation, "Ada Nobody-Else")
    who = MARGARET | {
        "first_name": "ADA",
        "last_name": "nobody",
        "birth_date_day": "1",
        "birth_date_month": "5",
        "birth_date_year": "1990",
    }
    assert str(ada.public_id) in look_for(rosa, who).headers["Location"]
    assert str(ada.public_id) in look_for(rosa, who | {"postcode": "ls1"}).headers["Location"]
    assert "No patient found" in text(look_for(rosa, who | {"postcode": "M1"}, status=200))


def test_after_two_tries_one_may_go_on_without_a_number(rosa: PageClient) -> None:
    first = look_for(rosa, NOBODY, status=200)
    assert "Nobody fits these details" in text(first)
    assert "Continue without an NHS number" not in text(first)
    second = look_for(rosa, NOBODY, status=200, key=key_of(first))
    assert "Continue without an NHS number" in text(second)
    onward = re.search(r'href="(/o/RR8/patients/new\?key=[^"]+)"', second.content.decode())
    assert onward
    assert 'value="Unheard-Of"' in rosa.get(onward[1]).content.decode()


def test_an_outage_asks_to_try_again_and_then_offers_to_go_on(
    rosa: PageClient, silence: None
) -> None:
    first = ask(rosa, status=200)
    assert "We cannot look up patients at the moment" in text(first)
    assert "Try again" in text(first)
    assert "Continue without an NHS number" not in text(first)
    second = ask(rosa, status=200, key=key_of(first))
    assert "Continue without an NHS number" in text(second)
    Outage.objects.all().delete()
    assert ask(rosa, key=key_of(second)).headers["Location"] == details(patients.PLAIN)


def test_an_outage_of_the_search_is_told_in_the_same_way(rosa: PageClient, silence: None) -> None:
    first = look_for(rosa, JOHN, status=200)
    assert 'value="Ashby"' in first.content.decode()
    second = look_for(rosa, JOHN, status=200, key=key_of(first))
    assert "Continue without an NHS number" in text(second)
    listed = rosa.page("patients:results", ods="RR8", query={"key": key_of(second)})
    assert "We cannot look up patients at the moment" in text(listed)


def test_in_an_outage_the_details_held_here_can_be_used(rosa: PageClient, leeds: Leeds) -> None:
    patients.found(leeds.organisation)
    Outage.objects.create(since=timezone.now())
    page = ask(rosa, status=200)
    assert "use their details of 4 March 2026" in text(page)
    assert details(patients.PLAIN) in page.content.decode()


def test_no_address_and_no_title_tells_of_a_patient(rosa: PageClient) -> None:
    answers = [look_for(rosa, JOHN), ask(rosa), look_for(rosa, NOBODY, status=200)]
    answers.append(rosa.get(answers[0].headers["Location"]))
    for answer in answers:
        for word in ("Ashby", "999", "1961"):
            assert word not in answer.headers.get("Location", "")
            title = re.search(r"<title>(.*?)</title>", answer.content.decode(), re.DOTALL)
            assert not title or word not in title[1]


def test_a_key_opens_nothing_at_another_organisation_and_for_nobody_else(
    rosa: PageClient, leeds: Leeds, client: PageClient
) -> None:
    address = look_for(rosa, JOHN).headers["Location"]
    client.sign_in(leeds.adam.account)
    assert client.get(address).headers["Location"] == "/o/RR8/patients/search"


def test_two_tabs_look_for_two_people(rosa: PageClient) -> None:
    first = look_for(rosa, JOHN).headers["Location"]
    other = look_for(rosa, NOBODY, status=200)
    assert "John Ashby" in text(rosa.get(first))
    assert 'value="Unheard-Of"' in other.content.decode()


def test_looking_somebody_up_is_told_once(rosa: PageClient) -> None:
    ask(rosa)
    ask(rosa)
    assert Event.objects.filter(type="patient.added").count() == 1


def test_it_may_be_asked_so_often_and_no_more(rosa: PageClient, settings: Any) -> None:
    settings.RATES = settings.RATES | {"search": "2/m"}
    assert ask(rosa).status_code == 302
    assert look_for(rosa, MARGARET).status_code == 302
    ask(rosa, status=429)


def test_finding_somebody_takes_as_many_queries_whoever_fits(
    rosa: PageClient, django_assert_num_queries: Any
) -> None:
    ask(rosa)
    # Session, membership; the rate, counted and read; the directory's outage and person; in a
    # transaction who acts, their row and its renewal.
    with django_assert_num_queries(11):
        ask(rosa)
    crowd = [f"99955500{number:02}" for number in range(30)]
    born = date(1961, 5, 5)
    Person.write(
        Person(nhs_number=n, given_name="Jo", family_name="Ashby", birth_date=born) for n in crowd
    )
    few = look_for(rosa, JOHN).headers["Location"]
    many = look_for(rosa, JOHN | {"first_name": "Jo"}).headers["Location"]
    # Session, membership; the journey; the rate, counted and read; the directory's outage and
    # people; who was entered here; the event that says they were shown.
    with django_assert_num_queries(14):
        rosa.get(few)
    with django_assert_num_queries(14):
        listed = rosa.get(many)
    assert "More people fit than are listed here" in text(listed)


def test_a_deactivated_organisation_looks_nobody_up(client: PageClient) -> None:
    from tests.people import leeds as make

    with time_machine.travel(NOON, tick=False):
        client.sign_in(make("deactivated").rosa.account)
        client.page("patients:find", status=403, ods="RR8")
