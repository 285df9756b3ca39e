"""A person at a browser: what they read, click and type. Each step checks the page it ends on."""

from playwright.sync_api import Page, expect

from tests.journeys.looking import look
from tests.journeys.postbox import eventually
from tests.journeys.stack import Stack

expect.set_options(timeout=30_000)


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

    def in_another_tab(self) -> "Person":
        """The same person and browser, in a second tab."""
        return Person(self.stack, self.page.context.new_page(), self.email, self.ods)

    def open(self, address: str) -> None:
        """Open a page by its path, or by a whole address such as a letter's link."""
        self.page.goto(address if "://" in address else self.stack.web + address)
        self.looks_fine()

    def go(self, path: str = "") -> None:
        """Open a page of the organisation by its path there, such as ``/users``."""
        self.open(f"/o/{self.ods}{path}")

    def click(self, words: str, *, exact: bool = False) -> None:
        """Follow the first link of the page's own part, or else of the frame, that says so."""
        inside = self.page.get_by_role("main").get_by_role("link", name=words, exact=exact)
        links = inside if inside.count() else self.page.get_by_role("link", name=words, exact=exact)
        links.first.click()
        self.looks_fine()

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=words, exact=True).first.click()
        self.looks_fine()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def choose(self, question: str, answer: str) -> None:
        """Pick a radio of the group that asks ``question``."""
        group = self.page.get_by_role("group", name=question)
        group.get_by_role("radio", name=answer, exact=True).check()

    def sees(self, *words: str) -> None:
        for wanted in words:
            expect(self.page.locator("body")).to_contain_text(wanted)

    def sees_no(self, *words: str) -> None:
        for unwanted in words:
            expect(self.page.locator("body")).not_to_contain_text(unwanted)

    def reads_in_the_end(self, words: str) -> None:
        """Reload the page until it says so: something happens elsewhere meanwhile."""

        def is_there() -> bool:
            self.page.reload()
            return words in self.page.locator("body").inner_text()

        eventually(is_there, f"“{words}” on {self.page.url}")
        self.looks_fine()

    def is_at(self, heading: str) -> None:
        expect(self.page.locator("h1")).to_contain_text(heading)

    def is_told(self, words: str) -> None:
        """A banner says so."""
        expect(self.page.locator(".nhsuk-notification-banner").first).to_contain_text(words)

    def menu(self) -> list[str]:
        entries = self.page.locator("header nav[aria-label=Menu] a").all_inner_texts()
        return [entry.strip() for entry in entries if entry.strip()]

    def links(self) -> list[str]:
        """What the links of the page's own part say."""
        return [
            words.strip() for words in self.page.get_by_role("main").locator("a").all_inner_texts()
        ]

    def looks_fine(self) -> None:
        look(self.page)
