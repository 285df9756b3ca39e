"""A keyboard and nothing else: going from stop to stop, each of which must show that it is one."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, expect

from tests.journeys.people import Person

FOCUS = (Path(__file__).parents[1] / "focus.js").read_text()
MOST = 120
"""No page has so many stops that somebody would press Tab more often."""

MISSED = """() => {
  const parts = document.querySelectorAll("a[href], button, input, select, textarea, summary");
  const reached = window.ravsStops.reached;
  const questions = new Set([...reached].map((stop) => stop.type === "radio" && stop.name));
  return [...parts]
    .filter((one) => one.checkVisibility() && !one.disabled && one.type !== "hidden")
    .filter((one) => !reached.has(one) && !(one.type === "radio" && questions.has(one.name)))
    .map((one) => one.outerHTML.slice(0, 120));
}"""
"""What could be clicked but was no stop. Radios of one question are a single stop."""


class Keyboard:
    """The keyboard of somebody who has no mouse."""

    def __init__(self, person: Person) -> None:
        self.person, self.page = person, person.page

    def tab(self, *, back: bool = False) -> str:
        """One press of Tab; what has the focus then, or nothing at the page's end."""
        self.page.keyboard.press("Shift+Tab" if back else "Tab")
        return self.here("back" if back else "on")

    def here(self, way: str = "jump") -> str:
        """What has the focus. It can be seen there, and comes in the order of reading."""
        stop: dict[str, Any] | None = self.page.evaluate(FOCUS, way)
        if stop is None:
            return ""
        assert not stop["wrong"], f"{self.page.url}: {stop['what']} {'; '.join(stop['wrong'])}"
        return str(stop["what"])

    def walk(self, *, back: bool = False) -> list[str]:
        """Every stop once around the page, beginning at its end or where nothing has the focus."""
        stops: list[str] = []
        while len(stops) < MOST:
            stop = self.tab(back=back)
            if not stop or stop in stops[:1]:
                missed = self.page.evaluate(MISSED)
                assert not missed, f"{self.page.url}: no stop at {missed}"
                return stops
            stops.append(stop)
        raise AssertionError(f"{self.page.url} never ends: {stops}")

    def to(self, target: Locator) -> None:
        """Tab until ``target``, or one of several, has the focus."""
        passed: list[str] = []
        while not has_focus(target):
            passed.append(self.tab())
            assert len(passed) < MOST, f"{self.page.url}: no way to {target}, only {passed}"

    def to_named(self, role: Any, name: str) -> None:
        self.to(self.page.get_by_role(role, name=name, exact=True))

    def follow(self, link: str) -> None:
        self.to_named("link", link)
        self.send()

    def press(self, button: str, key: str = "Enter") -> None:
        self.to_named("button", button)
        self.send(key)

    def send(self, key: str = "Enter") -> None:
        """Press a key that leads to another page; which is looked at."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        self.person.looks_fine()

    def jump(self, link: str, target: Locator) -> None:
        """Follow a link to something on this page, where the focus goes."""
        self.to_named("link", link)
        self.page.keyboard.press("Enter")
        expect(target).to_be_focused()
        self.here()

    def type(self, label: str, text: str, role: Any = "textbox") -> None:
        """Replace what a field holds."""
        self.to_named(role, label)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def choose(self, question: str, answer: str) -> None:
        """Go to the question's radios and along them with the arrows."""
        group = self.page.get_by_role("group", name=question)
        radios = group.get_by_role("radio")
        wanted = group.get_by_role("radio", name=answer, exact=True)
        self.to(radios)
        for _ in range(radios.count()):
            if not has_focus(wanted):
                self.page.keyboard.press("ArrowDown")
        if not wanted.is_checked():
            self.page.keyboard.press("Space")
        expect(wanted).to_be_focused()
        expect(wanted).to_be_checked()
        self.here()


def has_focus(target: Locator) -> bool:
    return bool(target.evaluate_all("found => found.includes(document.activeElement)"))
