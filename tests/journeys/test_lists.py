"""The three lists: tabs with people in them, order, search, pages and captions."""

from collections.abc import Callable
from string import ascii_lowercase

import pytest

from tests.journeys.pages import manage_users
from tests.journeys.people import Person
from tests.journeys.stack import Stack

Arrive = Callable[..., Person]
Settle = Callable[..., list[str]]


@pytest.fixture
def lead(ods: str, arrive: Arrive) -> Person:
    return arrive(ods, "Priya", "lead-administrator")


def test_tabs_are_shown_only_for_lists_with_people(
    lead: Person, settle: Settle, stack: Stack
) -> None:
    # Given nobody but the lead, then there are no tabs.
    lead.go("/users")
    assert manage_users.tabs(lead) == []
    lead.sees("1 active user", "if they have not logged in for 90 days")

    # When there are people invited and deactivated, then each list has its tab and number.
    stack.add_user(lead.ods, f"Ingrid {lead.ods.title()}")
    lead.go("/users")
    assert manage_users.tabs(lead) == ["Invited (1)", "Active (1)"]
    settle(lead.ods, "Dev")
    manage_users.deactivate(lead, f"Dev {lead.ods.title()}")
    assert manage_users.tabs(lead) == ["Invited (1)", "Active (1)", "Deactivated (1)"]
    current = lead.page.locator(".ravs-tabs [aria-current=page]")
    assert current.inner_text().strip() == "Deactivated (1)"

    # And the tabs lead from one to the other.
    lead.click("Invited (1)")
    lead.sees("1 invited user", "Invite sent")
    lead.click("Active (1)")
    lead.sees("1 active user", "Last log in")


def test_more_than_20_people_are_shown_on_pages(lead: Person, stack: Stack) -> None:
    # Given 41 people invited, and an address that asks for a page far beyond,
    everybody = [f"{first}{second}" for first in "ABC" for second in ascii_lowercase][:41]
    for first in everybody:
        stack.add_user(lead.ods, f"{first} {lead.ods.title()}")
    lead.go("/users/invited?page=99")

    # Then the last page is shown, with no way further.
    lead.sees("Showing 41 to 41 of 41 invited users")
    pages = lead.page.get_by_role("navigation", name="Pagination")
    assert pages.get_by_role("link", name="Next").count() == 0

    # And from the first on every page has the next 20, by name.
    lead.go("/users/invited")
    lead.sees("Showing 1 to 20 of 41 invited users")
    assert pages.get_by_role("link", name="Previous").count() == 0
    shown = manage_users.names(lead)
    lead.click("Next")
    lead.sees("Showing 21 to 40 of 41 invited users")
    shown += manage_users.names(lead)
    lead.click("Page 3")
    shown += manage_users.names(lead)
    assert shown == sorted(f"{first} {lead.ods.title()}" for first in everybody)

    # And a search keeps its words from page to page.
    manage_users.search(lead, lead.ods.lower())
    lead.sees(f"Showing 41 invited users matching “{lead.ods.lower()}”")
    lead.click("Next")
    assert lead.page.get_by_role("searchbox").input_value() == lead.ods.lower()
    assert len(manage_users.names(lead)) == 20


def test_search_finds_prefixes_of_names_and_addresses_within_its_tab(
    lead: Person, settle: Settle, stack: Stack
) -> None:
    # Given people with names like those of the guide, one of them only invited,
    surname = lead.ods.title()
    settle(lead.ods, "Alissa", "Hayley", "Jayleen", "Zoë")
    stack.add_user(lead.ods, f"Alina {surname}")
    lead.go("/users")
    label = lead.page.get_by_label("Search active users by name or email")

    # Then any case, accents or not, and the beginning of any word or address finds them,
    for words, found in (
        ("ALI", ["Alissa"]),
        ("lee", []),
        ("  hay ", ["Hayley"]),
        ("zoe", ["Zoë"]),
        ("alissa.", ["Alissa"]),
        (f"jayleen {surname}", ["Jayleen"]),
    ):
        label.fill(words)
        lead.press("Search")
        assert manage_users.names(lead) == [f"{name} {surname}" for name in found]
        assert label.input_value() == " ".join(words.split())

    # And with nothing found there is a sentence instead of a table, and everything to go on.
    manage_users.search(lead, "nobody <b>")
    lead.sees("No users found for “nobody <b>”.")
    assert lead.page.get_by_role("table").count() == 0
    assert manage_users.tabs(lead) == ["Invited (1)", "Active (5)"]

    # And each tab searches its own people.
    lead.click("Invited (1)")
    manage_users.search(lead, "ali")
    lead.sees("Showing 1 invited user matching “ali”")
    assert manage_users.names(lead) == [f"Alina {surname}"]

    # And an empty search shows everybody.
    manage_users.search(lead, "")
    lead.sees("1 invited user")
