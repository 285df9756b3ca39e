"""*Manage users* as a lead administrator uses it."""

from dataclasses import dataclass, replace

from playwright.sync_api import Locator

from tests.journeys.people import Person
from tests.journeys.stack import address_of

LEVELS = {
    "recorder": "Recorder",
    "administrator": "Administrator",
    "lead-administrator": "Lead administrator",
}


@dataclass(frozen=True)
class Somebody:
    """Answers to the five questions of *Add user*; an empty one is left unanswered."""

    first: str = ""
    last: str = ""
    email: str = ""
    vaccinator: str = ""
    level: str = ""

    @classmethod
    def named(cls, name: str, *, level: str = "recorder", vaccinator: str = "Yes") -> "Somebody":
        first, last = name.split(" ", 1)
        return cls(first, last, address_of(name), vaccinator, LEVELS[level])

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"

    def but(self, **answers: str) -> "Somebody":
        return replace(self, **answers)


def open_form(lead: Person) -> None:
    lead.go("/users")
    lead.press("Add user")
    lead.is_at("Add user")


def answer(lead: Person, who: Somebody) -> None:
    """Type the answers; those left empty keep what stands there."""
    for label, text in (
        ("First name", who.first),
        ("Last name", who.last),
        ("Email address", who.email),
    ):
        if text:
            lead.fill(label, text)
    if who.vaccinator:
        lead.choose("Are they a vaccinator?", who.vaccinator)
    if who.level:
        lead.choose("Permission level", who.level)


def reach_check(lead: Person, who: Somebody) -> None:
    """From the list to *Check and …*."""
    open_form(lead)
    answer(lead, who)
    lead.press("Continue")
    lead.is_at("Check and")


def add_user(lead: Person, name: str, *, level: str = "recorder", vaccinator: str = "Yes") -> str:
    """Add somebody from the list to the banner; their address."""
    who = Somebody.named(name, level=level, vaccinator=vaccinator)
    reach_check(lead, who)
    lead.is_at("Check and add user")
    lead.sees(who.email, "Hello " + who.first)
    lead.press("Confirm and send")
    lead.is_told(f"{name} has been invited to")
    return who.email


def row_of(lead: Person, name: str) -> Locator:
    """The row of the list that begins with ``name``."""
    return lead.page.get_by_role("row").filter(has=lead.page.get_by_role("rowheader", name=name))


def names(lead: Person) -> list[str]:
    """Everybody in the table, in its order."""
    cells = lead.page.get_by_role("rowheader").get_by_role("link")
    return [words.strip() for words in cells.all_inner_texts()]


def tabs(lead: Person) -> list[str]:
    entries = lead.page.get_by_role("navigation", name="Users by status").get_by_role("link")
    return [words.strip() for words in entries.all_inner_texts()]


def search(lead: Person, words: str) -> None:
    lead.page.get_by_role("searchbox").fill(words)
    lead.press("Search")


def open_person(lead: Person, name: str, tab: str = "") -> None:
    lead.go(f"/users{tab}")
    lead.click(name, exact=True)
    lead.is_at("User details")


def open_change(lead: Person, name: str) -> None:
    open_person(lead, name)
    lead.click("Change permission level")


def change(lead: Person, name: str, *, level: str) -> None:
    open_change(lead, name)
    lead.choose("Permission level", LEVELS[level])
    lead.press("Save changes")
    lead.is_told(f"{name}’s details have been changed")


def deactivate(lead: Person, name: str) -> None:
    open_person(lead, name)
    lead.click("Deactivate", exact=True)
    lead.press("Deactivate user")
    lead.is_told(f"{name} has been deactivated at")


def reactivate(lead: Person, name: str) -> None:
    open_person(lead, name, "/deactivated")
    lead.click("Reactivate", exact=True)
    lead.press("Reactivate user")
    lead.is_told(f"{name} has been reactivated at")


def rows(lead: Person) -> list[str]:
    """The first cell of every row of a table without links."""
    cells = lead.page.get_by_role("rowheader").all_inner_texts()
    return [words.strip().removeprefix("Name").strip() for words in cells]
