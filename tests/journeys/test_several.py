"""Many people at once: narrow, select, read what will happen, do it, take it back."""

import csv
import io
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.pages import manage_users
from tests.journeys.people import Person
from tests.journeys.postbox import text_of
from tests.journeys.stack import Stack

Arrive = Callable[..., Person]
Settle = Callable[..., list[str]]


@pytest.fixture
def lead(ods: str, arrive: Arrive) -> Person:
    return arrive(ods, "Priya", "lead-administrator")


def select(lead: Person, *names: str) -> None:
    for name in names:
        lead.page.get_by_label(f"Select {name}", exact=True).check()


def test_several_people_are_deactivated_together_and_brought_back(
    lead: Person, settle: Settle, stack: Stack
) -> None:
    # Given three colleagues, of whom one is left out by a filter,
    emails = settle(lead.ods, "Rosa", "Sam")
    settle(lead.ods, "Adam", level="administrator")
    surname = lead.ods.title()
    lead.go("/users")
    lead.page.get_by_text("Filter and sort").click()
    lead.page.get_by_label("Permission level", exact=True).select_option("Recorder")
    lead.press("Show users")
    assert manage_users.names(lead) == [f"Rosa {surname}", f"Sam {surname}"]

    # When nobody is selected, then the list says what to do first.
    lead.press("Deactivate")
    lead.is_told("Select at least one user")

    # When two are selected, then the page says what will happen to them.
    select(lead, f"Rosa {surname}", f"Sam {surname}")
    lead.press("Deactivate")
    lead.is_at("Deactivate users")
    lead.sees("2 users can no longer log in", "1 active lead administrator remains")
    lead.press("Deactivate 2 users")

    # Then each has a result, and a letter.
    lead.reads_in_the_end("Finished. 2 of 2 users checked, 2 changed")
    for email in emails:
        stack.post.to(email, "You can no longer log in")

    # When it is undone, then both are back, and are told so.
    lead.press("Undo for 2 users")
    lead.reads_in_the_end("Finished. 2 of 2 users checked, 2 changed")
    for email in emails:
        assert "has been reactivated" in text_of(stack.post.to(email, "You can log in again"))

    # And it is all in the list of what was done, and in each one's history.
    lead.go("/users/several/recent")
    lead.sees("Undo: deactivate users", "Deactivate users")
    manage_users.open_person(lead, f"Rosa {surname}")
    lead.sees("undid the deactivation of Rosa")


def test_a_level_for_several_a_file_and_settings(lead: Person, settle: Settle) -> None:
    # Given two recorders in an order of the lead's own,
    settle(lead.ods, "Rosa", "Sam")
    surname = lead.ods.title()
    lead.go("/users")
    lead.page.get_by_role("columnheader").get_by_role("link", name="Name").click()
    lead.looks_fine()
    assert manage_users.names(lead)[0] == f"Sam {surname}"

    # When they are to get another level, then it is asked for and explained.
    select(lead, f"Rosa {surname}", f"Sam {surname}")
    lead.press("Change permission level")
    lead.press("Continue")
    lead.sees("Select a permission level")
    lead.choose("Permission level", "Administrator")
    lead.press("Continue")
    lead.sees("applies the next time they log in")
    lead.press("Change 2 users")
    lead.reads_in_the_end("Finished. 2 of 2 users checked, 2 changed")

    # And the file of the list has them with it.
    lead.go("/users?level=administrator")
    with lead.page.expect_download() as begun:
        lead.page.get_by_role("button", name="Download these users as CSV").click()
    text = begun.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["First name"] for row in rows] == ["Rosa", "Sam"]
    assert {row["Permission level"] for row in rows} == {"Administrator"}

    # When the organisation records clinicians, then the form asks for it, and for dates.
    lead.go("/users")
    lead.click("Settings for users and records")
    lead.choose("Do you record assessing and consenting clinicians?", "Yes")
    lead.press("Save settings")
    lead.is_told("The settings have been saved")
    manage_users.open_change(lead, f"Rosa {surname}")
    lead.choose("Are they a registered clinician?", "Yes")
    lead.page.get_by_text("Set a start or end date").click()
    for box, typed in (("Day", "1"), ("Month", "4"), ("Year", "2031")):
        lead.page.get_by_role("group", name="End date").get_by_label(box).fill(typed)
    lead.press("Save changes")
    expect(manage_users.row_of(lead, f"Rosa {surname}")).to_contain_text("Ends on 1 April 2031")
    manage_users.open_person(lead, f"Rosa {surname}")
    lead.sees("Clinician", "End date", "1 April 2031")

    # And whoever has left may be deleted by support, which is asked from their page.
    manage_users.deactivate(lead, f"Sam {surname}")
    lead.go("/users/deactivated")
    lead.click(f"Sam {surname}", exact=True)
    lead.click("Ask support to delete their details")
    lead.press("Ask support")
    lead.is_told("Support has been asked")
