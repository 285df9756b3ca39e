"""Logging in and out: who is let in where, and what everybody else is told."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.pages import choose_organisation, manage_users, sign_in
from tests.journeys.people import Person
from tests.journeys.stack import Stack, address_of

Arrive = Callable[..., Person]
NewTrust = Callable[[], str]
Settle = Callable[..., list[str]]
Window = Callable[..., Page]


@pytest.fixture
def rosa(ods: str, settle: Settle, stack: Stack, window: Window) -> Person:
    """A recorder with a browser, not logged in."""
    (email,) = settle(ods, "Rosa")
    return Person(stack, window(), email, ods)


def test_somebody_logs_in_from_the_start_page_and_out_at_both(rosa: Person) -> None:
    # Given the start page, which says what the service is,
    rosa.open("/")
    rosa.is_at("Record a vaccination service")
    rosa.press("Log in")

    # When nothing, and then a wrong password is typed, then the provider says so and no more.
    rosa.is_at("Sign in")
    rosa.press("Sign in")
    rosa.sees("Enter your email address", "Enter your password")
    sign_in.type_password(rosa, "Wrong-Harbour-17")
    rosa.sees("The email address or password you entered is not correct")

    # When the right one is, then they are at their organisation.
    sign_in.type_password(rosa)
    rosa.is_at(f"Journey Trust {rosa.ods}")
    expect(rosa.page.locator("header")).to_contain_text(rosa.name)

    # When they log out, then they are out at the provider too.
    sign_in.log_out(rosa)
    rosa.is_at("Record a vaccination service")
    rosa.go("/records")
    assert sign_in.asks_for_password(rosa)


def test_a_page_that_needs_a_log_in_is_shown_after_it(rosa: Person) -> None:
    rosa.go("/records")
    sign_in.type_password(rosa)
    rosa.is_at("Records")

    # And the start page leads on to the organisation.
    rosa.open("/")
    rosa.is_at(f"Journey Trust {rosa.ods}")


def test_logging_out_by_its_address_asks_first(ods: str, arrive: Arrive) -> None:
    rosa = arrive(ods, "Rosa", at_provider=True)
    rosa.open("/sign-out")
    rosa.is_at("Do you want to log out?")
    rosa.click("Cancel")
    rosa.is_at(f"Journey Trust {ods}")
    rosa.open("/sign-out")
    rosa.page.get_by_role("main").get_by_role("button", name="Log out").click()
    rosa.is_at("Record a vaccination service")
    rosa.open("/sign-out")
    rosa.is_at("Record a vaccination service")


def test_somebody_whom_nobody_added_is_told_so_and_can_try_another_account(
    rosa: Person, stack: Stack
) -> None:
    # Given somebody with an account at the provider whom no organisation added,
    name = f"Nobody {rosa.ods.title()}"
    stack.add_account(name)
    stranger = Person(stack, rosa.page, address_of(name), rosa.ods)
    sign_in.log_in(stranger)

    # Then the page says with which address they came,
    stranger.is_at("We do not recognise your email address")
    stranger.sees(stranger.email, "ask a lead administrator")

    # And its button leaves the provider too, so that another account can be used.
    stranger.press("Log in with a different email address")
    sign_in.log_in(rosa)
    rosa.is_at(f"Journey Trust {rosa.ods}")


def test_somebody_at_two_organisations_chooses_and_switches_without_logging_out(
    rosa: Person, new_trust: NewTrust, stack: Stack
) -> None:
    # Given a recorder who is an administrator elsewhere,
    there = new_trust()
    stack.add_user(there, rosa.name, "administrator")
    sign_in.log_in(rosa)

    # When nothing is chosen, then the page asks for it.
    rosa.is_at(choose_organisation.TITLE)
    rosa.press("Continue")
    rosa.sees("Select an organisation")
    rosa.page.locator(".nhsuk-error-summary").get_by_role("link").click()
    expect(rosa.page.get_by_role("radio").first).to_be_focused()

    # When one is, then the other can be switched to, and each has its own level.
    here = rosa.ods
    choose_organisation.choose(rosa, here)
    assert "Reports" not in rosa.menu()
    choose_organisation.switch(rosa, there)
    assert "Reports" in rosa.menu()

    # And a second tab stays where it is, whatever the first one does.
    other = rosa.in_another_tab()
    other.ods = here
    other.go("/record")
    other.is_at("Record vaccinations")
    rosa.go("/reports")
    other.click("Records")
    expect(other.page.locator("header")).to_contain_text(f"({here})")
    rosa.click("Vaccines")
    expect(rosa.page.locator("header")).to_contain_text(f"({there})")

    # And the start page leads to the one that was entered last.
    rosa.open("/")
    rosa.is_at(f"Journey Trust {there}")
    rosa.open("/choose-organisation")
    rosa.click("Back")
    rosa.is_at(f"Journey Trust {there}")


def test_a_form_left_open_over_a_log_out_and_in_is_not_accepted(ods: str, arrive: Arrive) -> None:
    # Given a lead with a form open, and a second tab where she logs out and in again,
    lead = arrive(ods, "Priya", "lead-administrator", at_provider=True)
    manage_users.reach_check(lead, manage_users.Somebody.named(f"Rosa {ods.title()}"))
    other = lead.in_another_tab()
    other.go()
    sign_in.log_out(other)
    sign_in.log_in(other)

    # When the form is sent, then nothing happens but an explanation.
    lead.press("Confirm and send")
    lead.is_at("We could not accept what you sent")
    lead.sees("Nothing was changed")
    other.go("/users")
    other.sees_no(f"Rosa {ods.title()}")


def test_a_form_left_open_over_a_log_out_asks_for_the_log_in(ods: str, arrive: Arrive) -> None:
    lead = arrive(ods, "Priya", "lead-administrator", at_provider=True)
    manage_users.reach_check(lead, manage_users.Somebody.named(f"Rosa {ods.title()}"))
    other = lead.in_another_tab()
    other.go()
    sign_in.log_out(other)
    lead.press("Confirm and send")
    assert sign_in.asks_for_password(lead)


def test_other_peoples_pages_and_pages_that_are_not_there_look_alike(
    ods: str, arrive: Arrive, new_trust: NewTrust
) -> None:
    rosa = arrive(ods, "Rosa")
    for path in (f"/o/{new_trust()}/users", "/o/ZZZ9", f"/o/{ods}/nonsense", "/nonsense"):
        rosa.open(path)
        rosa.is_at("Page not found")


def test_an_answer_that_belongs_to_no_log_in_offers_to_start_again(
    rosa: Person, ods: str, arrive: Arrive
) -> None:
    rosa.open("/sign-in/callback?state=nonsense&code=nonsense")
    rosa.is_at("Start logging in again")
    rosa.press("Start again")
    sign_in.type_password(rosa)
    rosa.is_at(f"Journey Trust {ods}")

    rosa.open("/sign-in/callback?state=nonsense")
    rosa.sees("You are already logged in as")
    rosa.press("Continue")
    rosa.is_at(f"Journey Trust {ods}")


def test_while_an_organisation_winds_down_less_is_possible_and_then_nothing(
    ods: str, arrive: Arrive, settle: Settle, stack: Stack, window: Window
) -> None:
    # Given a trust that the region has deactivated, with a lead who is logged in,
    lead = arrive(ods, "Priya", "lead-administrator")
    settle(ods, "Rosa")
    invited = f"Ingrid {ods.title()}"
    stack.add_account(invited)
    ingrid = Person(stack, window(), stack.add_user(ods, invited), ods)
    stack.past.wind_down(ods)

    # Then every page says what is still possible,
    lead.go()
    lead.sees("This organisation has been deactivated", "until it closes on")
    assert lead.menu() == ["Home", "Records", "Reports", "Manage users"]
    lead.go("/record")
    lead.is_at("You do not have permission")
    lead.sees("closes on")
    lead.go("/users/invited")
    assert lead.page.get_by_role("button", name="Add user").count() == 0
    manage_users.deactivate(lead, f"Rosa {ods.title()}")
    manage_users.reactivate(lead, f"Rosa {ods.title()}")

    # And nobody new comes in.
    sign_in.log_in(ingrid)
    ingrid.sees("invites to it cannot be accepted")

    # When it is closed, then nobody comes in at all.
    stack.past.close(ods)
    lead.go("/users")
    lead.sees("This organisation has closed")


def test_everybody_can_see_who_they_are_and_change_their_name(ods: str, arrive: Arrive) -> None:
    rosa = arrive(ods, "Rosa")
    lead = arrive(ods, "Priya", "lead-administrator")
    rosa.go()
    rosa.click(rosa.name)
    rosa.is_at("Your profile")
    rosa.sees(rosa.email, "Your permission level is Recorder", lead.name)
    rosa.fill("First name", "")
    rosa.press("Save your name")
    rosa.sees("Enter your first name")
    rosa.fill("First name", "Rosamund")
    rosa.press("Save your name")
    rosa.is_told("Your name has been changed.")
    lead.go("/users")
    lead.sees(f"Rosamund {ods.title()}")
