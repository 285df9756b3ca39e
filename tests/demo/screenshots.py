"""The pictures of the README, taken in a demonstration of their own: ``make screenshots``.

python -m tests.demo.screenshots
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from ravs.demo.patients import RECENTLY_VACCINATED
from tests.browser import browser
from tests.demo import running, steps
from tests.guards.house import ROOT

PICTURES = ROOT / "docs/pictures"
DESKTOP, PHONE = (1280, 900), (375, 812)
LARGEST = 250_000
LEAD = "priya.raman@irwell.nhs.uk"
COLLEAGUE = "nadia.osei@irwell.nhs.uk"


def take(demo: running.Demo) -> list[Path]:
    with browser() as opened:
        desktop, phone = (_page(opened, size) for size in (DESKTOP, PHONE))
        return [*_take_on_desktop(demo, desktop), *_take_on_phone(demo, phone)]


def _page(browser: Browser, size: tuple[int, int]) -> Page:
    width, height = size
    return browser.new_context(
        viewport={"width": width, "height": height}, reduced_motion="reduce"
    ).new_page()


def _take_on_desktop(demo: running.Demo, page: Page) -> list[Path]:
    steps.log_in(page, demo.url, LEAD)
    return [
        *_take_of_vaccinations(demo, page),
        *_take_of_users(demo, page),
    ]


def _take_of_vaccinations(demo: running.Demo, page: Page) -> list[Path]:
    page.goto(f"{demo.url}/o/RW3")
    taken = [_picture(page, "home", height=1100)]
    page.goto(f"{demo.url}/o/RW3/vaccines")
    taken.append(_picture(page, "vaccines", height=1100))
    page.goto(f"{demo.url}/o/RW3/records")
    taken.append(_picture(page, "records", height=1100))
    steps.find_patient(page, demo.url, "RW3", RECENTLY_VACCINATED)
    taken.append(_picture(page, "patient", height=1250))
    page.get_by_role("button", name="Record a vaccination").click()
    page.wait_for_url("**/warnings**")
    return [*taken, _picture(page, "warning", height=900)]


def _take_of_users(demo: running.Demo, page: Page) -> list[Path]:
    page.goto(f"{demo.url}/o/RW3/users")
    taken = [_picture(page, "manage-users", height=1600)]
    steps.add_colleague(page, demo.url, "RW3", first="Nadia", last="Osei", email=COLLEAGUE)
    taken.append(_picture(page, "check-and-add"))
    page.get_by_role("button", name="Confirm and send").click()
    page.wait_for_url("**/users/invited")
    taken.append(_picture(page, "invited"))
    steps.mail_to(page, demo.url, COLLEAGUE, "activate")
    page.frame_locator("iframe").get_by_role("link", name="Activate").first.wait_for()
    taken.append(_picture(page, "email", height=1300))
    page.goto(f"{demo.url}/demo/mailbox")
    return [*taken, _picture(page, "mailbox", height=1300)]


def _take_on_phone(demo: running.Demo, page: Page) -> list[Path]:
    steps.log_in(page, demo.url, LEAD)
    page.goto(f"{demo.url}/o/RW3/record")
    taken = [_picture(page, "record-phone", height=1400)]
    page.goto(f"{demo.url}/o/RW3/users")
    return [*taken, _picture(page, "manage-users-phone", height=1400)]


def _picture(page: Page, name: str, *, height: int = 0) -> Path:
    """Of the whole page, or of what a window of that height shows of it."""
    file = PICTURES / f"{name}.png"
    file.parent.mkdir(parents=True, exist_ok=True)
    if height and page.viewport_size:
        page.set_viewport_size({"width": page.viewport_size["width"], "height": height})
    page.screenshot(path=file, full_page=not height, animations="disabled")
    return file


def main() -> str | None:
    with tempfile.TemporaryDirectory() as directory:
        demo = running.at(Path(directory)).start()
        try:
            taken = take(demo.wait_until_open())
        finally:
            demo.stop()
    too_large = [file.name for file in taken if file.stat().st_size > LARGEST]
    for file in taken:
        sys.stdout.write(f"{file.relative_to(ROOT)}  {file.stat().st_size // 1000} kB\n")
    return f"Too large for a repository: {', '.join(too_large)}" if too_large else None


if __name__ == "__main__":
    sys.exit(main())
