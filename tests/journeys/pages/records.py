"""Records and home, as people use them; and a vaccination recorded by its pages beforehand."""

from datetime import timedelta

from ravs.core.dates import london_today
from tests.journeys.pages import patients, stock
from tests.journeys.people import Person
from tests.journeys.stack import Stack

EXPIRY = london_today() + timedelta(days=400)
MARGARET, HANNAH = "9990000018", "9990000093"

ANSWERS = (
    '[name="when"][value="today"]',
    '[name="vaccinator"]',
    '[name="vaccine"][value="flu"]',
    '[name^="product_"]',
    '[name="batch"]',
    '[name="eligibility"]',
    '[name="giver"][value="patient"]',
    '[name="injection_site"][value="left-arm"]',
)
"""The first answer of each question that flu vaccine asks."""


def stocked(stack: Stack, lead: Person, *batches: str) -> None:
    """A site with flu vaccine, whose lead administrator vaccinates."""
    stock.add_site(stack, lead.ods, 1, "General Infirmary")
    stock.enable(stack, lead.ods, "flu")
    for number in batches or ("FLU1",):
        boxes = f"{EXPIRY.day} {EXPIRY.month} {EXPIRY.year}"
        stock.add_batch(lead, "Flu", "Vaxigrip (TIVe)", number, boxes)
    patients.register(stack)
    lead.go()
    lead.press("Yes, I vaccinate")


def record(person: Person, number: str = MARGARET) -> None:
    """Find somebody by number and give them flu vaccine today, by oneself."""
    patients.by_number(person, number)
    person.press("Record a vaccination")
    for _ in range(20):
        heading = person.page.locator("h1").inner_text()
        if "Check and confirm" in heading:
            break
        if "Check before you go on" in heading:
            person.press("Continue anyway")
            continue
        for answer in ANSWERS:
            found = person.page.locator(f"input{answer}:visible")
            if found.count():
                found.first.check()
        person.press("Continue")
    person.press("Confirm and save")
    person.sees("Vaccination saved")


def newest(person: Person) -> None:
    """Open the first record of the list."""
    person.go("/records")
    person.page.get_by_role("main").locator("tbody a").first.click()
    person.looks_fine()
    person.is_at("Vaccination record")


def change(person: Person, part: str) -> None:
    newest(person)
    person.page.get_by_role("link", name=f"Change {part}", exact=True).click()
    person.looks_fine()


def search(person: Person, words: str) -> None:
    person.go("/records")
    person.fill("Patient name or NHS number", words)
    person.press("Search")
