"""The main job, from the first command to everybody seeing who did what and when."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.journeys.pages import identity, manage_users, sign_in
from tests.journeys.people import Person
from tests.journeys.postbox import text_of
from tests.journeys.stack import Stack

Window = Callable[..., Page]


def test_a_colleague_is_added_works_is_changed_leaves_and_comes_back(
    stack: Stack, ods: str, window: Window
) -> None:
    # Given a new trust, and its first lead administrator whom an operator invited.
    lead = Person(
        stack, window(), stack.add_user(ods, f"Priya {ods.title()}", "lead-administrator"), ods
    )
    identity.activate(lead)
    sign_in.log_in(lead)
    lead.is_at(f"Journey Trust {ods}")

    # When she adds a colleague, then she sees them waiting.
    name = f"Rosa {ods.title()}"
    email = manage_users.add_user(lead, name)
    lead.is_at("Manage users")
    lead.sees("1 invited user")

    # And two letters arrive: ours, and the provider's.
    welcome = text_of(stack.post.to(email, "You are invited"))
    assert "within 7 days" in welcome
    assert stack.web in welcome

    # And the colleague activates the account, and may do exactly what a recorder may.
    rosa = Person(stack, window(), email, ods)
    identity.activate(rosa)
    rosa.press("Continue to Record a vaccination service")
    sign_in.log_in(rosa)
    assert rosa.menu() == ["Home", "Record vaccinations", "Records"]
    for path in ("/vaccines", "/reports", "/users", "/users/add", "/history"):
        rosa.go(path)
        rosa.is_at("You do not have permission")
        rosa.sees(lead.name)
    lead.go("/users")
    lead.sees(name)

    # When her level is raised, then that waits for her next log-in.
    manage_users.change(lead, name, level="administrator")
    assert "next time you log in" in text_of(stack.post.to(email, "Your permission level"))
    rosa.go()
    assert "Reports" not in rosa.menu()
    rosa.sees("has been changed to Administrator")
    sign_in.log_out(rosa)
    sign_in.log_in(rosa)
    assert rosa.menu() == ["Home", "Record vaccinations", "Vaccines", "Records", "Reports"]

    # When she is deactivated, then that bites on her next request, and says who can help.
    manage_users.deactivate(lead, name)
    rosa.go("/reports")
    rosa.is_at("There is a problem with your account")
    rosa.sees(lead.name)
    stack.post.to(email, "You can no longer log in")
    rosa.open("/sign-in?again=yes")
    rosa.is_at("There is a problem with your account")

    # When she is reactivated, then she has the level she had.
    manage_users.reactivate(lead, name)
    stack.post.to(email, "You can log in again")
    rosa.open("/sign-in?again=yes")
    assert "Reports" in rosa.menu()

    # And everybody who may can read what happened.
    manage_users.open_person(lead, name)
    lead.sees("from Recorder to Administrator", "Deactivated", "eactivated", "invited")
    lead.go("/history")
    lead.sees(name, lead.name)
    assert "whole" in stack.run("audit", "verify", "--ods", ods)
