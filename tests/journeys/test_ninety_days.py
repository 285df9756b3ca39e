"""The 90-day rule as people live through it: warned, deactivated, and brought back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.pages import manage_users, sign_in
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


def test_people_are_warned_once_at_each_stage_and_a_log_in_ends_the_matter(
    lead: Person, settle: Settle, stack: Stack, window: Window
) -> None:
    # Given a recorder who was last here 60 days ago,
    (email,) = settle(lead.ods, "Rosa")
    rosa = Person(stack, window(), email, lead.ods)
    stack.past.log_in(email, days=60)

    # When two nights go by, then one letter warns her and says until when.
    stack.run("nightly")
    stack.run("nightly")
    warning = text_of(stack.post.to(email, "Log in soon"))
    assert f"Journey Trust {lead.ods} ({lead.ods}) on " in warning
    assert stack.post.count(email, "Log in soon") == 1

    # When she stays away, then the list shows how near the end is, and another letter comes.
    stack.past.log_in(email, days=83)
    lead.go("/users")
    expect(manage_users.row_of(lead, rosa.name)).to_contain_text("83 days ago")
    expect(manage_users.row_of(lead, rosa.name)).to_contain_text("Deactivated in 7 days")
    stack.run("nightly")
    stack.post.to(email, "Log in soon", number=2)
    manage_users.open_person(lead, rosa.name)
    lead.sees("They will be deactivated on", "Log in soon: sent")

    # When she logs in after all, then nothing of it is left.
    sign_in.log_in(rosa)
    lead.go("/users")
    expect(manage_users.row_of(lead, rosa.name)).to_contain_text("Today")
    lead.sees_no("Deactivated in")
    stack.run("nightly")
    assert stack.post.count(email, "Log in soon") == 2


def test_whoever_stays_away_90_days_is_deactivated_by_night_and_reactivated_all_at_once(
    lead: Person, settle: Settle, stack: Stack, window: Window
) -> None:
    # Given two who were away for 90 days, one for 89, and one deactivated by the lead,
    adam, bea, cal, _ = settle(lead.ods, "Adam", "Bea", "Cal", "Dev")
    manage_users.deactivate(lead, f"Dev {lead.ods.title()}")
    for email, days in ((adam, 90), (bea, 200), (cal, 89)):
        stack.past.log_in(email, days=days)

    # When night comes,
    assert "deactivated: 2" in stack.run("nightly")

    # Then those two are out, told so, and shown with the reason.
    for email in (adam, bea):
        assert "ask a lead administrator" in text_of(
            stack.post.to(email, "You have been deactivated")
        )
    lead.go("/users/deactivated")
    assert manage_users.tabs(lead) == ["Active (2)", "Deactivated (3)"]
    expect(manage_users.row_of(lead, f"Adam {lead.ods.title()}")).to_contain_text(
        "90 days since log in"
    )
    expect(manage_users.row_of(lead, f"Dev {lead.ods.title()}")).to_contain_text(f"By {lead.name}")

    # And the door tells them who can help.
    someone = Person(stack, window(), adam, lead.ods)
    sign_in.log_in(someone)
    someone.sees("because you had not logged in for 90 days", lead.name)

    # When the lead brings all of them back, with a second tab open on the same page,
    lead.click("Reactivate users (2)")
    lead.is_at("Reactivate users")
    assert manage_users.rows(lead) == [f"Adam {lead.ods.title()}", f"Bea {lead.ods.title()}"]
    lead.sees_no(f"Dev {lead.ods.title()}")
    other = lead.in_another_tab()
    other.open(lead.page.url)
    lead.press("Reactivate all 2 users")
    lead.is_told("2 users reactivated.")
    assert manage_users.tabs(lead) == ["Active (4)", "Deactivated (1)"]
    other.press("Reactivate all 2 users")
    other.is_told("0 users reactivated.")

    # Then each has one letter and comes in, and nobody is left on the page.
    for email in (adam, bea):
        stack.post.to(email, "You can log in again")
        assert stack.post.count(email, "You can log in again") == 1
    someone.open("/sign-in?again=yes")
    someone.is_at(f"Journey Trust {lead.ods}")
    lead.go("/users/reactivate")
    lead.sees("Nobody is deactivated because of inactivity")
    lead.go("/users")
    lead.sees_no("Reactivate users (")


def test_one_who_lapsed_is_reactivated_alone_with_the_level_they_had(
    lead: Person, settle: Settle, stack: Stack
) -> None:
    (email,) = settle(lead.ods, "Adam", level="administrator")
    name = f"Adam {lead.ods.title()}"
    stack.past.log_in(email, days=91)
    stack.run("nightly")
    lead.go("/users/deactivated")
    lead.sees("Reactivate users (1)")
    lead.click(f"Reactivate {name}")
    lead.is_at("Reactivate user")
    lead.sees("They keep the permission level they had", "RAVS Identity account")
    lead.press("Reactivate user")
    lead.is_told(f"{name} has been reactivated at")
    expect(manage_users.row_of(lead, name)).to_contain_text("Administrator")

    # And the clock starts anew: the next night takes nobody.
    assert "deactivated: 0" in stack.run("nightly")


def test_the_door_applies_the_rule_however_late_the_night_job_is(
    lead: Person, settle: Settle, stack: Stack, window: Window
) -> None:
    (email,) = settle(lead.ods, "Rosa")
    stack.past.log_in(email, days=90)
    rosa = Person(stack, window(), email, lead.ods)
    sign_in.log_in(rosa)
    rosa.sees("because you had not logged in for 90 days", lead.name)
    lead.go("/users/deactivated")
    expect(manage_users.row_of(lead, rosa.name)).to_contain_text("90 days since log in")


def test_a_log_in_anywhere_counts_for_every_organisation(
    lead: Person, new_trust: NewTrust, settle: Settle, stack: Stack
) -> None:
    # Given somebody at two trusts, away for long, then a single log-in,
    (email,) = settle(lead.ods, "Rosa")
    there = new_trust()
    stack.add_user(there, f"Rosa {lead.ods.title()}")
    stack.past.log_in(email, days=89)
    settle(lead.ods, "Rosa")

    # Then the next night leaves her alone at both.
    stack.run("nightly")
    lead.go("/users")
    expect(manage_users.row_of(lead, f"Rosa {lead.ods.title()}")).to_contain_text("Today")


def test_the_rule_takes_even_the_only_lead_whom_an_operator_brings_back(
    ods: str, arrive: Arrive, stack: Stack
) -> None:
    lead = arrive(ods, "Priya", "lead-administrator", at_provider=True)
    stack.past.log_in(lead.email, days=90)
    stack.run("nightly")
    assert "only lead administrator" in text_of(
        stack.post.to(lead.email, "You have been deactivated")
    )
    lead.go("/users")
    lead.is_at("There is a problem with your account")
    lead.sees("There is no active lead administrator", "regional team")

    stack.run("users", "reactivate", "--ods", ods, "--email", lead.email)
    lead.open("/sign-in?again=yes")
    lead.go("/users")
    lead.is_at("Manage users")
