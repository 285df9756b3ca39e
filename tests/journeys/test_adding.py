"""Adding people: what is kept, what is sent, and what is shown of whom."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import http_client
from tests.journeys.pages import choose_organisation, identity, manage_users, sign_in
from tests.journeys.pages.manage_users import Somebody
from tests.journeys.people import Person
from tests.journeys.postbox import text_of
from tests.journeys.stack import Stack

Arrive = Callable[..., Person]
NewTrust = Callable[[], str]
Settle = Callable[..., list[str]]
Window = Callable[..., Page]


@pytest.fixture
def lead(ods: str, arrive: Arrive) -> Person:
    return arrive(ods, "Priya", "lead-administrator")


def test_going_back_keeps_every_answer_and_change_jumps_to_its_question(lead: Person) -> None:
    # Given answers on the check page,
    who = Somebody.named(f"Rosa {lead.ods.title()}", vaccinator="No")
    manage_users.reach_check(lead, who)

    # When the lead goes back, then all of them stand there still.
    lead.click("Back")
    for label, text in (("First name", who.first), ("Email address", who.email)):
        expect(lead.page.get_by_label(label, exact=True)).to_have_value(text)
    expect(lead.page.get_by_role("radio", name="No")).to_be_checked()
    expect(lead.page.get_by_role("radio", name="Recorder")).to_be_checked()

    # When she changes one by its link, then only that one is different.
    lead.press("Continue")
    lead.click("Change name")
    lead.click("Back")
    lead.press("Add user")
    expect(lead.page.get_by_label("Last name", exact=True)).to_have_value("")


def test_each_change_link_leads_to_the_question_it_names(lead: Person) -> None:
    manage_users.reach_check(lead, Somebody.named(f"Rosa {lead.ods.title()}"))
    for words, field in (
        ("Change name", lead.page.get_by_label("First name", exact=True)),
        ("Change email address", lead.page.get_by_label("Email address", exact=True)),
        ("Change vaccinator", lead.page.get_by_role("radio", name="Yes")),
        ("Change permission level", lead.page.get_by_role("radio", name="Recorder")),
    ):
        lead.click(words)
        expect(field).to_be_focused()
        lead.press("Continue")

    lead.click("Change permission level")
    lead.choose("Permission level", "Lead administrator")
    lead.press("Continue")
    lead.sees(f"Rosa {lead.ods.title()}", "Lead administrator")


def test_two_tabs_with_two_people_do_not_mix(lead: Person, stack: Stack) -> None:
    # Given two tabs, each with somebody else on its check page,
    rosa, adam = (Somebody.named(f"{name} {lead.ods.title()}") for name in ("Rosa", "Adam"))
    other = lead.in_another_tab()
    manage_users.reach_check(lead, rosa)
    manage_users.reach_check(other, adam.but(level="Administrator"))

    # When the first is gone over again and both are confirmed,
    lead.click("Back")
    lead.press("Continue")
    other.press("Confirm and send")
    lead.press("Confirm and send")

    # Then each was added as their own tab said, and each got a letter of their own.
    lead.is_told(f"{rosa.name} has been invited")
    expect(manage_users.row_of(lead, rosa.name)).to_contain_text("Recorder")
    expect(manage_users.row_of(lead, adam.name)).to_contain_text("Administrator")
    for who in (rosa, adam):
        assert f"Hello {who.first}" in text_of(stack.post.to(who.email, "You are invited"))


def test_a_double_click_sends_once(lead: Person, stack: Stack) -> None:
    who = Somebody.named(f"Rosa {lead.ods.title()}")
    manage_users.reach_check(lead, who)
    key = lead.page.locator("input[name=key]").input_value()
    lead.page.get_by_role("button", name="Confirm and send").dblclick()
    lead.is_told(f"{who.name} has been invited")

    # And the check page opened again leads to where it ended.
    other = lead.in_another_tab()
    other.open(f"/o/{lead.ods}/users/add/check?key={key}")
    other.is_at("Manage users")
    stack.post.to(who.email, "You are invited")
    stack.post.to(who.email, identity.ACTIVATION)
    assert stack.post.count(who.email) == 2
    assert manage_users.names(lead) == [who.name]


def test_the_same_check_page_confirmed_in_two_tabs_sends_once(lead: Person, stack: Stack) -> None:
    who = Somebody.named(f"Rosa {lead.ods.title()}")
    manage_users.reach_check(lead, who)
    other = lead.in_another_tab()
    other.open(lead.page.url)

    lead.press("Confirm and send")
    other.press("Confirm and send")

    other.is_at("Manage users")
    assert manage_users.names(other) == [who.name]
    stack.post.to(who.email, "You are invited")
    stack.post.to(who.email, identity.ACTIVATION)
    assert stack.post.count(who.email) == 2


def test_send_and_add_another_opens_an_empty_form(lead: Person) -> None:
    who = Somebody.named(f"Rosa {lead.ods.title()}")
    manage_users.reach_check(lead, who)
    lead.press("Send and add another")

    lead.is_at("Add user")
    lead.is_told(f"{who.name} has been invited to Journey Trust {lead.ods}")
    expect(lead.page.get_by_label("First name", exact=True)).to_have_value("")
    expect(lead.page.locator("input[type=radio]:checked")).to_have_count(0)

    next_one = Somebody.named(f"Adam {lead.ods.title()}")
    manage_users.answer(lead, next_one)
    lead.press("Continue")
    lead.press("Confirm and send")
    assert manage_users.names(lead) == [next_one.name, who.name]


def test_somebody_added_meanwhile_is_said_on_the_form(lead: Person, stack: Stack) -> None:
    # Given a check page, and a colleague who was quicker,
    name = f"Rosa {lead.ods.title()}"
    manage_users.reach_check(lead, Somebody.named(name))
    stack.add_user(lead.ods, name)

    # When it is confirmed, then the form says that she is there now, with all that was typed.
    lead.press("Confirm and send")
    lead.is_at("Add user")
    lead.sees(f"{name} is already a user")
    expect(lead.page.get_by_label("First name", exact=True)).to_have_value("Rosa")


def test_adding_a_deactivated_person_again_reactivates_them_at_the_level_chosen_now(
    lead: Person, stack: Stack
) -> None:
    # Given a recorder who was invited by letter, logged in and was deactivated,
    name = f"Rosa {lead.ods.title()}"
    stack.add_account(name)
    email = stack.add_user(lead.ods, name)
    stack.post.to(email, "You are invited")
    http_client.log_in(stack, email).close()
    manage_users.deactivate(lead, name)

    # When she is added again as an administrator,
    again = Somebody.named(name, level="administrator", vaccinator="No")
    manage_users.reach_check(lead, again)
    lead.is_at("Check and reactivate user")
    lead.sees("was deactivated at this organisation", "You can log in again at")
    lead.sees_no("You are invited")
    lead.press("Confirm and send")

    # Then she is active again at that level, and one letter says so.
    lead.is_told(f"{name} has been reactivated at")
    expect(manage_users.row_of(lead, name)).to_contain_text("Administrator")
    assert "Administrator" in text_of(stack.post.to(email, "You can log in again"))
    assert stack.post.count(email, "You are invited") == 1


def test_somebody_with_an_account_at_the_provider_is_told_to_use_it(
    lead: Person, stack: Stack, window: Window
) -> None:
    # Given somebody new here whose account at the provider works already,
    name = f"Rosa {lead.ods.title()}"
    stack.add_account(name)

    # When they are added, then the preview is the letter that tells them so,
    manage_users.reach_check(lead, Somebody.named(name))
    lead.sees("You already have an account with RAVS Identity")
    lead.sees_no("Activate your RAVS Identity account")
    previewed = lead.page.locator(".ravs-letter").inner_text()
    lead.press("Confirm and send")

    # And so is the letter; nothing comes from the provider.
    rosa = Person(stack, window(), manage_users.Somebody.named(name).email, lead.ods)
    sent = text_of(stack.post.to(rosa.email, "You are invited"))
    for words in (
        "You already have an account with RAVS Identity",
        f"Your username is {rosa.email}",
    ):
        assert words in previewed
        assert words in sent
    sign_in.log_in(rosa)
    rosa.is_at(f"Journey Trust {lead.ods}")
    assert stack.post.count(rosa.email, identity.ACTIVATION) == 0


def test_one_person_at_two_organisations_with_a_level_at_each(
    lead: Person, new_trust: NewTrust, arrive: Arrive, settle: Settle, stack: Stack
) -> None:
    # Given a recorder at one trust, whom the lead of another knows by a shorter name,
    (email,) = settle(lead.ods, "Rosamund")
    there = new_trust()
    other_lead = arrive(there, "Olu", "lead-administrator")
    short = Somebody("Rosa", "Short", email, "No", "Administrator")

    # When she is added there, then nothing of what is known elsewhere shows before confirming,
    manage_users.reach_check(other_lead, short)
    other_lead.is_at("Check and add user")
    other_lead.sees("Rosa Short", "You already have an account")
    other_lead.sees_no("Rosamund", lead.ods)

    # And she keeps her own name, and her level at the first trust.
    other_lead.press("Confirm and send")
    other_lead.is_told(f"Rosamund {lead.ods.title()} has been invited")
    rosa = arrive(lead.ods, "Rosamund", known=email)
    rosa.open("/choose-organisation")
    rosa.sees("You have been invited. Continue to accept.")
    choose_organisation.choose(rosa, there)
    assert "Reports" in rosa.menu()
    choose_organisation.switch(rosa, lead.ods)
    assert "Reports" not in rosa.menu()


def test_somebody_known_who_never_activated_gets_the_first_letter_and_a_new_activation(
    lead: Person, new_trust: NewTrust, stack: Stack, arrive: Arrive, window: Window
) -> None:
    # Given somebody invited at one trust who has not activated the account,
    name = f"Ingrid {lead.ods.title()}"
    ingrid = Person(stack, window(), stack.add_user(lead.ods, name), lead.ods)
    first_link = identity.activation_link(ingrid)

    # When another trust invites them, then the letter again speaks of activating,
    there = new_trust()
    other_lead = arrive(there, "Olu", "lead-administrator")
    manage_users.add_user(other_lead, name)
    stack.post.to(ingrid.email, f"You are invited to record vaccinations at Journey Trust {there}")
    second_link = identity.activation_link(ingrid, number=2)

    # And the newest link is the one that works, for both.
    ingrid.open(first_link)
    ingrid.is_at("There is a newer link")
    ingrid.open(second_link)
    identity.choose_password(ingrid)
    sign_in.log_in(ingrid)
    choose_organisation.choose(ingrid, there)
    choose_organisation.switch(ingrid, lead.ods)


def test_a_name_can_never_become_markup(lead: Person) -> None:
    """Apostrophes and accents are names; the letter shows them as they are."""
    who = Somebody("Zoë", "O’Brien-Łukasz", f"zoe.{lead.ods.lower()}@nhs.net", "Yes", "Recorder")
    manage_users.reach_check(lead, who)
    lead.sees("Hello Zoë")
    lead.press("Confirm and send")
    assert manage_users.names(lead) == [who.name]
