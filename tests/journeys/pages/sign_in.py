"""Logging in and out, from the start page through the provider and back."""

from tests.journeys.people import Person
from tests.journeys.stack import PASSWORD


def log_in(person: Person) -> None:
    """From the start page. Whoever is still signed in at the provider types nothing."""
    person.open("/")
    person.press("Log in")
    if asks_for_password(person):
        type_password(person)


def asks_for_password(person: Person) -> bool:
    at_provider = person.page.url.startswith(person.stack.provider)
    return at_provider and person.page.locator("input[type=password]").count() > 0


def type_password(person: Person, password: str = PASSWORD) -> None:
    """Answer the provider's *Sign in*, or its *Enter your password again*."""
    if person.page.get_by_label("Email address").is_visible():
        person.fill("Email address", person.email)
    person.fill("Password", password)
    person.page.get_by_role("main").locator("button[type=submit]").last.click()
    person.looks_fine()


def log_out(person: Person) -> None:
    person.press("Log out")
