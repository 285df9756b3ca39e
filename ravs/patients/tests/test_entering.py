"""Somebody without an NHS number: asked for, compared with who is known, and entered once."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from ravs.accounts.models import Journey
from ravs.integrations.pds.models import Outage
from ravs.patients.models import Patient
from ravs.patients.tests.test_finding import key_of, text
from ravs.vaccines.models import Option
from tests import patients
from tests.clients import PageClient
from tests.people import Leeds, stranger

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ADA = {
    "first_name": "Ada",
    "last_name": "Nobody",
    "birth_date_day": "1",
    "birth_date_month": "5",
    "birth_date_year": "1990",
    "postcode": "zz993vz",
    "gender": "female",
}
LIKE_MARGARET = ADA | {
    "first_name": "Margret",
    "last_name": "Thistlewod",
    "birth_date_day": "12",
    "birth_date_month": "3",
    "birth_date_year": "1950",
}


def enter(rosa: PageClient, who: dict[str, str], status: int = 302, **more: str) -> Any:
    return rosa.submit("patients:new", who | more, status=status, ods="RR8")


def started(rosa: PageClient) -> str:
    return key_of(rosa.page("patients:new", ods="RR8"))


def details(patient: Patient) -> str:
    return reverse("vaccinations:patient", kwargs={"ods": "RR8", "patient": patient.public_id})


def test_somebody_like_nobody_is_added_at_once(rosa: PageClient) -> None:
    answer = enter(rosa, ADA, key=started(rosa))
    ada = Patient.objects.get()
    assert answer.headers["Location"] == details(ada)
    assert (ada.full_name, ada.birth_date) == ("Ada Nobody", date(1990, 5, 1))
    assert (ada.postcode, ada.gender, ada.nhs_number) == ("ZZ99 3VZ", "female", "")
    assert not Journey.objects.exists()


def test_genders_are_those_of_the_catalogue(
    rosa: PageClient, catalogue_changes: Callable[[], None]
) -> None:
    shown = rosa.page("patients:new", ods="RR8").content.decode()
    assert re.findall(r'name="gender" type="radio" value="(\w+)"', shown) == [
        "male",
        "female",
        "other",
        "unknown",
    ]
    Option.objects.all().delete()
    catalogue_changes()
    assert "Gender" not in text(rosa.page("patients:new", ods="RR8"))
    assert enter(rosa, ADA, key=started(rosa)).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "errors"),
    [
        ({"postcode": "ZZ99"}, ["Enter a full UK postcode, like LS1 4AB"]),
        ({"gender": "robot"}, ["Select the patient’s gender"]),
        ({"first_name": "Ada2"}, ["First name must only include letters"]),
        (
            dict.fromkeys(ADA, ""),
            [
                "Enter the patient’s first name",
                "Enter the patient’s last name",
                "Enter the patient’s date of birth",
                "Enter the patient’s postcode",
                "Select the patient’s gender",
            ],
        ),
    ],
)
def test_what_is_wrong_is_said(rosa: PageClient, wrong: dict[str, str], errors: list[str]) -> None:
    shown = text(enter(rosa, ADA | wrong, status=200))
    for error in errors:
        assert error in shown
    assert not Patient.objects.exists()


def test_the_same_form_twice_is_one_patient(rosa: PageClient) -> None:
    key = started(rosa)
    first, second = enter(rosa, ADA, key=key), enter(rosa, ADA, key=key)
    assert first.headers["Location"] == second.headers["Location"]
    assert Patient.objects.count() == 1


def test_another_person_typed_after_going_back_is_another_patient(rosa: PageClient) -> None:
    key = started(rosa)
    enter(rosa, ADA, key=key)
    answer = enter(rosa, ADA | {"first_name": "Zebedee", "last_name": "Quill"}, key=key)
    zebedee = Patient.objects.get(given_name="Zebedee")
    assert answer.headers["Location"] == details(zebedee)


def test_who_may_be_the_same_is_shown_before_anybody_is_added(rosa: PageClient) -> None:
    answer = enter(rosa, LIKE_MARGARET, key=started(rosa))
    shown = rosa.get(answer.headers["Location"])
    assert "Margaret Thistlewood" in text(shown)
    assert not Patient.objects.exists()
    chosen = rosa.submit(
        "patients:check", {"key": key_of(shown), "patient": patients.PLAIN}, ods="RR8"
    )
    margaret = Patient.objects.get()
    assert margaret.nhs_number == patients.PLAIN
    assert chosen.headers["Location"] == details(margaret)


def test_none_of_them_adds_the_new_one_once(rosa: PageClient) -> None:
    shown = rosa.get(enter(rosa, LIKE_MARGARET, key=started(rosa)).headers["Location"])
    data = {"key": key_of(shown), "patient": "new"}
    nothing = rosa.submit("patients:check", {"key": data["key"]}, status=200, ods="RR8")
    assert "Select a patient, or that it is none of them" in text(nothing)
    answers = [rosa.submit("patients:check", data, ods="RR8") for _ in range(2)]
    patient = Patient.objects.get()
    assert patient.full_name == "Margret Thistlewod"
    assert {answer.headers["Location"] for answer in answers} == {details(patient)}


def test_somebody_entered_here_before_is_among_them(rosa: PageClient, leeds: Leeds) -> None:
    ada = patients.without_number(leeds.organisation)
    patients.without_number(stranger().organisation, "Ada Nobody")
    slipped = ADA | {"birth_date_day": "5", "birth_date_month": "1", "last_name": "Nobodie"}
    same_name = ADA | {"birth_date_day": "5", "birth_date_month": "1"}
    for who in (slipped | {"birth_date_day": "1", "birth_date_month": "5"}, same_name):
        shown = rosa.get(enter(rosa, who, key=started(rosa)).headers["Location"])
        offered = re.findall(r'name="patient" type="radio" value="([^"]+)"', str(shown.content))
        assert offered == [str(ada.public_id), "new"]
        assert "no NHS number, entered here" in text(shown)
    chosen = rosa.submit(
        "patients:check", {"key": key_of(shown), "patient": str(ada.public_id)}, ods="RR8"
    )
    assert chosen.headers["Location"] == details(ada)


def test_without_the_directory_only_who_is_known_here_is_compared(
    rosa: PageClient, leeds: Leeds
) -> None:
    Outage.objects.create(since=timezone.now())
    assert (
        enter(rosa, LIKE_MARGARET, key=started(rosa))
        .headers["Location"]
        .startswith("/o/RR8/patients/0")
    )


def test_a_check_without_details_leads_back_to_them(rosa: PageClient) -> None:
    answer = rosa.page("patients:check", status=302, ods="RR8")
    assert answer.headers["Location"] == "/o/RR8/patients/new"
