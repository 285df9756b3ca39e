"""While the provider is away: nobody can log in, everybody else goes on, and nothing is lost."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.pages import identity, manage_users, sign_in
from tests.journeys.people import Person
from tests.journeys.postbox import text_of
from tests.journeys.stack import Stack

Arrive = Callable[..., Person]
Settle = Callable[..., list[str]]
Window = Callable[..., Page]


@pytest.fixture
def provider(stack: Stack) -> Iterator[None]:
    """The provider, which the test may end: it runs again afterwards."""
    yield
    if "provider" not in stack.processes:
        stack.start_provider()


@pytest.mark.usefixtures("provider")
def test_people_who_are_logged_in_go_on_and_others_are_told(
    ods: str, arrive: Arrive, settle: Settle, stack: Stack, window: Window
) -> None:
    # Given a lead who is logged in, a recorder who is not, and a provider that goes down,
    lead = arrive(ods, "Priya", "lead-administrator", at_provider=True)
    (email,) = settle(ods, "Rosa")
    rosa = Person(stack, window(), email, ods)
    stack.end("provider")

    # Then logging in ends at a page that says so, sooner or later,
    stack.wait_until_sure()
    rosa.open("/")
    rosa.press("Log in")
    rosa.is_at("You cannot log in at the moment")
    rosa.sees("There is nothing wrong with your account")
    rosa.press("Try again")
    rosa.is_at("You cannot log in at the moment")

    # And the lead goes on: lists, changes, everything but the provider itself.
    lead.go("/users")
    manage_users.change(lead, rosa.name, level="administrator")

    # And can log out, though not everywhere.
    sign_in.log_out(lead)
    lead.is_told("RAVS Identity is not answering, so you may still be logged in")

    # When the provider is back, then so is the log-in.
    stack.start_provider()
    stack.wait_until_sure()
    rosa.press("Try again")
    sign_in.type_password(rosa)
    rosa.is_at(f"Journey Trust {ods}")


@pytest.mark.usefixtures("provider")
def test_somebody_added_meanwhile_gets_account_and_letters_when_it_is_back(
    ods: str, arrive: Arrive, stack: Stack, window: Window
) -> None:
    # Given a lead, and a provider that is down,
    lead = arrive(ods, "Priya", "lead-administrator")
    who = manage_users.Somebody.named(f"Rosa {ods.title()}")
    stack.end("provider")

    # When somebody is added, then the check page says so and shows both letters,
    manage_users.reach_check(lead, who)
    lead.sees(
        "RAVS Identity is not answering",
        "If they are new to RAVS Identity",
        "If they already have an account with RAVS Identity",
    )
    lead.press("Confirm and send")
    lead.is_told(f"{who.name} has been invited")

    # And the invitation is saved; list and page say what it waits for; no letter is sent yet.
    lead.reads_in_the_end("Waiting for RAVS Identity")
    lead.click(who.name, exact=True)
    lead.sees("RAVS Identity has not answered yet. The invite is saved.")
    assert stack.post.count(who.email) == 0
    lead.click("Why can’t they log in?")
    lead.sees("RAVS Identity did not answer", "The invite will be sent when it does.")

    # When it is back, then the account is made, and both letters come.
    stack.start_provider()
    stack.past.identity_call(who.email)
    assert "within 7 days" in text_of(stack.post.to(who.email, "You are invited"))
    rosa = Person(stack, window(), who.email, ods)
    identity.activate(rosa)
    sign_in.log_in(rosa)
    rosa.is_at(f"Journey Trust {ods}")
    lead.go("/users/invited")
    lead.sees_no("Waiting for RAVS Identity")
    expect(lead.page.get_by_role("table")).to_have_count(0)
