"""Counting what somebody types: keys, pages and answers, without ever touching a mouse."""

from dataclasses import dataclass

from playwright.sync_api import Locator

from tests.journeys.pages.keyboard import has_focus
from tests.journeys.people import Person

MOST = 40
ON_SKIP_LINK = "() => document.activeElement.classList.contains('nhsuk-skip-link')"


@dataclass
class Count:
    """``keys`` leaves out the digits of NHS numbers, which are the same everywhere."""

    pages: int = 0
    answers: int = 0
    keys: int = 0


class Keys:
    """The keyboard of somebody who knows it well: on each page over the skip link to its answers,
    where the cursor does not stand there already."""

    def __init__(self, person: Person) -> None:
        self.person, self.page, self.count = person, person.page, Count()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.count.keys += len(keys)

    def number(self, digits: str) -> None:
        """An NHS number into the field that asks for one."""
        self._reach(self.page.get_by_label("NHS number", exact=True))
        self.page.keyboard.type(digits.replace(" ", ""))
        self.count.answers += 1
        self.go("Enter")

    def pick(self, *answers: str) -> None:
        """Radios, and on to the next page."""
        for answer in answers:
            radio = self.page.get_by_role("radio", name=answer, exact=True)
            group = self.page.locator(f"input[name={radio.get_attribute('name')}]")
            self._reach(group)
            for _ in range(group.count()):
                if not has_focus(radio):
                    self.press("ArrowDown")
            if not radio.is_checked():
                self.press("Space")
            self.count.answers += 1
        self.go("Enter")

    def push(self, button: str) -> None:
        self._reach(self.page.get_by_role("button", name=button, exact=True))
        self.go("Enter")

    def go(self, key: str) -> None:
        """Press the key that leads on; the page that comes is looked at."""
        with self.page.expect_navigation():
            self.press(key)
        self.count.pages += 1
        self.person.looks_fine()

    def _reach(self, target: Locator) -> None:
        for _ in range(MOST):
            if has_focus(target):
                return
            self.press("Tab")
            if self.page.evaluate(ON_SKIP_LINK):
                self.press("Enter")
        raise AssertionError(f"{self.page.url}: no way to {target}")
