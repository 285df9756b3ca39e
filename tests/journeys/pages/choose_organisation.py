"""*Choose your organisation*, after logging in or later."""

from playwright.sync_api import expect

from tests.journeys.people import Person

TITLE = "Choose your organisation"


def choose(person: Person, ods: str) -> None:
    """Pick one and continue; from then on ``person`` works there."""
    person.is_at(TITLE)
    person.page.get_by_role("radio", name=f"({ods})").check()
    person.press("Continue")
    person.ods = ods
    expect(person.page.locator("header")).to_contain_text(f"({ods})")


def switch(person: Person, ods: str) -> None:
    """By *Change* beside the organisation in the header, without logging out."""
    person.page.locator("header").get_by_role("link", name="Change organisation").click()
    person.looks_fine()
    choose(person, ods)
