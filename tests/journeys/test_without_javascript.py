"""The same work in a browser without JavaScript: nothing is missing and nothing typed is lost."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.pages import choose_organisation, identity, manage_users, sign_in
from tests.journeys.pages.manage_users import Somebody
from tests.journeys.people import Person
from tests.journeys.stack import Stack, address_of

Arrive = Callable[..., Person]
NewTrust = Callable[[], str]
Settle = Callable[..., list[str]]
Window = Callable[..., Page]


@pytest.fixture
def lead(ods: str, arrive: Arrive) -> Person:
    priya = arrive(ods, "Priya", "lead-administrator", javascript=False)
    priya.go("/users")
    expect(priya.page.locator("body")).not_to_have_class(re.compile("js-enabled"))
    return priya


def stands_there(lead: Person, who: Somebody) -> None:
    """Every answer is in the form, as it was given."""
    for label, text in (
        ("First name", who.first),
        ("Last name", who.last),
        ("Email address", who.email),
    ):
        expect(lead.page.get_by_label(label, exact=True)).to_have_value(text)
    for answer in (who.vaccinator, who.level):
        expect(lead.page.get_by_role("radio", name=answer, exact=True)).to_be_checked()


def test_people_are_added_one_after_the_other(lead: Person, stack: Stack) -> None:
    # Given a form with two mistakes in it,
    rosa = Somebody.named(f"Rosa {lead.ods.title()}", level="administrator", vaccinator="No")
    wrong = rosa.but(first="R2D2", email="rosa@gmail.com")
    manage_users.open_form(lead)
    manage_users.answer(lead, wrong)
    lead.press("Continue")

    # When it comes back, then both are named, the links lead to the fields, and all stands there.
    summary = lead.page.locator(".nhsuk-error-summary").get_by_role("link")
    expect(summary).to_have_count(2)
    stands_there(lead, wrong)
    for number, label in ((0, "First name"), (1, "Email address")):
        summary.nth(number).click()
        expect(lead.page.get_by_label(label, exact=True)).to_be_focused()
    stands_there(lead, wrong)

    # When it is mended and confirmed, then the banner says so over an empty form.
    manage_users.answer(lead, rosa)
    lead.press("Continue")
    lead.is_at("Check and add user")
    lead.sees(rosa.email, "Hello Rosa")
    lead.press("Send and add another")
    lead.is_told(f"{rosa.name} has been invited to Journey Trust {lead.ods}")
    expect(lead.page.get_by_label("First name", exact=True)).to_have_value("")

    # And the next one goes back once and loses nothing.
    adam = Somebody.named(f"Adam {lead.ods.title()}")
    manage_users.answer(lead, adam)
    lead.press("Continue")
    lead.click("Back")
    stands_there(lead, adam)
    lead.press("Continue")
    lead.press("Confirm and send")
    lead.is_told(f"{adam.name} has been invited")
    assert manage_users.names(lead) == [adam.name, rosa.name]
    expect(manage_users.row_of(lead, rosa.name)).to_contain_text("Administrator")
    for who in (rosa, adam):
        stack.post.to(who.email, "You are invited")


def test_what_is_confirmed_twice_is_sent_once(lead: Person, stack: Stack) -> None:
    # Given the same check page in two tabs, and no script that could stop a second click,
    who = Somebody.named(f"Rosa {lead.ods.title()}")
    manage_users.reach_check(lead, who)
    other = lead.in_another_tab()
    other.open(lead.page.url)
    lead.press("Confirm and send")
    lead.is_told(f"{who.name} has been invited")
    other.press("Confirm and send")

    # Then the second is led to where the first ended; and so is the browser's own way back.
    other.is_at("Manage users")
    lead.page.go_back()
    lead.is_at("Manage users")
    assert manage_users.names(lead) == [who.name]
    stack.post.to(who.email, "You are invited")
    stack.post.to(who.email, identity.ACTIVATION)
    assert stack.post.count(who.email) == 2


def test_somebody_is_changed_deactivated_and_reactivated(lead: Person, settle: Settle) -> None:
    settle(lead.ods, "Rosa")
    name = f"Rosa {lead.ods.title()}"
    manage_users.change(lead, name, level="administrator")
    expect(manage_users.row_of(lead, name)).to_contain_text("Administrator")

    manage_users.deactivate(lead, name)
    expect(manage_users.row_of(lead, name)).to_contain_text(f"By {lead.name}")
    assert manage_users.tabs(lead) == ["Active (1)", "Deactivated (1)"]

    manage_users.reactivate(lead, name)
    expect(manage_users.row_of(lead, name)).to_contain_text("Administrator")
    assert manage_users.tabs(lead) == []

    # And the person's own page tells all of it.
    manage_users.open_person(lead, name)
    lead.sees("from Recorder to Administrator", "Deactivated", "eactivated")


def test_a_change_that_is_refused_keeps_the_answers(lead: Person) -> None:
    manage_users.open_change(lead, lead.name)
    lead.choose("Are they a vaccinator?", "Yes")
    lead.choose("Permission level", "Recorder")
    lead.press("Save changes")
    lead.sees("You cannot change your permission level because you are the only lead administrator")
    expect(lead.page.get_by_role("radio", name="Yes")).to_be_checked()
    expect(lead.page.get_by_role("radio", name="Recorder")).to_be_checked()


def test_all_who_lapsed_are_reactivated_at_once(lead: Person, settle: Settle, stack: Stack) -> None:
    for email in settle(lead.ods, "Adam", "Bea"):
        stack.past.log_in(email, days=90)
    stack.run("nightly")
    lead.go("/users")
    lead.click("Reactivate users (2)")
    lead.press("Reactivate all 2 users")
    lead.is_told("2 users reactivated.")
    assert len(manage_users.names(lead)) == 3


def test_an_invitation_is_found_sent_again_and_withdrawn(lead: Person, stack: Stack) -> None:
    # Given more invitations than a page holds, one of them eight days old,
    for letter in "abcdefghijklmnopqrstu":
        stack.add_user(lead.ods, f"Ingrid{letter} {lead.ods.title()}")
    name = f"Ingridu {lead.ods.title()}"
    email = address_of(name)
    stack.post.to(email, "You are invited")
    stack.past.invitation(email, lead.ods, days=8)

    # When the lead goes through the pages, then she finds it and sends it again,
    lead.go("/users")
    lead.click("Invited (21)")
    assert len(manage_users.names(lead)) == 20
    lead.click("Next")
    assert manage_users.names(lead) == [name]
    lead.click(f"Resend invite to {name}")
    lead.press("Resend invite")
    lead.is_told(f"The invite to {name} will be sent again.")
    stack.post.to(email, "You are invited", number=2)

    # And when she searches, then she finds it too and withdraws it.
    lead.go("/users/invited")
    manage_users.search(lead, "INGRIDU")
    assert lead.page.get_by_role("searchbox").input_value() == "INGRIDU"
    lead.click(name, exact=True)
    lead.click("Cancel invite")
    lead.press("Cancel invite")
    lead.is_told(f"The invite to {name} has been cancelled.")
    assert "Invited (20)" in manage_users.tabs(lead)


def test_an_account_is_activated_and_used_at_two_organisations(
    lead: Person, new_trust: NewTrust, stack: Stack, window: Window
) -> None:
    # Given somebody invited at two organisations,
    there = new_trust()
    name = f"Rosa {lead.ods.title()}"
    rosa = Person(stack, window(javascript=False), stack.add_user(there, name), lead.ods)
    first_link = identity.activation_link(rosa)
    manage_users.add_user(lead, name, level="administrator")
    second_link = identity.activation_link(rosa, number=2)

    # When the link is followed and the password chosen, with a mistake first,
    rosa.open(first_link)
    rosa.is_at("There is a newer link")
    rosa.open(second_link)
    identity.choose_password(rosa, "short")
    rosa.sees("Password must have at least 8 characters")
    identity.choose_password(rosa)
    rosa.is_at("Your account is ready")
    rosa.press("Continue to Record a vaccination service")
    sign_in.log_in(rosa)

    # Then both organisations are there to choose from, and to change to; and the log-out works.
    choose_organisation.choose(rosa, lead.ods)
    assert "Reports" in rosa.menu()
    choose_organisation.switch(rosa, there)
    assert "Reports" not in rosa.menu()
    sign_in.log_out(rosa)
    rosa.is_at("Record a vaccination service")
    rosa.go()
    assert sign_in.asks_for_password(rosa)


def test_nothing_has_to_be_scrolled_sideways_on_a_phone(lead: Person, settle: Settle) -> None:
    """Menu and tables must fold by style alone."""
    settle(lead.ods, "Rosa")
    lead.page.set_viewport_size({"width": 320, "height": 640})
    for path in ("", "/users", "/users/add", "/history", "/records"):
        lead.go(path)
        wide = lead.page.evaluate("() => document.documentElement.scrollWidth")
        assert wide <= 320, f"{lead.page.url} is {wide} wide"
