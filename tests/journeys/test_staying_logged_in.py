"""How long somebody stays logged in: the warning, staying, and being logged out."""

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.journeys.pages import manage_users, sign_in
from tests.journeys.people import Person

Arrive = Callable[..., Person]


def wait(person: Person, minutes: int) -> None:
    """Time goes by, for the service and in the browser alike."""
    person.stack.past.session(person.email, seconds=minutes * 60)
    person.page.clock.fast_forward(minutes * 60 * 1000)


def wait_until_asked(person: Person, minutes: int) -> None:
    """The same, until the page's script has asked the service how long is left."""
    with person.page.expect_response("**/session"):
        wait(person, minutes)


def dialog(person: Person) -> Locator:
    return person.page.get_by_role("alertdialog", name="You will be logged out soon")


def test_the_warning_really_extends_the_session_and_keeps_what_was_typed(
    ods: str, arrive: Arrive
) -> None:
    # Given a lead in the middle of a form,
    lead = arrive(ods, "Priya", "lead-administrator")
    lead.page.clock.install()
    manage_users.open_form(lead)
    lead.fill("First name", "Rosa")

    # When nothing happens for 28 minutes, then all is quiet; 2 minutes later she is warned.
    wait_until_asked(lead, 28)
    expect(dialog(lead)).to_be_hidden()
    wait_until_asked(lead, 2)
    expect(dialog(lead)).to_be_visible()
    lead.looks_fine()

    # When she stays, then another 28 minutes are fine, and what she typed still stands.
    dialog(lead).get_by_role("button", name="Stay logged in").click()
    expect(dialog(lead)).to_be_hidden()
    wait(lead, 28)
    expect(dialog(lead)).to_be_hidden()
    expect(lead.page.get_by_label("First name", exact=True)).to_have_value("Rosa")
    lead.go("/users")
    lead.is_at("Manage users")


def test_whoever_does_nothing_is_logged_out_told_why_and_asked_for_the_password(
    ods: str, arrive: Arrive
) -> None:
    # Given a lead who leaves her computer on a page,
    lead = arrive(ods, "Priya", "lead-administrator", at_provider=True)
    lead.page.clock.install()
    lead.go("/users")

    # When the time is up, then the page is gone and she is told why.
    wait_until_asked(lead, 30)
    expect(dialog(lead)).to_be_visible()
    wait(lead, 2)
    lead.is_at("You were logged out")
    lead.sees("because you did not use the service for 30 minutes")
    lead.looks_fine()

    # And logging in again takes her password, as anybody might sit there, and leads back.
    lead.press("Log in again")
    lead.is_at("Enter your password again")
    sign_in.type_password(lead, "Wrong-Harbour-17")
    lead.sees("The password you entered is not correct")
    sign_in.type_password(lead)
    lead.is_at("Manage users")


def test_somebody_else_at_the_same_computer_logs_in_as_themselves(ods: str, arrive: Arrive) -> None:
    lead = arrive(ods, "Priya", "lead-administrator", at_provider=True)
    rosa = Person(lead.stack, lead.page, arrive(ods, "Rosa").email, ods)
    lead.go()
    lead.stack.past.session(lead.email, seconds=3600)
    lead.go("/users")
    lead.is_at("You were logged out")
    lead.press("Log in as somebody else")
    sign_in.log_in(rosa)
    expect(rosa.page.locator("header")).to_contain_text(rosa.name)


def test_after_twelve_hours_everybody_logs_in_again(ods: str, arrive: Arrive) -> None:
    lead = arrive(ods, "Priya", "lead-administrator")
    lead.stack.past.session(lead.email, seconds=12 * 3600)
    lead.go("/users")
    lead.sees("because you had been logged in for 12 hours")


def test_without_javascript_the_footer_leads_to_the_same_button(ods: str, arrive: Arrive) -> None:
    # Given somebody without JavaScript in the middle of a form, 25 minutes after the last click,
    lead = arrive(ods, "Priya", "lead-administrator", javascript=False)
    manage_users.open_form(lead)
    lead.fill("First name", "Rosa")
    lead.stack.past.session(lead.email, seconds=25 * 60)

    # When the footer's link is followed, then a new tab says until when, and has the button.
    with lead.page.context.expect_page() as opened:
        lead.page.get_by_role("link", name="Stay logged in").click()
    tab = Person(lead.stack, opened.value, lead.email, ods)
    tab.is_at("How long you stay logged in")
    lead.stack.past.session(lead.email, seconds=25 * 60)
    tab.press("Stay logged in")
    tab.is_told("You are still logged in.")

    # Then 25 minutes later the form is still good.
    lead.stack.past.session(lead.email, seconds=25 * 60)
    lead.press("Continue")
    lead.sees("Enter their last name")


def test_with_javascript_the_page_of_staying_works_as_well(ods: str, arrive: Arrive) -> None:
    lead = arrive(ods, "Priya", "lead-administrator")
    lead.open("/session")
    lead.sees("Each page you open and each form you send gives you another 30 minutes")
    lead.page.get_by_role("main").get_by_role("button", name="Stay logged in").click()
    lead.is_told("You are still logged in.")
    lead.looks_fine()

    # And in the last half hour it says that the end cannot be put off.
    lead.stack.past.session(lead.email, seconds=11 * 3600 + 45 * 60, seen=False)
    lead.open("/session")
    lead.sees("This cannot be put off")
