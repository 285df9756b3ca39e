"""A recorder finds patients: by number, by details, one of several, and whom nobody knows."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.pages import patients
from tests.journeys.pages.keyboard import Keyboard
from tests.journeys.people import Person
from tests.journeys.stack import Stack

Arrive = Callable[..., Person]
MARGARET = "999 000 0018"


@pytest.fixture
def rosa(ods: str, arrive: Arrive, stack: Stack) -> Person:
    patients.register(stack)
    return arrive(ods, "Rosa")


def test_a_patient_is_found_by_number_or_by_details(rosa: Person) -> None:
    # Given the first question, with mistakes,
    rosa.go("/patients")
    rosa.is_at(patients.FIND)
    rosa.press("Continue")
    rosa.sees("Enter the patient’s NHS number")
    for number, error in (
        ("999 000 00", "Enter a 10-digit NHS number"),
        ("999 000 0081", "Enter a valid NHS number. Check the one you entered"),
        ("999 000 0131", "Enter a valid NHS number. Nobody has the one"),
    ):
        patients.by_number(rosa, number)
        rosa.sees(error)

    # When the number is right, then the patient is there; also by one that was replaced.
    patients.by_number(rosa, MARGARET)
    rosa.sees("Margaret Thistlewood", "12 March 1950", MARGARET)
    assert "999" not in rosa.page.url
    assert "Thistlewood" not in rosa.page.title()
    patients.by_number(rosa, "999-000-0050")
    rosa.sees("Adaeze Grace Okonjo-Bell", "999 000 0042")

    # When it is not known, then name and date of birth are enough, however they are typed.
    patients.to_search(rosa)
    rosa.press("Search")
    rosa.sees("Enter the patient’s first name", "Enter the patient’s date of birth")
    patients.look_for(rosa, "kieran ODOHERTY", "5 12 1968", "zz993vz")
    rosa.press("Search")
    rosa.sees("Kieran O’Doherty", "999 000 0077")

    # And one of several is chosen, or told apart by a postcode.
    for answer in ("John Ashby", "None of these, search with a postcode"):
        patients.to_search(rosa)
        patients.look_for(rosa, "John Ashby", "5 5 1961")
        rosa.press("Search")
        rosa.is_at("More than one patient found")
        rosa.press("Continue")
        rosa.sees("Select a patient, or that it is none of them")
        rosa.page.get_by_role("radio", name=answer).first.check()
        if answer.startswith("None"):
            rosa.fill("Postcode", "bd3")
        rosa.press("Continue")
        rosa.sees("John Ashby", "999 000 0123" if answer.startswith("None") else "999 000 0115")


def test_whom_nobody_knows_is_entered_by_hand(rosa: Person) -> None:
    # Given nobody who fits, twice,
    patients.to_search(rosa)
    for _ in range(2):
        patients.look_for(rosa, "Margret Thistlewod", "12 3 1950")
        rosa.press("Search")
        rosa.is_at("No patient found")
    rosa.page.get_by_role("button", name="Continue without an NHS number").click()
    rosa.looks_fine()

    # When the details are entered, with mistakes first,
    rosa.is_at("Continue without an NHS number")
    rosa.press("Continue")
    rosa.sees("Enter the patient’s postcode", "Select the patient’s gender")
    rosa.fill("Postcode", "LS8 1CV")
    rosa.choose("Gender", "Female")
    rosa.press("Continue")

    # Then somebody like them is shown first, and only who is nobody else is added.
    rosa.is_at("This patient may be known already")
    rosa.sees("Margaret Thistlewood")
    rosa.press("Continue")
    rosa.sees("Select a patient, or that it is none of them")
    rosa.choose("Is the patient one of these?", "None of these, add a new patient")
    rosa.press("Continue")
    rosa.sees("Margret Thistlewod", "without an NHS number")

    # And what was entered wrongly is corrected.
    rosa.click("Change these details")
    rosa.fill("Postcode", "nowhere")
    rosa.press("Save")
    rosa.sees("Enter a full UK postcode")
    rosa.fill("Postcode", "LS8 1CV")
    rosa.fill("Last name", "Thistlewode")
    rosa.press("Save")
    rosa.is_told("details have been saved")
    rosa.sees("Margret Thistlewode")


def test_an_outage_is_waited_for_or_gone_round(rosa: Person, stack: Stack) -> None:
    patients.by_number(rosa, MARGARET)
    with patients.outage(stack):
        patients.by_number(rosa, MARGARET)
        rosa.is_at("We cannot look up patients at the moment")
        rosa.sees("This patient has been looked up at", "paper form")
        rosa.sees_no("Continue without an NHS number")
        rosa.press("Try again")
        rosa.sees("Continue without an NHS number")
    rosa.press("Try again")
    rosa.sees("Margaret Thistlewood")


def test_a_patient_is_found_with_the_keyboard_alone(rosa: Person) -> None:
    rosa.go("/patients")
    keys = Keyboard(rosa)
    keys.press("Continue")
    expect(rosa.page.locator(".nhsuk-error-summary")).to_be_focused()
    number = rosa.page.get_by_label("NHS number", exact=True)
    keys.jump("Enter the patient’s NHS number", number)
    keys.choose("Do you know the patient’s NHS number?", "No, search for the patient")
    keys.press("Continue")
    for label, text in (
        ("First name", "John"),
        ("Last name", "Ashby"),
        ("Day", "5"),
        ("Month", "5"),
        ("Year", "1961"),
    ):
        keys.type(label, text)
    keys.send()
    rosa.is_at("More than one patient found")
    question = "Which of these is the patient?"
    keys.to(rosa.page.get_by_role("group", name=question).get_by_role("radio"))
    rosa.page.keyboard.press("Space")
    keys.press("Continue")
    rosa.sees("John Ashby")
