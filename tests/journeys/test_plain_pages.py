"""Pages that nobody works on: what the service says of itself, and what it says when it fails."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import free_ports
from tests.journeys.pages import sign_in
from tests.journeys.people import Person
from tests.journeys.stack import Stack, address_of

Arrive = Callable[..., Person]
Window = Callable[..., Page]

FOOTER = {
    "Help and support": "Help and support",
    "User guide": "User guide",
    "What’s new": "What’s new",
    "Accessibility statement": "Accessibility statement",
    "Cookies": "Cookies",
    "Terms of use": "Terms of use",
}


@pytest.fixture
def visitor(ods: str, stack: Stack, window: Window) -> Person:
    """Somebody without an account."""
    return Person(stack, window(), address_of(f"Nobody {ods.title()}"), ods)


@pytest.fixture
def not_set_up(tmp_path: Path) -> Iterator[Stack]:
    """The service, started by an operator who has forgotten to migrate."""
    forgotten = Stack(tmp_path, *free_ports(3))
    try:
        forgotten.start("web", "serve", "--workers", "1")
        forgotten.wait_for(f"{forgotten.web}/healthz")
        yield forgotten
    finally:
        forgotten.end_all()


def test_the_footer_leads_everybody_to_what_the_service_says_of_itself(
    visitor: Person, ods: str, arrive: Arrive
) -> None:
    visitor.open("/")
    for words, heading in FOOTER.items():
        from_the_footer(visitor, words)
        visitor.is_at(heading)

    # And whoever is logged in finds back to where they were.
    lead = arrive(ods, "Priya", "lead-administrator")
    lead.go("/users")
    from_the_footer(lead, "Help and support")
    lead.page.locator("header").get_by_role("link").first.click()
    lead.is_at(f"Journey Trust {ods}")


def from_the_footer(person: Person, words: str) -> None:
    person.page.locator("footer").get_by_role("link", name=words, exact=True).click()
    person.looks_fine()


def test_what_those_pages_link_to_is_there(visitor: Person) -> None:
    visitor.open("/")
    found = set()
    for words in FOOTER:
        visitor.page.locator("footer").get_by_role("link", name=words, exact=True).click()
        links = visitor.page.get_by_role("main").locator("a[href]")
        found |= set(links.evaluate_all("links => links.map(link => link.href)"))

    ours = sorted(link for link in found if link.startswith(visitor.stack.web))
    assert ours
    for link in ours:
        answer = visitor.page.request.get(link)
        assert answer.ok, f"{link}: {answer.status}"
        assert f'id="{urlsplit(link).fragment}"' in f'{answer.text()} id=""', link


def test_the_service_answers_at_its_own_address_only(visitor: Person) -> None:
    visitor.open(f"{visitor.stack.web.replace('127.0.0.1', 'localhost')}/sign-in")
    visitor.is_at("We could not understand that request")


def test_a_service_without_its_tables_says_that_it_is_away(
    not_set_up: Stack, window: Window, ods: str
) -> None:
    somebody = Person(not_set_up, window(), address_of(f"Nobody {ods.title()}"), ods)
    somebody.open("/sign-in")
    somebody.is_at("Sorry, the service is not available")


def test_the_provider_asks_before_it_signs_out_whom_no_service_sent(
    ods: str, arrive: Arrive, stack: Stack
) -> None:
    rosa = arrive(ods, "Rosa", at_provider=True)
    for answer, signed_in in (("Stay signed in", True), ("Sign out", False)):
        rosa.open(f"{stack.provider}/openid/sign-out")
        rosa.is_at("Do you want to sign out?")
        main = rosa.page.get_by_role("main")
        main.get_by_role("button", name=answer).or_(main.get_by_role("link", name=answer)).click()
        rosa.looks_fine()
        rosa.open(stack.provider)
        assert sign_in.asks_for_password(rosa) != signed_in
