"""The warning before a session ends, in a real browser whose clock the test moves."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import Page, expect

from ravs.accounts.models import Session
from ravs.accounts.sessions import SessionStore
from tests.browser import browser
from tests.people import account

# Several requests at once need an engine whose test database several threads can use.
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def chromium(django_db_setup: None) -> Iterator[Any]:
    """Playwright keeps an event loop in this thread; the test may use the database all the same."""
    with pytest.MonkeyPatch.context() as patch, browser() as opened:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield opened


@pytest.fixture
def tab(chromium: Any, live_server: Any) -> Iterator[Page]:
    """Ada, on the page that says how long she stays logged in."""
    store = SessionStore()
    session = store.sign_in(account("Ada Jones"))
    context = chromium.new_context(base_url=live_server.url)
    name = django_settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": session.session_key, "url": live_server.url}])
    tab = context.new_page()
    tab.clock.install()
    tab.goto("/session")
    yield tab
    tab.wait_for_load_state("networkidle")
    context.close()


def pass_time(tab: Page, minutes: int, *, seconds: int = 0) -> None:
    """Let time go by for the server and for the browser alike, until the script has asked."""
    gone = minutes * MINUTE + timedelta(seconds=seconds)
    Session.objects.update(
        last_seen_at=F("last_seen_at") - gone, signed_in_at=F("signed_in_at") - gone
    )
    pass_browser_time(tab, gone)


def pass_browser_time(tab: Page, gone: timedelta) -> None:
    with tab.expect_response("**/session") as asked:
        tab.clock.fast_forward(int(gone.total_seconds() * 1000))
    asked.value.finished()


def test_it_warns_two_minutes_before_the_end_and_stays_when_asked(tab: Page) -> None:
    dialog = tab.get_by_role("alertdialog", name="You will be logged out soon")
    pass_time(tab, 28)
    expect(dialog).to_be_hidden()

    pass_time(tab, 1, seconds=10)
    expect(dialog).to_be_visible()
    expect(dialog).to_be_focused()
    expect(dialog).to_contain_text("You will be logged out in 1 minute")
    assert Axe().run(tab)["violations"] == []

    dialog.get_by_role("button", name="Stay logged in").click()
    expect(dialog).to_be_hidden()
    left = Session.objects.get().last_seen_at
    assert left is not None
    assert timezone.now() - left < MINUTE


def test_it_stays_by_keyboard_alone(tab: Page) -> None:
    dialog = tab.get_by_role("alertdialog")
    tab.get_by_role("button", name="Stay logged in").first.focus()
    pass_time(tab, 29, seconds=10)
    expect(dialog).to_be_visible()

    tab.keyboard.press("Tab")
    expect(dialog.get_by_role("button", name="Stay logged in")).to_be_focused()
    tab.keyboard.press("Enter")

    expect(dialog).to_be_hidden()
    expect(tab.get_by_role("button", name="Stay logged in").first).to_be_focused()


def test_it_takes_escape_for_a_sign_of_life(tab: Page) -> None:
    dialog = tab.get_by_role("alertdialog")
    pass_time(tab, 29, seconds=10)
    expect(dialog).to_be_visible()

    tab.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    assert Session.objects.get().account is not None


def test_it_says_nothing_while_another_tab_is_in_use(tab: Page) -> None:
    """The other tab's use is in the table; only this tab's clock has moved on."""
    pass_browser_time(tab, 29 * MINUTE)

    expect(tab.get_by_role("alertdialog")).to_be_hidden()


def test_it_goes_away_when_another_tab_stays(tab: Page) -> None:
    dialog = tab.get_by_role("alertdialog")
    pass_time(tab, 29, seconds=10)
    expect(dialog).to_be_visible()

    Session.objects.update(last_seen_at=timezone.now())
    pass_browser_time(tab, timedelta(seconds=16))

    expect(dialog).to_be_hidden()


def test_it_leads_to_the_reason_when_time_is_up(tab: Page) -> None:
    pass_time(tab, 29, seconds=10)
    expect(tab.get_by_role("alertdialog")).to_be_visible()

    pass_time(tab, 2)

    expect(tab.get_by_role("heading", name="You were logged out")).to_be_visible()
    expect(tab.get_by_text("because you did not use the service for 30 minutes")).to_be_visible()


def test_it_says_when_the_end_cannot_be_put_off(tab: Page) -> None:
    Session.objects.update(signed_in_at=timezone.now() - timedelta(hours=12) + 29 * MINUTE)
    tab.reload()
    dialog = tab.get_by_role("alertdialog")

    pass_time(tab, 28)
    expect(dialog).to_contain_text("This cannot be put off")
    expect(dialog.get_by_role("button", name="Stay logged in")).to_be_hidden()
    dialog.get_by_role("button", name="Continue").click()

    pass_browser_time(tab, timedelta(seconds=16))
    expect(dialog).to_be_hidden()


def test_it_logs_out_from_the_warning(tab: Page) -> None:
    pass_time(tab, 29, seconds=10)

    tab.get_by_role("alertdialog").get_by_role("button", name="Log out").click()

    expect(tab.get_by_role("alertdialog")).to_be_hidden()
    tab.wait_for_url("**/")
    assert not Session.objects.exclude(account=None).exists()
