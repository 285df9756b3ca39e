"""The identity provider's pages, as a person uses them."""

from tests.journeys.people import Person
from tests.journeys.postbox import link_in
from tests.journeys.stack import PASSWORD

ACTIVATION = "RAVS Identity: activate"
RESET = "RAVS Identity: choose"


def activation_link(person: Person, *, number: int = 1) -> str:
    """The link of the latest activation letter, once ``number`` of them have come."""
    return link_in(person.stack.post.to(person.email, ACTIVATION, number=number), "/activate/")


def choose_password(person: Person, password: str = PASSWORD) -> None:
    person.fill("Password", password)
    person.press("Activate account")


def activate(person: Person) -> None:
    """Follow the link of the provider's letter and choose a password."""
    person.open(activation_link(person))
    person.is_at("Activate your account")
    choose_password(person)
    person.is_at("Your account is ready")


def ask_for_link(person: Person) -> None:
    """*Ask for a link by email*, from wherever that form stands."""
    person.fill("Email address", person.email)
    person.page.get_by_role("main").get_by_role("button").first.click()
    person.looks_fine()
    person.is_at("Check your email")
