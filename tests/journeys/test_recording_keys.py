"""How much has to be typed. The figures are those of ``docs/performance.md``."""

from collections.abc import Callable

import pytest

from tests.journeys.pages import patients, recording
from tests.journeys.pages.keys import Count, Keys
from tests.journeys.pages.recording import KIERAN, PIOTR
from tests.journeys.people import Person
from tests.journeys.stack import Stack

Arrive = Callable[..., Person]
KIERANS, PIOTRS = "Patient (Kieran O’Doherty)", "Patient (Piotr Zieliński)"


@pytest.fixture
def rosa(ods: str, arrive: Arrive, stack: Stack) -> Person:
    patients.register(stack)
    person = arrive(ods, "Rosa")
    recording.stock_up(stack, ods, recording.FLU, recording.COVID)
    return person


def test_the_first_record_and_what_follows_it_take_so_many_keys(rosa: Person) -> None:
    # When somebody is given flu vaccine, from the first page to saved,
    rosa.go("/record")
    first = Keys(rosa)
    first.number(KIERAN)
    first.push("Record a vaccination")
    for answers in (("Yes",), (recording.me(rosa),), ("Flu",)):
        first.pick(*answers)
    first.pick(_only_batch(rosa))
    first.pick("Based on age")
    first.pick(KIERANS)
    first.pick("Left arm")
    first.push("Confirm and save")

    # And a second vaccine at the same visit,
    second = Keys(rosa)
    second.pick("Record another vaccination for the same patient")
    second.push("Record a vaccination")
    second.pick("COVID-19")
    second.pick(_only_batch(rosa))
    second.pick("Immunosuppressed")
    second.pick("On site")
    second.pick(KIERANS)
    second.pick("Right arm")
    second.push("Confirm and save")

    # And the same to somebody else,
    same = Keys(rosa)
    same.pick("Record the same vaccination for another patient")
    same.push("Yes, find the next patient")
    same.number(PIOTR)
    same.push("Record a vaccination")
    same.pick(PIOTRS)
    same.pick("Left arm")
    same.push("Confirm and save")

    # Then nobody has typed more than this.
    rosa.is_at("Vaccination saved")
    assert {"first": first.count, "second": second.count, "same": same.count} == {
        "first": Count(pages=10, answers=8, keys=42),
        "second": Count(pages=9, answers=7, keys=38),
        "same": Count(pages=7, answers=4, keys=42),
    }


def _only_batch(person: Person) -> str:
    """What the batch is called, of which there is one."""
    return person.page.locator(".nhsuk-radios__label").first.inner_text().strip()


def test_the_next_patient_of_a_clinic_takes_four_pages_and_fifteen_keys(rosa: Person) -> None:
    # Given a clinic that asks consent and arm alone, and a patient who was just vaccinated,
    rosa.go("/record")
    rosa.press("Set up a clinic")
    rosa.page.get_by_role("checkbox", name=recording.me(rosa)).check()
    rosa.press("Continue")
    recording.pick(rosa, "Flu")
    recording.first_of_batches(rosa)
    recording.pick(rosa, "Carer")
    rosa.press("Start this clinic")
    rosa.fill("NHS number", recording.MARGARET)
    rosa.press("Continue")
    rosa.press("Record a vaccination")
    recording.consent(rosa, "Margaret Thistlewood")
    recording.pick(rosa, "Left arm")
    recording.save(rosa)

    # When the next one's number is typed where the cursor stands already,
    keys = Keys(rosa)
    keys.number(recording.SAMIRA)
    assert keys.count == Count(pages=1, answers=1, keys=1)
    keys.push("Record a vaccination")
    keys.pick("Patient (Samira Haddad)")
    keys.pick("Left arm")
    keys.push("Confirm and save")

    # Then they are vaccinated on the fourth page, after fewer keys than were promised.
    rosa.is_at("Vaccination saved")
    assert keys.count == Count(pages=5, answers=3, keys=13)
