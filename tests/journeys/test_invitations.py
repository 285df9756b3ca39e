"""Invitations that wait: sent again, withdrawn, run out, and links that work no longer."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.pages import identity, manage_users, sign_in
from tests.journeys.people import Person
from tests.journeys.postbox import text_of
from tests.journeys.stack import Stack

Arrive = Callable[..., Person]
Window = Callable[..., Page]


@pytest.fixture
def lead(ods: str, arrive: Arrive) -> Person:
    return arrive(ods, "Priya", "lead-administrator")


@pytest.fixture
def ingrid(lead: Person, stack: Stack, window: Window) -> Person:
    """Somebody invited today, who has not done anything yet."""
    email = stack.add_user(lead.ods, f"Ingrid {lead.ods.title()}")
    return Person(stack, window(), email, lead.ods)


def test_an_invitation_older_than_7_days_can_be_sent_again(
    lead: Person, ingrid: Person, stack: Stack
) -> None:
    # Given an invitation that is 7 days old, then it cannot be sent again yet,
    first_link = identity.activation_link(ingrid)
    stack.past.invitation(ingrid.email, lead.ods, days=7)
    lead.go("/users/invited")
    expect(manage_users.row_of(lead, ingrid.name)).to_contain_text("7 days ago")
    assert "Resend invite" not in " ".join(lead.links())

    # But a day later it can, from the list.
    stack.past.invitation(ingrid.email, lead.ods, days=8)
    stack.past.link(ingrid.email, days=8)
    lead.go("/users/invited")
    lead.click(f"Resend invite to {ingrid.name}")
    lead.is_at("Resend invite")
    lead.sees(ingrid.email, "new activation email")
    lead.press("Resend invite")
    lead.is_told(f"The invite to {ingrid.name} will be sent again.")
    expect(manage_users.row_of(lead, ingrid.name)).to_contain_text("Today")

    # Then both letters come anew, and only the new link activates.
    stack.post.to(ingrid.email, "You are invited", number=2)
    new_link = identity.activation_link(ingrid, number=2)
    ingrid.open(first_link)
    ingrid.is_at("There is a newer link")
    ingrid.open(new_link)
    identity.choose_password(ingrid)
    sign_in.log_in(ingrid)
    ingrid.is_at(f"Journey Trust {lead.ods}")

    # And the person's page tells the story.
    manage_users.open_person(lead, ingrid.name)
    lead.sees(f"sent the invite to {ingrid.name} again")


def test_the_page_of_somebody_invited_says_how_far_they_are(lead: Person, ingrid: Person) -> None:
    identity.activation_link(ingrid)
    lead.stack.post.to(ingrid.email, "You are invited")
    manage_users.open_person(lead, ingrid.name, "/invited")
    lead.sees(
        "they had not activated their RAVS Identity account",
        "The link in their email works until",
        "Welcome, with how to activate the account: sent",
    )
    assert lead.links()[:2] == ["Change permission level or vaccinator status", "Cancel invite"]

    # And why they cannot log in: the provider is asked, now.
    lead.click("Why can’t they log in?")
    lead.is_at("Why can’t they log in?")
    lead.sees(
        f"{ingrid.name} is invited to Journey Trust {lead.ods}",
        "They have not activated their RAVS Identity account yet. The link in their email works",
        "follow the link in the email from RAVS Identity",
    )


def test_somebody_invited_can_be_changed_before_they_come(lead: Person, ingrid: Person) -> None:
    manage_users.open_person(lead, ingrid.name, "/invited")
    lead.click("Change permission level")
    lead.sees("Has not logged in yet", "cancel the invite")
    lead.choose("Permission level", "Administrator")
    lead.press("Save changes")
    lead.is_told("details have been changed")
    expect(manage_users.row_of(lead, ingrid.name)).to_contain_text("Administrator")

    identity.activate(ingrid)
    sign_in.log_in(ingrid)
    assert "Reports" in ingrid.menu()


def test_a_cancelled_invitation_leaves_the_lists_and_lets_nobody_in(
    lead: Person, ingrid: Person
) -> None:
    # Given somebody who has activated the account, and a lead who thinks better of it,
    identity.activate(ingrid)
    manage_users.open_person(lead, ingrid.name, "/invited")
    lead.click("Cancel invite")
    lead.sees("You can add them again at any time")
    lead.press("Cancel invite")
    lead.is_told(f"The invite to {ingrid.name} has been cancelled.")

    # Then they are on no list, and the log-in says only that nobody gave them access.
    assert manage_users.tabs(lead) == []
    sign_in.log_in(ingrid)
    ingrid.is_at("You do not have access to this service")
    ingrid.sees(ingrid.email)
    ingrid.sees_no(lead.ods)

    # And when they are added again after all, the log-in works.
    manage_users.add_user(lead, ingrid.name)
    ingrid.open("/sign-in?again=yes")
    ingrid.is_at(f"Journey Trust {lead.ods}")


def test_thinking_better_of_cancelling_changes_nothing(lead: Person, ingrid: Person) -> None:
    manage_users.open_person(lead, ingrid.name, "/invited")
    lead.click("Cancel invite")
    lead.click("Cancel", exact=True)
    lead.is_at("User details")
    lead.sees("Invited")


def test_an_invitation_that_ran_out_lets_nobody_in_until_it_is_sent_again(
    lead: Person, ingrid: Person, stack: Stack
) -> None:
    # Given an invitation of 90 days ago, and a night,
    identity.activate(ingrid)
    stack.past.invitation(ingrid.email, lead.ods, days=90)
    assert "invites expired: 1" in stack.run("nightly")

    # Then the log-in is refused, and says who can help.
    sign_in.log_in(ingrid)
    ingrid.is_at("There is a problem with your account")
    ingrid.sees("Your invite has expired", lead.name)

    # And the list tells the lead, who sends it again.
    lead.go("/users/invited")
    expect(manage_users.row_of(lead, ingrid.name)).to_contain_text("Invite expired")
    lead.click(f"Resend invite to {ingrid.name}")
    lead.press("Resend invite")
    lead.sees_no("Invite expired")

    # Then it works: the account was activated long ago, and the letter knows it.
    letter = text_of(stack.post.to(ingrid.email, "You are invited", number=2))
    assert "already have an account" in letter
    ingrid.open("/sign-in?again=yes")
    ingrid.is_at(f"Journey Trust {lead.ods}")


def test_an_activation_link_that_ran_out_is_asked_for_anew(ingrid: Person, stack: Stack) -> None:
    # Given an activation letter of 7 days ago,
    link = identity.activation_link(ingrid)
    stack.past.link(ingrid.email, days=7)

    # When its link is followed, then the page says so and offers a new one.
    ingrid.open(link)
    ingrid.is_at("This link has expired")
    identity.ask_for_link(ingrid)

    # And the new one works once.
    new_link = identity.activation_link(ingrid, number=2)
    ingrid.open(new_link)
    identity.choose_password(ingrid)
    ingrid.is_at("Your account is ready")
    ingrid.open(new_link)
    ingrid.is_at("You have already activated your account")


def test_a_password_that_breaks_the_rules_is_refused_with_all_of_them(ingrid: Person) -> None:
    ingrid.open(identity.activation_link(ingrid))
    identity.choose_password(ingrid, "")
    ingrid.sees("Enter a password")
    identity.choose_password(ingrid, "ingrid")
    expect(ingrid.page.locator(".nhsuk-error-summary")).to_be_focused()
    identity.choose_password(ingrid)
    ingrid.is_at("Your account is ready")


def test_a_letter_that_cannot_be_delivered_is_told_to_the_lead_who_can_send_it_again(
    lead: Person, stack: Stack
) -> None:
    # Given an address that the mail server will not take,
    name = f"Nomail {lead.ods.title()}"
    who = manage_users.Somebody.named(name)
    stack.post.refused.add(who.email)
    manage_users.add_user(lead, name)

    # Then the list and the person's page say so,
    lead.reads_in_the_end("Email not delivered")
    lead.click(name, exact=True)
    lead.sees("The invite could not be sent", "Not delivered")

    # And it can be sent again at once, when the address works.
    stack.post.refused.remove(who.email)
    lead.click("Resend invite")
    lead.press("Resend invite")
    stack.post.to(who.email, "You are invited")
