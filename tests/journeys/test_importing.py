"""Adding several people at once: from a file, and pasted without JavaScript."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.pages import importing
from tests.journeys.people import Person
from tests.journeys.stack import address_of


def test_a_file_with_awkward_rows_is_explained_confirmed_and_carried_out(
    ods: str, arrive: Callable[..., Person], settle: Callable[..., list[str]]
) -> None:
    place = ods.title()
    lead = arrive(ods, "Priya", "lead-administrator")
    [rosa] = settle(ods, "Rosa")
    mo, zoe = address_of(f"Mo {place}"), address_of(f"Zoe {place}")

    importing.open_form(lead)
    lead.press("Check the list")
    lead.sees("Choose a file or paste a list")
    importing.upload(lead, "staff.csv", b"%PDF-1.7")
    lead.sees("The file is a PDF")

    rows = [
        ("Mo", place, mo, "recorder", "yes"),
        ("Zoe", place, zoe.replace("nhs.net", "nhs.ent"), "recorder", "no"),
        ("Rosa", place, rosa, "administrator", "no"),
        ("Mo", place, mo.upper(), "recorder", "yes"),
        ("=1+1", place, "x@nhs.net", "chief", "perhaps"),
    ]
    importing.upload(lead, "staff.csv", importing.list_of(*rows).encode("utf-16"))
    lead.is_at("Check the list")
    assert "Invite They will be invited." in importing.result_of(lead, "2")
    lead.sees(f"Did you mean {zoe}?", "They are already a user here.", "Line 2 has the same email")
    lead.sees("The first name is a formula.", "Use yes or no to say whether they are a vaccinator.")
    lead.click("Needs changes (2)")
    lead.sees_no(rosa)

    lead.press("Confirm and add 1 person")
    lead.reads_in_the_end("Download the result of each row")
    lead.is_at("List of people added")
    lead.click(f"Mo {place}")
    lead.is_at("User details")
    lead.sees("Invited", mo)

    lead.go("/users/lists")
    lead.click("staff.csv")
    lead.click("Change the rows on a page")
    text = lead.page.get_by_label("Or paste a list").input_value()
    importing.paste(lead, text.replace("nhs.ent", "nhs.net"))
    lead.is_at("Check the list")
    lead.press("Remove the list")
    lead.is_told("The list has been removed. Nobody was added.")


def test_a_long_list_is_checked_while_the_page_waits(
    ods: str, arrive: Callable[..., Person]
) -> None:
    lead = arrive(ods, "Priya", "lead-administrator")
    importing.open_form(lead)
    rows = [("Nia", "Jones", f"nia{n}.{ods}@nhs.net".lower(), "recorder", "no") for n in range(501)]
    importing.paste(lead, importing.list_of(*rows))
    expect(lead.page.locator("h1")).to_have_text("Check the list")
    lead.looks_fine()
    lead.sees("Showing 1 to 20 of 501 rows", "Confirm and add 501 people")
    lead.press("Remove the list")


def test_a_list_is_pasted_and_added_without_javascript(
    ods: str, arrive: Callable[..., Person]
) -> None:
    place = ods.title()
    lead = arrive(ods, "Priya", "lead-administrator", javascript=False)
    people = [f"Mo {place}", f"Zoe {place}"]

    importing.open_form(lead)
    lead.choose("Are they vaccinators?", "Yes")
    importing.paste(lead, "Mo and Zoe, please")
    lead.sees("We cannot tell which column is which", "Mo and Zoe, please")
    lead.choose("Permission level", "Recorder")
    importing.paste(lead, "\n".join(f"{name} <{address_of(name)}>" for name in people))
    lead.is_at("Check the list")
    lead.sees("Recorder, vaccinator")
    lead.press("Confirm and add 2 people")

    lead.reads_in_the_end("Download the result of each row")
    for row in ("1", "2"):
        assert importing.result_of(lead, row).endswith("Invited")
    lead.go("/users/invited")
    lead.sees(*people)
