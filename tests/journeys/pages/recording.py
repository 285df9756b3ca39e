"""Recording a vaccination, as people do it on the pages."""

from typing import Any

from ravs.core.dates import london_today
from tests.journeys.pages.stock import say_when
from tests.journeys.people import Person
from tests.journeys.stack import Stack

FLU, COVID, MMR, MENB, RSV, PERTUSSIS = (
    "flu-vaxigrip",
    "comirnaty-30-lp81",
    "mmr-priorix",
    "bexsero",
    "abrysvo",
    "pertussis-adacel",
)
NASAL, PNEUMOCOCCAL = "flu-fluenz", "prevenar-20"
EVERYTHING = (FLU, NASAL, COVID, MMR, MENB, RSV, PERTUSSIS, PNEUMOCOCCAL)

MARGARET, HANNAH, LEO, EDITH = "999 000 0018", "999 000 0093", "999 000 0107", "999 000 0026"
"""76 years old; of an age to be pregnant; born on 29 February 2016; has died."""

KIERAN, PIOTR, SAMIRA = "999 000 0077", "999 000 0069", "999 000 0034"
"""Whom one journey alone vaccinates, so that nothing warns. Samira’s details are protected."""


def stock_up(stack: Stack, ods: str, *products: str) -> None:
    stack.run("stock-up", ods, *(products or EVERYTHING))


def begin(person: Person, number: str) -> None:
    """From the menu to the first question about a patient."""
    person.go("/record")
    person.fill("NHS number", number)
    person.press("Continue")
    person.is_at("Patient details and history")
    person.press("Record a vaccination")


def pick(person: Person, *answers: str) -> None:
    """Choose each answer of the question that is shown, and go on."""
    for answer in answers:
        person.page.get_by_role("radio", name=answer, exact=True).check()
    person.press("Continue")


def go_on_anyway(person: Person, *words: str) -> None:
    """What is unusual, and on all the same."""
    person.is_at("Check before you go on")
    person.sees(*words)
    person.press("Continue anyway")


def past_warnings(person: Person) -> None:
    """On from whatever there is to warn of: other journeys vaccinate the same people today."""
    if person.page.locator("h1", has_text="Check before you go on").count():
        person.press("Continue anyway")


def me(person: Person) -> str:
    return f"Me ({person.name})"


def first_of_batches(person: Person) -> None:
    past_warnings(person)
    person.is_at("Which batch?")
    person.page.get_by_role("radio").first.check()
    person.press("Continue")


def consent(person: Person, patient: str) -> None:
    past_warnings(person)
    person.is_at("Who is giving consent?")
    pick(person, f"Patient ({patient})")


def save(person: Person) -> None:
    person.is_at("Check and confirm")
    person.press("Confirm and save")
    person.is_at("Vaccination saved")


def record(
    person: Person,
    number: str,
    patient: str,
    vaccine: str,
    *between: Any,
    product: str = "",
    giving: str = "Left arm",
    warned: tuple[str, ...] = (),
) -> None:
    """From the menu to *saved*. ``between``: answers after the batch, words or functions."""
    begin(person, number)
    pick(person, "Yes")
    pick(person, me(person))
    pick(person, vaccine, *([product] if product else []))
    if warned:
        go_on_anyway(person, *warned)
    first_of_batches(person)
    for one in between:
        one(person) if callable(one) else pick(person, one)
    consent(person, patient)
    pick(person, giving)
    save(person)


def due_in(days: int) -> Any:
    """Answers the due date that lies so many days ahead."""
    due = london_today().fromordinal(london_today().toordinal() + days)

    def answer(person: Person) -> None:
        person.is_at("What is the estimated due date?")
        say_when(person, f"{due.day} {due.month} {due.year}")
        person.press("Continue")

    return answer
