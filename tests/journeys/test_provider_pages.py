"""The local provider's own pages: passwords forgotten, tried too often, and pages of its own."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.pages import identity, sign_in
from tests.journeys.people import Person
from tests.journeys.postbox import link_in
from tests.journeys.stack import Stack, address_of

Window = Callable[..., Page]


@pytest.fixture
def rosa(ods: str, stack: Stack, window: Window) -> Person:
    """Somebody with an account who was added here."""
    name = f"Rosa {ods.title()}"
    stack.add_account(name)
    return Person(stack, window(), stack.add_user(ods, name), ods)


def test_a_forgotten_password_is_replaced_by_way_of_the_mailbox(rosa: Person, stack: Stack) -> None:
    # Given the sign-in page, whose link leads to the form that asks for an address,
    rosa.open("/sign-in")
    rosa.click("I have forgotten my password")
    rosa.press("Send the link")
    rosa.sees("Enter your email address")
    identity.ask_for_link(rosa)

    # When the link of the letter is followed, then another password can be chosen,
    link = link_in(stack.post.to(rosa.email, identity.RESET), "/reset-password/")
    rosa.open(link)
    rosa.is_at("Choose a new password")
    rosa.fill("Password", "short")
    rosa.press("Save password")
    rosa.sees("Password must have at least 8 characters")
    rosa.fill("Password", "Silent-Meadow-28")
    rosa.press("Save password")
    rosa.is_at("Your password is changed")

    # And it is the one that works, and the link works no more.
    rosa.press("Continue to Record a vaccination service")
    rosa.press("Log in")
    sign_in.type_password(rosa, "Silent-Meadow-28")
    rosa.is_at(f"Journey Trust {rosa.ods}")
    rosa.open(link)
    rosa.is_at("You have already used this link")


def test_a_wrong_password_typed_too_often_has_to_wait(ods: str, rosa: Person) -> None:
    rosa.open("/sign-in")
    for _ in range(6):
        if sign_in.asks_for_password(rosa):
            sign_in.type_password(rosa, "Wrong-Harbour-17")
    rosa.is_at("You have tried too many times")
    rosa.sees("Wait 5 minutes")


def test_the_providers_own_pages_lead_back_to_the_service(rosa: Person, stack: Stack) -> None:
    sign_in.log_in(rosa)
    rosa.open(stack.provider)
    rosa.is_at("You are signed in")
    rosa.sees(rosa.email)
    rosa.press("Go to Record a vaccination service")
    rosa.is_at(f"Journey Trust {rosa.ods}")

    rosa.open(stack.provider)
    rosa.click("Sign out")
    rosa.is_at("Do you want to sign out?")
    rosa.press("Sign out")
    rosa.is_at("You are signed out")


def test_the_provider_tells_nobody_who_has_an_account(
    ods: str, stack: Stack, window: Window
) -> None:
    nobody = Person(stack, window(), address_of(f"Nobody {ods.title()}"), ods)
    nobody.open(f"{stack.provider}/forgot-password")
    identity.ask_for_link(nobody)
    nobody.sees("If there is an account with the address you entered")


def test_links_that_mean_nothing_say_so(ods: str, stack: Stack, window: Window) -> None:
    nobody = Person(stack, window(), address_of(f"Nobody {ods.title()}"), ods)
    for path, heading in (
        ("/activate/nonsense", "This link has expired"),
        ("/reset-password/nonsense", "This link has expired"),
        ("/nonsense", "Page not found"),
        ("/openid/authorize?client_id=nonsense", "We cannot sign you in this way"),
    ):
        nobody.open(stack.provider + path)
        nobody.is_at(heading)
