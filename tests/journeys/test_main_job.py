"""The main job, from the first command to everybody seeing who did what and when."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.journeys.pages import manage_users
from tests.journeys.people import Person
from tests.journeys.stack import Stack, text_of

Arrive = Callable[..., Person]
Window = Callable[..., Page]


def test_a_colleague_is_added_works_is_changed_leaves_and_comes_back(
    stack: Stack, ods: str, arrive: Arrive, window: Window
) -> None:
    lead = arrive(ods, "Priya", "lead-administrator")
    lead.is_at(f"Journey Trust {ods}")

    # The lead adds a colleague and sees them waiting.
    name = f"Rosa {ods.title()}"
    email = manage_users.add_user(lead, name)
    lead.is_at("Manage users")
    lead.sees("1 invited user")

    # Two letters arrive: ours, and the provider's.
    welcome = stack.post.to(email, "You are invited")
    assert "within 7 days" in text_of(welcome)
    assert stack.web in text_of(welcome)

    # The colleague activates the account, and may do exactly what a recorder may.
    rosa = Person(stack, window(), email, ods)
    rosa.activate()
    rosa.log_in()
    assert rosa.menu() == ["Home", "Record vaccinations", "Records"]
    for path in ("/vaccines", "/reports", "/users", "/users/add", "/history"):
        rosa.go(path)
        rosa.is_at("You do not have permission")
        rosa.sees(lead.name)
    lead.go("/users")
    lead.sees(name)

    # A raise waits for the next log-in.
    manage_users.change(lead, name, level="administrator")
    assert "next time you log in" in text_of(stack.post.to(email, "Your permission level"))
    rosa.go()
    assert "Reports" not in rosa.menu()
    rosa.sees("has been changed to Administrator")
    rosa.log_out()
    rosa.log_in()
    assert rosa.menu() == ["Home", "Record vaccinations", "Vaccines", "Records", "Reports"]

    # A deactivation bites on the next request, and says who can help.
    manage_users.deactivate(lead, name)
    rosa.go("/reports")
    rosa.is_at("There is a problem with your account")
    rosa.sees(lead.name)
    assert "can no longer log in" in stack.post.to(email, "You can no longer")["Subject"]
    rosa.log_in("/sign-in?again=yes")
    rosa.is_at("There is a problem with your account")

    # Back again, with the level she had.
    manage_users.reactivate(lead, name)
    stack.post.to(email, "You can log in again")
    rosa.log_in("/sign-in?again=yes")
    assert "Reports" in rosa.menu()

    # Everybody who may can read what happened.
    manage_users.open_person(lead, name)
    lead.sees("from Recorder to Administrator", "Deactivated", "eactivated", "invited")
    lead.go("/history")
    lead.sees(name, lead.name)
    assert "whole" in stack.run("audit", "verify", "--ods", ods)
