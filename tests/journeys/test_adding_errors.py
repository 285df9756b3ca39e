"""*Add user*, answered wrongly: each error alone, all at once, and whom one cannot add."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.pages import manage_users
from tests.journeys.pages.manage_users import Somebody
from tests.journeys.people import Person
from tests.journeys.stack import Stack

Arrive = Callable[..., Person]
Settle = Callable[..., list[str]]

ONLY = "must only include letters, spaces, hyphens, apostrophes and full stops"
FORMAT = "Enter an email address in the correct format, like name@nhs.net"
DOMAIN = "Enter an email address from an allowed domain"
FIRST, LAST, EMAIL = "First name", "Last name", "Email address"

TYPED_WRONGLY = [
    (FIRST, "", "Enter their first name"),
    (FIRST, "   ", "Enter their first name"),
    (FIRST, "R2D2", f"First name {ONLY}"),
    (FIRST, "A" * 101, "First name must be 100 characters or fewer"),
    (FIRST, "--", "First name must include a letter"),
    (LAST, "", "Enter their last name"),
    (LAST, "<b>Keane</b>", f"Last name {ONLY}"),
    (LAST, "A" * 101, "Last name must be 100 characters or fewer"),
    (EMAIL, "", "Enter their email address"),
    (EMAIL, "rosa.keane", FORMAT),
    (EMAIL, "rosa keane@nhs.net", FORMAT),
    (EMAIL, "rosa.keane@evilnhs.net", DOMAIN),
    (EMAIL, "rosa.keane@nhs.net.example.org", DOMAIN),
]


@pytest.fixture
def lead(ods: str, arrive: Arrive) -> Person:
    return arrive(ods, "Priya", "lead-administrator")


def rosa(ods: str) -> Somebody:
    return Somebody.named(f"Rosa {ods.title()}", level="administrator")


def summary(lead: Person) -> list[str]:
    """What the error summary says, line by line."""
    box = lead.page.locator(".nhsuk-error-summary")
    expect(box).to_be_focused()
    return [words.strip() for words in box.get_by_role("link").all_inner_texts()]


def leads_to(lead: Person, message: str, field: Any) -> None:
    """The summary's line takes the person to the field that it is about."""
    lead.page.locator(".nhsuk-error-summary").get_by_role("link", name=message).click()
    expect(field).to_be_focused()


def test_each_thing_typed_wrongly_is_said_and_nothing_else_is_lost(lead: Person) -> None:
    # Given a form that is filled in well,
    manage_users.open_form(lead)
    manage_users.answer(lead, rosa(lead.ods))

    for label, text, message in TYPED_WRONGLY:
        # When one answer is spoilt,
        field = lead.page.get_by_label(label, exact=True)
        good = field.input_value()
        field.fill(text)
        lead.press("Continue")

        # Then that is said, once in the summary and once at the field, and what was typed stands.
        assert summary(lead) == [message]
        expect(field).to_have_value(text)
        expect(field).to_have_accessible_description(re.compile(re.escape(message)))
        leads_to(lead, message, field)
        expect(lead.page.get_by_role("radio", name="Administrator", exact=True)).to_be_checked()
        field.fill(good)

    # And once it is right the person goes on.
    lead.press("Continue")
    lead.is_at("Check and add user")


def test_radios_left_unanswered_or_tampered_with_are_asked_for(lead: Person) -> None:
    manage_users.open_form(lead)
    manage_users.answer(lead, rosa(lead.ods).but(vaccinator="", level="Recorder"))
    lead.press("Continue")
    assert summary(lead) == ["Select whether they are a vaccinator"]
    leads_to(lead, "Select whether", lead.page.get_by_role("radio", name="Yes"))

    lead.choose("Are they a vaccinator?", "No")
    lead.page.locator("input[name=level]:checked").evaluate("radio => radio.value = 'director'")
    lead.press("Continue")
    assert summary(lead) == ["Select a permission level"]
    leads_to(lead, "Select a permission level", lead.page.get_by_role("radio", name="Recorder"))
    expect(lead.page.get_by_role("radio", name="No")).to_be_checked()


def test_an_empty_form_asks_for_everything_in_the_order_of_its_questions(lead: Person) -> None:
    manage_users.open_form(lead)
    lead.press("Continue")

    assert lead.page.title().startswith("Error: Add user")
    assert summary(lead) == [
        "Enter their first name",
        "Enter their last name",
        "Enter their email address",
        "Select whether they are a vaccinator",
        "Select a permission level",
    ]
    expect(lead.page.locator(".nhsuk-error-message")).to_have_count(5)


def test_several_errors_are_reported_together_with_the_rules_about_the_address(
    lead: Person,
) -> None:
    manage_users.open_form(lead)
    manage_users.answer(lead, Somebody(first="R2D2", last="Keane", email="rosa@gmail.com"))
    lead.press("Continue")

    assert summary(lead) == [
        f"First name {ONLY}",
        DOMAIN,
        "Select whether they are a vaccinator",
        "Select a permission level",
    ]
    expect(lead.page.get_by_label(LAST, exact=True)).to_have_value("Keane")


def test_addresses_below_an_allowed_domain_and_with_a_tag_are_fine(lead: Person) -> None:
    for address in ("Rosa.Keane+clinic@NHS.net", "rosa@leeds.nhs.uk"):
        manage_users.open_form(lead)
        manage_users.answer(lead, rosa(lead.ods).but(email=address))
        lead.press("Continue")
        lead.is_at("Check and add user")


def test_somebody_who_is_there_already_is_named_with_the_way_to_them(
    lead: Person, settle: Settle, stack: Stack
) -> None:
    # Given a colleague who works here, and one who is invited,
    (active,) = settle(lead.ods, "Adam")
    invited = stack.add_user(lead.ods, f"Ingrid {lead.ods.title()}")

    # When they, or the lead herself, are added again, in whatever spelling,
    for email, name, more in (
        (active, f"Adam {lead.ods.title()}", ""),
        (
            invited.upper(),
            f"Ingrid {lead.ods.title()}",
            "You can resend their invite from there.",
        ),
        (lead.email, lead.name, ""),
    ):
        manage_users.open_form(lead)
        manage_users.answer(lead, rosa(lead.ods).but(email=email))
        lead.press("Continue")

        # Then the form says who that is, and leads to their page.
        message = f"{name} is already a user at Journey Trust {lead.ods}."
        assert summary(lead) == [f"{message} {more}".strip()]
        lead.page.locator(".nhsuk-error-message").get_by_role("link", name=name).click()
        lead.is_at("User details")
        lead.sees(name)
