"""What is asked of every page state that a journey shows.

No violation of WCAG that axe can find, at a desk, and on a phone for each page; nothing to scroll
sideways at 320 pixels, which is 1280 at 400 % zoom (WCAG 1.4.10); "Error: " in the title exactly
when there is an error summary; no word of complaint in the browser's console.

The same state met again is not examined again, whichever process of a run met it first: a state
is told by its address, without the names and numbers in it, and by what the page is made of
(``fingerprint.js``).
"""

import hashlib
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Response

from tests.journeys.postbox import eventually

AXE = (Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js").read_text()
FINGERPRINT = Path(__file__).with_name("fingerprint.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EXPECTED = re.compile("the server responded with a status of (400|403|404|410|429|503)")
PHONE, ZOOMED = 375, 320

looked_at: set[str] = set()
"""Every address whose page was looked at in a browser with JavaScript."""
refused_at: set[str] = set()
"""Every address that answered with a refusal, which was looked at in the same way."""
complaints: list[str] = []


class Examined:
    """What was examined already: by this process, or by any that shares a folder with it."""

    def __init__(self) -> None:
        self.states: set[tuple[object, ...]] = set()
        self.folder: Path | None = None

    def share(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder

    def is_new(self, *state: object) -> bool:
        """Whether nobody has examined it; from now on somebody has, who does it at once."""
        is_new = state not in self.states and self._is_nobodys(repr(state))
        self.states.add(state)
        return is_new

    def _is_nobodys(self, state: str) -> bool:
        if self.folder is None:
            return True
        try:
            (self.folder / hashlib.sha256(state.encode()).hexdigest()).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


examined = Examined()


def watch(page: Page, *, javascript: bool) -> None:
    """Keep what the console complains of, and remember what the browser can do and was shown."""
    page.can_be_examined = javascript  # type: ignore[attr-defined]
    page.on("console", _keep_complaint)

    def keep_status(response: Response) -> None:
        if response.request.is_navigation_request():
            page.was_refused = response.status >= 400  # type: ignore[attr-defined]

    page.on("response", keep_status)


def _keep_complaint(message: ConsoleMessage) -> None:
    if message.type == "error" and not EXPECTED.search(message.text):
        complaints.append(f"{message.location.get('url')}: {message.text}")


def look(page: Page) -> None:
    """Hold the page as it stands to all of it. Without JavaScript axe cannot run."""
    page.wait_for_load_state()
    assert not page.url.startswith("chrome-error:"), page.locator("body").inner_text()
    assert not complaints, complaints.pop()
    _title_tells_of_errors(page)
    if not getattr(page, "can_be_examined", True):
        return
    (refused_at if getattr(page, "was_refused", False) else looked_at).add(page.url)
    size = page.viewport_size or {"width": 1280, "height": 900}
    if not examined.is_new(_address(page.url), page.evaluate(FINGERPRINT), size["width"]):
        return
    examine(page)
    for width in (PHONE, ZOOMED):
        page.set_viewport_size({"width": width, "height": size["height"]})
        _fits(page)
        if width == PHONE and _is_new_on_a_phone(page):
            examine(page)
    page.set_viewport_size({"width": size["width"], "height": size["height"]})


def _is_new_on_a_phone(page: Page) -> bool:
    """Once for each page with errors and once without: what axe finds in the other states of one
    page it finds at a desk as well."""
    has_errors = page.title().startswith("Error: ")
    return examined.is_new(_address(page.url), has_errors, "on a phone")


def examine(page: Page) -> None:
    """Run axe. The policy of our pages forbids foreign scripts; it comes in by the debugger."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run({runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})",
        RULES,
    )
    violations = [
        f"{v['id']}: {v['help']} at {[n['target'] for n in v['nodes']][:3]}"
        for v in found["violations"]
    ]
    assert not violations, f"{page.url} {page.viewport_size}\n" + "\n".join(violations)


def _title_tells_of_errors(page: Page) -> None:
    has_summary = page.locator(".nhsuk-error-summary").count() > 0
    assert page.title().startswith("Error: ") == has_summary, f"{page.url}: {page.title()}"


def _fits(page: Page) -> None:
    """Nothing is wider than the window, once the menu has made itself at home in it."""

    def fits() -> bool:
        return bool(page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"))

    eventually(fits, f"{page.url} fitting into {page.viewport_size}", patience=10)


def _address(url: str) -> str:
    """The page that an address means: without ids, codes and tokens, and without its query."""
    path = re.sub(r"/o/[^/]+", "/o", urlsplit(url).path)
    return re.sub(r"/[0-9a-f-]{36}|(?<=/activate/).+|(?<=/reset-password/).+", "/-", path)
