"""Changing what somebody may do, and taking their access away."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.pages import choose_organisation, manage_users, sign_in
from tests.journeys.people import Person
from tests.journeys.postbox import text_of
from tests.journeys.stack import Stack

Arrive = Callable[..., Person]
NewTrust = Callable[[], str]
Settle = Callable[..., list[str]]

PROBLEM = "There is a problem with your account"


@pytest.fixture
def lead(ods: str, arrive: Arrive) -> Person:
    return arrive(ods, "Priya", "lead-administrator")


def test_change_shows_how_things_are_and_saves_only_what_was_changed(
    lead: Person, settle: Settle, stack: Stack
) -> None:
    # Given a recorder, opened from the list,
    (email,) = settle(lead.ods, "Rosa")
    name = f"Rosa {lead.ods.title()}"
    lead.go("/users")
    lead.click(f"Change details for {name}")
    lead.sees(email, "Last log in")
    expect(lead.page.get_by_role("radio", name="No")).to_be_checked()
    expect(lead.page.get_by_role("radio", name="Recorder")).to_be_checked()

    # When she becomes a vaccinator, then the list says so and nobody is sent a letter.
    lead.choose("Are they a vaccinator?", "Yes")
    lead.press("Save changes")
    lead.is_told(f"{name}’s details have been changed")
    expect(manage_users.row_of(lead, name)).to_contain_text("Yes")
    assert stack.post.count(email, "Your permission level") == 0

    # When it is saved again without a change, then her history is no longer for it.
    manage_users.open_change(lead, name)
    lead.press("Save changes")
    manage_users.open_person(lead, name)
    history = lead.page.locator(".ravs-history li")
    changes = history.filter(has_text="vaccinator status from No to Yes")
    expect(changes).to_have_count(1)


def test_an_answer_that_was_tampered_with_is_refused(lead: Person, settle: Settle) -> None:
    settle(lead.ods, "Rosa")
    manage_users.open_change(lead, f"Rosa {lead.ods.title()}")
    lead.page.locator("input[name=level]:checked").evaluate("radio => radio.value = 'director'")
    lead.page.locator("input[name=vaccinator]:checked").evaluate("radio => radio.value = ''")
    lead.press("Save changes")
    lead.sees("Select whether they are a vaccinator", "Select a permission level")


def test_a_reduction_sends_them_through_the_provider_and_back_at_the_lower_level(
    lead: Person, arrive: Arrive, stack: Stack
) -> None:
    # Given an administrator in the middle of something,
    adam = arrive(lead.ods, "Adam", "administrator", at_provider=True)
    adam.go("/reports")
    adam.is_at("Reports")

    # When the lead lowers the level,
    manage_users.change(lead, adam.name, level="recorder")
    letter = text_of(stack.post.to(adam.email, "Your permission level"))
    assert "from Administrator to Recorder" in letter
    assert "applies now" in letter

    # Then the next request goes by the provider and comes back with what is left.
    went = []
    adam.page.on("request", lambda request: went.append(request.url))
    adam.go("/reports")
    assert any(url.startswith(f"{stack.provider}/openid/authorize") for url in went)
    adam.is_at("You do not have permission to see this page")
    adam.sees(lead.name)
    assert adam.menu() == ["Home", "Record vaccinations", "Records"]


def test_the_only_lead_administrator_can_neither_lower_nor_leave(
    lead: Person, settle: Settle
) -> None:
    # Given the only lead, on her own page,
    settle(lead.ods, "Adam", level="administrator")
    manage_users.open_person(lead, lead.name)
    lead.sees("only active lead administrator")
    assert "Deactivate" not in lead.links()

    # Then her level cannot be changed, and the form says why,
    lead.click("Change permission level")
    lead.sees("You are the only lead administrator")
    lead.sees_no("deactivate your account")
    lead.choose("Permission level", "Administrator")
    lead.press("Save changes")
    lead.sees("You cannot change your permission level because you are the only lead administrator")

    # But whether she vaccinates can,
    lead.choose("Permission level", "Lead administrator")
    lead.choose("Are they a vaccinator?", "Yes")
    lead.press("Save changes")
    lead.is_told("details have been changed")

    # And the address of the page that deactivates explains what to do first.
    manage_users.open_person(lead, lead.name)
    lead.open(lead.page.url + "/deactivate")
    lead.is_at("The only lead administrator cannot be deactivated")
    lead.sees("Make someone else a lead administrator first")


def test_deactivating_somebody_explains_what_happens_and_happens_at_once(
    lead: Person, arrive: Arrive, stack: Stack
) -> None:
    # Given a recorder who is logged in, and the page that asks,
    rosa = arrive(lead.ods, "Rosa", at_provider=True)
    rosa.go("/record")
    manage_users.open_change(lead, rosa.name)
    lead.click("deactivate the account")
    lead.is_at("Deactivate user")
    lead.sees("logged out at once", "RAVS Identity account stays as it is", "at any time")

    # When the lead goes back first and then does it, also twice,
    lead.click("Cancel", exact=True)
    lead.is_at("User details")
    lead.click("Deactivate", exact=True)
    other = lead.in_another_tab()
    other.open(lead.page.url)
    lead.press("Deactivate user")
    lead.is_told(f"{rosa.name} has been deactivated at Journey Trust {lead.ods}")
    expect(manage_users.row_of(lead, rosa.name)).to_contain_text(f"By {lead.name}")
    other.press("Deactivate user")
    other.is_at("Manage users")

    # Then her next click ends here, once and for all, and one letter tells her.
    rosa.click("Records")
    rosa.is_at(PROBLEM)
    rosa.sees("You have been deactivated", lead.name)
    rosa.open("/")
    rosa.is_at(PROBLEM)
    stack.post.to(rosa.email, "You can no longer log in")
    assert stack.post.count(rosa.email, "You can no longer log in") == 1


def test_somebody_at_two_organisations_is_deactivated_here_only(
    lead: Person, new_trust: NewTrust, settle: Settle, arrive: Arrive, stack: Stack
) -> None:
    # Given a recorder who works at another trust too, with a tab open at each,
    (email,) = settle(lead.ods, "Rosa")
    there = new_trust()
    stack.add_user(there, f"Rosa {lead.ods.title()}", "administrator")
    rosa = arrive(lead.ods, "Rosa", known=email, at_provider=True)
    rosa.open("/choose-organisation")
    choose_organisation.choose(rosa, there)
    here = rosa.in_another_tab()
    here.ods = lead.ods
    here.go()

    # When the lead here deactivates her,
    manage_users.deactivate(lead, rosa.name)

    # Then the tab here says so and shows the way on, and the tab there works as before.
    here.go("/records")
    here.is_at(PROBLEM)
    here.sees_no(f"Journey Trust {there}")
    rosa.go("/reports")
    rosa.is_at("Reports")
    here.click("Choose another organisation")
    here.is_at("Choose your organisation")
    here.sees_no(f"Journey Trust {lead.ods}")
    letter = text_of(stack.post.to(email, "You can no longer"))
    assert "at this organisation only" in letter


def test_leaving_oneself_ends_in_being_logged_out(lead: Person, arrive: Arrive) -> None:
    # Given two leads, one of whom leaves,
    olu = arrive(lead.ods, "Olu", "lead-administrator", at_provider=True)
    manage_users.open_change(olu, olu.name)
    olu.click("deactivate your account")
    olu.is_at("Deactivate your account")
    olu.sees("you will be logged out", "Another lead administrator can reactivate you")
    olu.press("Deactivate your account")

    # Then she is out, and the other lead can see by whom.
    olu.is_at("You have been logged out")
    olu.go("/users")
    assert olu.page.url.startswith((olu.stack.provider, olu.stack.web + "/sign-in"))
    lead.go("/users/deactivated")
    expect(manage_users.row_of(lead, olu.name)).to_contain_text(f"By {olu.name}")

    # And the log-in ends at the page that says who can help.
    sign_in.log_in(olu)
    olu.is_at(PROBLEM)
    olu.sees(lead.name)

    # And the other one, alone now, cannot leave.
    manage_users.open_person(lead, lead.name)
    assert "Deactivate" not in lead.links()


def test_leaving_one_of_two_organisations_leads_to_the_other(
    lead: Person, new_trust: NewTrust, settle: Settle, arrive: Arrive, stack: Stack
) -> None:
    (email,) = settle(lead.ods, "Olu", level="lead-administrator")
    there = new_trust()
    stack.add_user(there, f"Olu {lead.ods.title()}")
    olu = arrive(lead.ods, "Olu", known=email, at_provider=True)
    manage_users.open_person(olu, olu.name)
    olu.click("Deactivate", exact=True)
    olu.press("Deactivate your account")

    choose_organisation.choose(olu, there)
    olu.is_at(f"Journey Trust {there}")


def test_a_lead_who_lost_the_level_can_finish_nothing_that_was_begun(
    lead: Person, arrive: Arrive, settle: Settle
) -> None:
    # Given a lead with the page open that deactivates somebody,
    settle(lead.ods, "Rosa")
    olu = arrive(lead.ods, "Olu", "lead-administrator", at_provider=True)
    manage_users.open_person(olu, f"Rosa {lead.ods.title()}")
    olu.click("Deactivate", exact=True)

    # When another lead lowers their level, then the button does nothing any more.
    manage_users.change(lead, olu.name, level="recorder")
    olu.press("Deactivate user")
    olu.is_at(f"Journey Trust {lead.ods}")
    lead.go("/users")
    lead.sees(f"Rosa {lead.ods.title()}")
