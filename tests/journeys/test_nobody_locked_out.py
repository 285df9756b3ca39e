"""Nobody is locked out: asking to come back, a letter for who cannot log in, a mistyped address."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.pages import identity, manage_users, sign_in
from tests.journeys.people import Person
from tests.journeys.postbox import link_in, text_of
from tests.journeys.stack import Stack

Arrive = Callable[..., Person]
NewTrust = Callable[[], str]
Settle = Callable[..., list[str]]
Window = Callable[..., Page]

ASKED, ANSWERED = "You have asked to be reactivated", "has been reactivated at"


@pytest.fixture
def lead(ods: str, arrive: Arrive) -> Person:
    return arrive(ods, "Priya", "lead-administrator")


def ask(person: Person, reason: str) -> None:
    """From the page that refuses somebody to the page that says who has been told."""
    person.is_at("There is a problem with your account")
    person.press(f"Ask to be reactivated at Journey Trust {person.ods} ({person.ods})")
    person.is_at("Ask to be reactivated")
    person.fill("Why do you need access?", reason)
    person.press("Send request")
    person.is_at(ASKED)


def test_people_who_are_refused_ask_and_a_lead_answers_each(
    lead: Person, settle: Settle, stack: Stack, window: Window
) -> None:
    # Given a new lead, who is asked whether she vaccinates, and two who were here long ago,
    lead.go()
    lead.sees("Do you give vaccines?")
    lead.go("/users/do-you-vaccinate")
    lead.press("Yes, I vaccinate")
    lead.is_told("You are now a vaccinator here.")
    rosa, dev = (
        Person(stack, window(), email, lead.ods) for email in settle(lead.ods, "Rosa", "Dev")
    )
    stack.past.log_in(rosa.email, days=80)
    stack.past.log_in(dev.email, days=95)
    lead.go("/users")
    lead.click("Users who need to log in soon (2)")
    assert lead.page.get_by_role("rowheader").all_inner_texts()[0].strip() == dev.name
    stack.past.log_in(rosa.email, days=95)

    # When they log in, then they are refused; without a reason nothing is sent.
    sign_in.log_in(rosa)
    rosa.sees("because you had not logged in for 90 days", lead.name)
    rosa.press(f"Ask to be reactivated at Journey Trust {lead.ods} ({lead.ods})")
    rosa.sees(lead.name)
    rosa.press("Send request")
    rosa.sees("Enter why you need access")
    rosa.fill("Why do you need access?", "I am back at the Monday clinic.")
    rosa.press("Send request")
    rosa.is_at(ASKED)
    rosa.sees("We have told the lead administrator", lead.name, rosa.email)
    sign_in.log_in(dev)
    ask(dev, "I forgot to log in.")

    # And the lead has a letter for each, which leads to a page where she can answer.
    letter = stack.post.to(lead.email, f"{rosa.name} asks to be reactivated")
    assert "Monday clinic" not in text_of(letter)
    lead.open(link_in(letter, "/request"))
    lead.sees("I am back at the Monday clinic.", "They keep the permission level they had")
    lead.go("/users")
    lead.click("2 people ask to be reactivated")
    lead.click(rosa.name, exact=True)
    lead.press("Accept and reactivate")
    lead.is_told(f"{rosa.name} {ANSWERED}")
    lead.click(dev.name, exact=True)
    lead.click("Decline", exact=True)
    lead.press("Decline request")
    lead.is_told(f"The request of {dev.name} has been declined.")
    lead.go("/users/requests")
    lead.sees("Nobody is waiting for an answer.")

    # Then one comes in, and the other knows whom to speak to.
    stack.post.to(rosa.email, "You can log in again")
    rosa.open("/sign-in?again=yes")
    rosa.is_at(f"Journey Trust {lead.ods}")
    told = text_of(stack.post.to(dev.email, "Your request for access"))
    assert f"{lead.name}, {lead.email}" in told


def test_whoever_cannot_log_in_gets_a_letter_and_a_page_that_tells_nothing(
    lead: Person, stack: Stack, window: Window
) -> None:
    # Given somebody whose activation link has ended, and somebody nobody has heard of,
    ingrid = Person(
        stack, window(), stack.add_user(lead.ods, f"Ingrid {lead.ods.title()}"), lead.ods
    )
    identity.activation_link(ingrid)
    stack.post.to(ingrid.email, "You are invited")
    stack.past.invitation(ingrid.email, lead.ods, days=8)
    stack.past.link(ingrid.email, days=8)
    stack.past.told_link(ingrid.email, days=8)

    # When both ask, then both are told the same.
    seen = []
    for email in (ingrid.email, f"nobody.{lead.ods.lower()}@nhs.net"):
        ingrid.open("/")
        ingrid.click("I cannot log in")
        ingrid.fill("Your email address", email)
        ingrid.press("Send me an email")
        ingrid.is_at("Check your email")
        seen.append(ingrid.page.locator("main").inner_text())
    assert seen[0] == seen[1]

    # And the one who is known gets a letter, a new link, and comes in.
    letter = text_of(stack.post.to(ingrid.email, "How to log in"))
    assert "We are sending you a new one" in letter
    ingrid.open(identity.activation_link(ingrid, number=2))
    identity.choose_password(ingrid)
    sign_in.log_in(ingrid)
    ingrid.is_at(f"Journey Trust {lead.ods}")
    assert stack.post.count(f"nobody.{lead.ods.lower()}@nhs.net") == 0


def test_a_mistyped_address_is_corrected_and_the_invitation_goes_there(
    lead: Person, stack: Stack, window: Window
) -> None:
    # Given an invitation to a mistyped address,
    right = Person(stack, window(), f"una.{lead.ods.lower()}@nhs.net", lead.ods)
    wrong = stack.add_user(lead.ods, f"Una {lead.ods.title()}x")
    stack.post.to(wrong, "You are invited")
    manage_users.open_person(lead, f"Una {lead.ods.title()}x", "/invited")
    lead.click("Correct name or email address")

    # When the lead mistypes it again, then she is told; and when she has it right,
    lead.fill("Email address", "una@nowhere")
    lead.press("Save corrections")
    lead.sees("Enter an email address in the correct format")
    lead.fill("Last name", lead.ods.title())
    lead.fill("Email address", right.email)
    lead.press("Save corrections")
    lead.is_told(f"The invite will be sent to {right.email}.")
    lead.sees("corrected the email address of")

    # Then the right person is invited, activates and comes in.
    stack.post.to(right.email, "You are invited")
    identity.activate(right)
    sign_in.log_in(right)
    right.is_at(f"Journey Trust {lead.ods}")
    lead.go("/users")
    expect(manage_users.row_of(lead, f"Una {lead.ods.title()}")).to_contain_text(right.email)


def test_an_only_lead_asks_the_region_and_an_operator_grants_it(
    new_trust: NewTrust, arrive: Arrive, stack: Stack
) -> None:
    ods = new_trust()
    stack.run("organisations", "region-contact", "--region", "Y63", "--email", "y63@region.test")
    lead = arrive(ods, "Priya", "lead-administrator", at_provider=True)
    try:
        stack.past.log_in(lead.email, days=90)
        lead.open("/sign-in?again=yes")
        lead.sees("There is no active lead administrator")
        ask(lead, "I was on leave and lead again.")
        lead.sees("y63@region.test")
        letter = text_of(stack.post.to("y63@region.test", f"{lead.name} asks to be reactivated"))
        assert "I was on leave and lead again." in letter

        assert f"* {ods} {lead.email}" in stack.run("users", "requests", "--ods", ods)
        stack.run("users", "grant", "--ods", ods, "--email", lead.email)
        stack.post.to(lead.email, "You can log in again")
        lead.open("/sign-in?again=yes")
        lead.is_at(f"Journey Trust {ods}")
    finally:
        stack.run("organisations", "region-contact", "--region", "Y63", "--email", "")
