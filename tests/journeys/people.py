"""A person at a browser: what they read, click and type. Each step checks the page it ends on."""

from playwright.sync_api import Page, expect

from tests.journeys.axe import assert_accessible
from tests.journeys.stack import Stack, link_in

PASSWORD = "Quiet-Harbour-71"


class Person:
    """Somebody with an address, a browser of their own, and an organisation they work at."""

    def __init__(self, stack: Stack, page: Page, email: str, ods: str) -> None:
        self.stack, self.page, self.email, self.ods = stack, page, email, ods

    @property
    def name(self) -> str:
        first, _, last = self.email.partition("@")[0].partition(".")
        return f"{first.title()} {last.title()}"

    @property
    def first_name(self) -> str:
        return self.name.split()[0]

    def activate(self) -> None:
        """Follow the link of the provider's letter and choose a password."""
        letter = self.stack.post.to(self.email, "RAVS Identity: activate")
        self.page.goto(link_in(letter, "/activate/"))
        self.looks_fine()
        for field in self.page.locator("input[type=password]").all():
            field.fill(PASSWORD)
        self.press_button()
        self.looks_fine()

    def log_in(self, path: str = "/") -> None:
        """From the start page, through the provider, and back."""
        self.page.goto(self.stack.web + path)
        if path == "/":
            self.looks_fine()
            self.page.get_by_role("button", name="Log in").or_(
                self.page.get_by_role("link", name="Log in")
            ).first.click()
        if (
            self.page.url.startswith(self.stack.provider)
            and self.page.locator("input[type=password]").count()
        ):
            self.looks_fine()
            self.page.locator("input[name=login]").fill(self.email)
            self.page.locator("input[type=password]").fill(PASSWORD)
            self.press_button()
        self.looks_fine()

    def log_out(self) -> None:
        self.page.get_by_role("button", name="Log out").first.click()
        self.looks_fine()

    def go(self, path: str = "") -> None:
        """Open a page of the organisation by its address, such as ``/users``."""
        self.page.goto(f"{self.stack.web}/o/{self.ods}{path}")
        self.looks_fine()

    def click(self, words: str, *, exact: bool = False) -> None:
        self.page.get_by_role("link", name=words, exact=exact).first.click()
        self.looks_fine()

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=words, exact=True).click()
        self.looks_fine()

    def press_button(self) -> None:
        """The main button of a page with one form."""
        self.page.locator("main button[type=submit], main button:not([type])").first.click()

    def sees(self, *words: str) -> None:
        for wanted in words:
            expect(self.page.locator("body")).to_contain_text(wanted)

    def sees_no(self, *words: str) -> None:
        for unwanted in words:
            expect(self.page.locator("body")).not_to_contain_text(unwanted)

    def is_at(self, heading: str) -> None:
        expect(self.page.locator("h1")).to_contain_text(heading)

    def menu(self) -> list[str]:
        entries = self.page.locator("header nav[aria-label=Menu] a").all_inner_texts()
        return [entry.strip() for entry in entries if entry.strip()]

    def looks_fine(self) -> None:
        assert_accessible(self.page)
