"""A record is found, read, corrected, corrected by two at once, and deleted."""

from collections.abc import Callable

import pytest

from ravs.core.presenters import written_date
from tests.journeys.pages import records, stock
from tests.journeys.people import Person
from tests.journeys.stack import Stack

Arrive = Callable[..., Person]


@pytest.fixture
def priya(ods: str, arrive: Arrive, stack: Stack) -> Person:
    lead = arrive(ods, "Priya", "lead-administrator")
    lead.go("/records")
    lead.sees("Nothing has been recorded at")
    records.stocked(stack, lead, "FLU1", "FLU2")
    records.record(lead)
    records.record(lead, records.HANNAH)
    return lead


def test_a_record_is_found_and_read(priya: Person) -> None:
    # Given two records, then each way of asking finds its own, and no name stands in an address.
    for words, found in (
        ("thistle", "Margaret Thistlewood"),
        ("hannah whitcombe", "Hannah Whitcombe"),
        ("999 000 0018", "Margaret Thistlewood"),
    ):
        records.search(priya, words)
        priya.is_at("Records found")
        assert priya.page.locator("tbody tr").count() == 1
        priya.sees(found)
        assert "thistle" not in priya.page.url.lower()
        assert "999" not in priya.page.url.partition("/o/")[2]
    records.search(priya, "nobody")
    priya.sees("No records found")
    records.search(priya, "999 000 0010")
    priya.sees("Enter a valid NHS number")

    # And the filters narrow the list.
    priya.go("/records")
    priya.page.get_by_text("Filters", exact=True).click()
    priya.page.get_by_label("Vaccine", exact=True).select_option("flu")
    priya.fill("Batch number", "nothing")
    priya.press("Search")
    priya.sees("No records found")
    priya.click("Show all records")

    # And so does the guide's own way.
    priya.click("Find by name, date of birth and postcode")
    priya.press("Find records")
    priya.sees("Select yes if you know the NHS number")
    priya.choose("Do you know the patient’s NHS number?", "No")
    for label, typed in (("First name", "hannah"), ("Last name", "WHITCOMBE")):
        priya.fill(label, typed)
    stock.say_when(priya, "8 6 1994")
    priya.press("Find records")
    priya.click("Hannah Whitcombe")
    priya.is_at("Vaccination record")
    priya.sees("8 June 1994", "Flu", "FLU1", "General Infirmary")
    assert "Whitcombe" not in priya.page.title()


def test_a_record_is_corrected_and_every_version_stays(
    priya: Person, arrive: Arrive, stack: Stack
) -> None:
    # Given the newest record, when its arm was wrong,
    records.change(priya, "injection site")
    priya.choose("Where was the injection given?", "Right arm")
    priya.fill("Why are you changing this? (optional)", "It was the other arm")

    # And somebody else writes a note meanwhile,
    rosa = arrive(priya.ods, "Rosa")
    records.change(rosa, "note")
    rosa.fill("Note", "x" * 1001)
    rosa.press("Save changes")
    rosa.sees("Note must be 1000 characters or fewer")
    rosa.fill("Note", "Nervous of needles")
    rosa.press("Save changes")
    rosa.is_told("Changes saved: note.")

    # Then Priya is told, keeps what she entered, and saves it.
    priya.press("Save changes")
    priya.sees("Somebody else changed this record", "Nervous of needles")
    priya.press("Save changes")
    priya.is_told("Changes saved: injection site.")
    priya.sees("Right arm", "Nervous of needles", "It was the other arm", "Edited")
    priya.click("See version 1")
    priya.is_at("Version 1 of a record")
    priya.sees("Left arm")

    # When the organisation edits more, then the day can be corrected too, and other things not.
    priya.go("/users/settings")
    priya.choose("Can people edit more of a vaccination record?", "Yes")
    priya.press("Save settings")
    records.change(priya, "date of vaccination")
    stock.say_when(priya, "1 1 2031")
    priya.press("Save changes")
    priya.sees("Date of vaccination must be today or in the past")
    for part in ("batch", "vaccinator", "consent", "eligibility", "note"):
        records.change(priya, part)


@pytest.mark.parametrize("javascript", [True, False], ids=["with", "without JavaScript"])
def test_a_record_is_deleted_and_kept(
    ods: str, arrive: Arrive, stack: Stack, javascript: bool
) -> None:
    priya = arrive(ods, "Priya", "lead-administrator", javascript=javascript, width=375)
    records.stocked(stack, priya)
    records.record(priya)
    records.newest(priya)
    priya.click("Delete this record")
    priya.sees("Margaret Thistlewood, Flu")
    assert "Margaret" not in priya.page.title()
    priya.press("Delete record")
    priya.sees("Enter why you are deleting this record")
    priya.fill("Why are you deleting this record?", "Recorded twice")
    priya.press("Delete record")
    priya.is_told("The flu record has been deleted.")
    priya.click("Deleted records")
    priya.click("Margaret Thistlewood")
    priya.sees("Deleted", "Reason: Recorded twice", f"deleted this record on {today()}")


def today() -> str:
    from ravs.core.dates import london_today

    return written_date(london_today())
