"""Finding a patient, as a recorder does it on the pages."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.journeys.pages.stock import say_when
from tests.journeys.people import Person
from tests.journeys.stack import Stack

FIND, SEARCH = "Find a patient", "Search for a patient"


def register(stack: Stack) -> None:
    """The known people come into the directory; those who are there stay."""
    stack.run("patients", "generate", "--count", "0")


@contextmanager
def outage(stack: Stack) -> Iterator[None]:
    stack.run("patients", "outage", "on")
    try:
        yield
    finally:
        stack.run("patients", "outage", "off")


def by_number(person: Person, number: str) -> None:
    """From the first question to whatever follows."""
    person.go("/patients")
    person.choose("Do you know the patient’s NHS number?", "Yes")
    person.fill("NHS number", number)
    person.press("Continue")


def to_search(person: Person) -> None:
    person.go("/patients")
    person.choose("Do you know the patient’s NHS number?", "No, search for the patient")
    person.press("Continue")
    person.is_at(SEARCH)


def look_for(person: Person, name: str, born: str, postcode: str = "") -> None:
    """Answer the search, or the form of somebody new, as far as they are alike."""
    first, _, last = name.partition(" ")
    person.fill("First name", first)
    person.fill("Last name", last)
    say_when(person, born)
    label = "Postcode (optional)" if has(person, "Postcode (optional)") else "Postcode"
    person.fill(label, postcode)


def has(person: Person, label: str) -> bool:
    return person.page.get_by_label(label, exact=True).count() > 0
