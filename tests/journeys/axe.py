"""Every page state that a journey shows is held to WCAG by axe, and its console to silence."""

from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Page

SCRIPT = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
EXPECTED = (
    "the server responded with a status of 403",
    "the server responded with a status of 404",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def watch(page: Page, *, javascript: bool) -> None:
    """Look at each page as it stands once it has loaded."""
    page.accessible = javascript  # type: ignore[attr-defined]
    page.on("console", _silence)


def _silence(message: ConsoleMessage) -> None:
    if message.type == "error" and not any(words in message.text for words in EXPECTED):
        raise AssertionError(f"{message.location.get('url')}: {message.text}")


def assert_accessible(page: Page) -> None:
    """No violation on the page as it stands. Without JavaScript axe cannot run, and does not."""
    if not getattr(page, "accessible", True):
        return
    # The policy of our own pages forbids foreign scripts; the tool comes in by the debugger.
    page.evaluate(SCRIPT.read_text())
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run({runOnly: {type: 'tag', values: rules}})", RULES
    )
    violations = [
        f"{v['id']}: {v['help']} at {[n['target'] for n in v['nodes']][:3]}"
        for v in found["violations"]
    ]
    assert not violations, f"{page.url}\n" + "\n".join(violations)


def assert_fits(page: Page) -> None:
    """Nothing needs scrolling sideways: at 320 pixels, which is 1280 at 400 % zoom (WCAG 1.4.10)."""
    overflow = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0, f"{page.url} is {overflow} pixels too wide"
