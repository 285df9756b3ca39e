"""Managing users with a keyboard alone: no click, no pointer, from the list to the banner.

Every stop on the way must show that it has the focus, uncovered and inside the window, and in the
order in which the page is read (WCAG 2.1.1, 2.1.2, 2.4.1, 2.4.3, 2.4.7, 2.4.11).
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.pages import manage_users
from tests.journeys.pages.keyboard import Keyboard
from tests.journeys.pages.manage_users import Somebody
from tests.journeys.people import Person
from tests.journeys.stack import Stack

Arrive = Callable[..., Person]
Settle = Callable[..., list[str]]
Window = Callable[..., Page]

SUMMARY = ".nhsuk-error-summary"
BANNER = ".nhsuk-notification-banner"
DESK, PHONE = (1280, 720), (375, 667)


@pytest.fixture
def lead(ods: str, arrive: Arrive) -> Person:
    return arrive(ods, "Priya", "lead-administrator")


def at_the_list(lead: Person, tab: str = "") -> Keyboard:
    """From here on the mouse is unplugged."""
    lead.go(f"/users{tab}")
    return Keyboard(lead)


def is_told_at_once(lead: Person, words: str) -> None:
    """The banner says so, and has the focus, so that it is read out."""
    lead.is_told(words)
    expect(lead.page.locator(BANNER)).to_be_focused()


def test_somebody_is_added(lead: Person, stack: Stack) -> None:
    # Given the form, sent with nothing in it,
    keys = at_the_list(lead)
    keys.press("Add user", "Space")
    lead.is_at("Add user")
    keys.press("Continue", "Space")

    # When the errors are read, then their links lead to the fields, which can be answered.
    expect(lead.page.locator(SUMMARY)).to_be_focused()
    for message, field in (
        ("Select a permission level", lead.page.get_by_role("radio", name="Recorder")),
        ("Enter their first name", lead.page.get_by_label("First name", exact=True)),
    ):
        keys.jump(message, field)
    who = Somebody.named(f"Rosa {lead.ods.title()}", level="administrator")
    keys.type("First name", who.first)
    keys.type("Last name", who.last)
    keys.type("Email address", "rosa@gmail.com")
    keys.choose("Are they a vaccinator?", who.vaccinator)
    keys.choose("Permission level", who.level)
    keys.press("Continue")

    # And the one that is left too; Enter in a field sends the form.
    expect(lead.page.locator(SUMMARY)).to_be_focused()
    keys.jump(
        "Enter an email address from an allowed domain",
        lead.page.get_by_label("Email address", exact=True),
    )
    keys.type("Email address", who.email)
    keys.send()

    # When an answer is changed from the check page and all is confirmed,
    lead.is_at("Check and add user")
    keys.follow("Change permission level")
    expect(lead.page.get_by_role("radio", name="Recorder")).to_be_focused()
    keys.choose("Permission level", "Lead administrator")
    keys.press("Continue")
    keys.press("Confirm and send", "Space")

    # Then it is done, and said at once.
    is_told_at_once(lead, f"{who.name} has been invited to")
    expect(manage_users.row_of(lead, who.name)).to_contain_text("Lead administrator")
    stack.post.to(who.email, "You are invited")


def test_somebody_is_changed_deactivated_and_reactivated(lead: Person, settle: Settle) -> None:
    # Given a recorder, found by searching,
    settle(lead.ods, "Rosa", "Adam")
    name = f"Rosa {lead.ods.title()}"
    keys = at_the_list(lead)
    keys.type("Search active users by name or email", "rosa", "searchbox")
    keys.send()
    assert manage_users.names(lead) == [name]

    # When her permission level is raised, then the banner is read out, and the list shows it.
    keys.follow(f"Change details for {name}")
    keys.choose("Are they a vaccinator?", "Yes")
    keys.choose("Permission level", "Administrator")
    keys.press("Save changes")
    is_told_at_once(lead, f"{name}’s details have been changed")
    expect(manage_users.row_of(lead, name)).to_contain_text("Administrator")

    # When the lead opens her page, hesitates once and then deactivates her,
    keys.follow(name)
    keys.follow("Deactivate")
    keys.follow("Cancel")
    lead.is_at("User details")
    keys.follow("Deactivate")
    keys.press("Deactivate user", "Space")
    is_told_at_once(lead, f"{name} has been deactivated at")

    # Then she is in the other list, from which she is brought back.
    keys.follow("Active (2)")
    keys.follow("Deactivated (1)")
    keys.follow(f"Reactivate {name}")
    keys.press("Reactivate user")
    is_told_at_once(lead, f"{name} has been reactivated at")
    expect(manage_users.row_of(lead, name)).to_contain_text("Administrator")


def test_all_who_lapsed_are_reactivated_and_an_invitation_is_withdrawn(
    lead: Person, settle: Settle, stack: Stack
) -> None:
    for email in settle(lead.ods, "Adam", "Bea"):
        stack.past.log_in(email, days=90)
    stack.run("nightly")
    keys = at_the_list(lead)
    keys.follow("Reactivate users (2)")
    keys.press("Reactivate all 2 users")
    is_told_at_once(lead, "2 users reactivated.")

    name = f"Ingrid {lead.ods.title()}"
    stack.add_user(lead.ods, name)
    keys = at_the_list(lead, "/invited")
    keys.follow(name)
    keys.follow("Cancel invite")
    keys.press("Cancel invite")
    is_told_at_once(lead, f"The invite to {name} has been cancelled.")


PLANTED = {
    "the focus did not show on a “One”": "<style>a { outline: none !important }</style>"
    "<a href='/1'>One</a> <a href='/2'>Two</a>",
    "is covered by <b": "<a href='/1'>One</a> <b style='position: fixed; inset: 0'></b>",
    "is outside the window": "<a href='/1' style='position: fixed; top: -3em'>One</a>",
    "has no size": "<a href='/1'></a>",
    "has a tabindex of its own": "<a href='/1' tabindex='1'>One</a>",
    "comes after a “One”, but is read before it": "<style>a { display: block }</style>"
    "<p style='display: flex; flex-direction: column-reverse'>"
    "<a href='/1'>One</a> <a href='/2'>Two</a></p>",
    "no stop at": "<a href='/1'>One</a> <a href='/2' tabindex='-1'>Two</a>",
    "never ends": "<a href='/1'>One</a> <input onkeydown='event.preventDefault()'>",
}


@pytest.mark.parametrize("complaint", PLANTED)
def test_a_page_that_leaves_people_lost_is_complained_of(
    complaint: str, stack: Stack, window: Window
) -> None:
    """The walk itself, held to pages that do wrong what it looks for."""
    page = window()
    page.set_content(PLANTED[complaint])
    with pytest.raises(AssertionError, match=re.escape(complaint)):
        Keyboard(Person(stack, page, "", "")).walk()


def test_the_skip_link_passes_over_header_and_menu(lead: Person) -> None:
    for path in ("/users", "/users/add"):
        lead.go(path)
        keys = Keyboard(lead)
        assert keys.tab() == "a “Skip to main content”"
        lead.page.keyboard.press("Enter")
        expect(lead.page.locator("#maincontent")).to_be_focused()
        keys.tab()
        expect(lead.page.locator("main :focus")).to_have_count(1)


def test_every_stop_of_every_page_shows_in_the_order_of_reading(
    lead: Person, settle: Settle, stack: Stack
) -> None:
    # Given people in all three lists,
    stack.add_user(lead.ods, f"Ingrid {lead.ods.title()}")
    settle(lead.ods, "Rosa", "Dev")
    manage_users.deactivate(lead, f"Dev {lead.ods.title()}")
    manage_users.open_person(lead, f"Rosa {lead.ods.title()}")
    rosa = lead.page.url

    # Then a walk around each page reaches everything, at a desk and on a phone.
    paths = ["", "/users", "/users/invited", "/users/deactivated", "/users/add", "/history"]
    places = [f"{stack.web}/o/{lead.ods}{path}" for path in paths]
    for width, height in DESK, PHONE:
        lead.page.set_viewport_size({"width": width, "height": height})
        for place in (*places, rosa, f"{rosa}/change", f"{rosa}/deactivate"):
            lead.page.goto(place)
            Keyboard(lead).walk()

    # And the check page with its letter, where the way back passes the same stops.
    manage_users.reach_check(lead, Somebody.named(f"Bea {lead.ods.title()}"))
    lead.open(lead.page.url)
    stops = Keyboard(lead).walk()
    assert "button “Confirm and send”" in stops
    assert "button “Send and add another”" in stops
    lead.open(lead.page.url)
    assert Keyboard(lead).walk(back=True) == stops[::-1]


def test_pages_outside_the_organisation_are_walked_around(
    lead: Person, stack: Stack, window: Window
) -> None:
    for path in ("/profile", "/choose-organisation", "/session", "/sign-out"):
        lead.open(path)
        Keyboard(lead).walk()

    nobody = Person(stack, window(), lead.email, lead.ods)
    for address in ("/", "/user-guide", "/sign-in", f"{stack.provider}/forgot-password"):
        nobody.open(address)
        Keyboard(nobody).walk()


def test_the_warning_holds_the_focus_and_gives_it_back(lead: Person, stack: Stack) -> None:
    # Given a lead in the middle of a field when the session is nearly over,
    lead.page.clock.install()
    lead.go("/users/add")
    keys = Keyboard(lead)
    keys.type("First name", "Rosa")
    with lead.page.expect_response("**/session"):
        stack.past.session(lead.email, seconds=30 * 60)
        lead.page.clock.fast_forward(30 * 60 * 1000)
    dialog = lead.page.get_by_role("alertdialog", name="You will be logged out soon")
    expect(dialog).to_be_focused()

    # Then Tab stays in the dialog,
    for _ in range(6):
        keys.tab()
        expect(lead.page.locator("form :focus, header :focus, footer :focus")).to_have_count(0)

    # And staying leads back to where she was, with what she typed.
    keys.to_named("button", "Stay logged in")
    lead.page.keyboard.press("Space")
    expect(dialog).to_be_hidden()
    field = lead.page.get_by_label("First name", exact=True)
    expect(field).to_be_focused()
    expect(field).to_have_value("Rosa")
