"""Keeping the vaccines of sites, as people do it on the pages."""

from tests.journeys.people import Person
from tests.journeys.stack import Stack


def add_site(stack: Stack, ods: str, number: int, name: str) -> None:
    """As support does it."""
    stack.run(
        "organisations", "add-site", "--ods", ods, "--site", f"{ods}{number:02}", "--name", name
    )


def enable(stack: Stack, ods: str, *types: str) -> None:
    for code in types:
        stack.run("vaccines", "enable", "--ods", ods, "--type", code)


def say_when(person: Person, day: str) -> None:
    """Answer the three boxes of the first date on the page, such as ``31 12 2031``."""
    for label, text in zip(("Day", "Month", "Year"), day.split(), strict=True):
        person.page.get_by_label(label, exact=True).first.fill(text)


def add_batch(person: Person, vaccine: str, product: str, number: str, expiry: str) -> None:
    """From the list to the banner, at the only site."""
    person.go("/vaccines")
    person.press("Add vaccines")
    person.choose("Vaccine", vaccine)
    person.choose(f"{vaccine} product", product)
    person.press("Continue")
    person.fill("Batch number", number)
    say_when(person, expiry)
    person.press("Continue")
    person.press("Confirm and add")
