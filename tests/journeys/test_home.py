"""Home: first steps for a new organisation, and then what it gave, as numbers and as a plot."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.pages import records
from tests.journeys.people import Person
from tests.journeys.stack import Stack

Arrive = Callable[..., Person]


@pytest.mark.parametrize("javascript", [True, False], ids=["with", "without JavaScript"])
def test_home_counts_what_was_given(
    ods: str, arrive: Arrive, stack: Stack, javascript: bool
) -> None:
    # Given a new organisation, then its first steps stand there, and lead on.
    priya = arrive(ods, "Priya", "lead-administrator", javascript=javascript)
    priya.go()
    priya.sees("Nothing has been recorded at", "First steps")
    assert {"Add vaccines", "Add users", "Record a vaccination"} <= set(priya.links())
    rosa = arrive(ods, "Rosa", javascript=javascript)
    rosa.go()
    assert "Add vaccines" not in rosa.links()

    # When somebody records, then today counts at once, as a number, in the table and as a plot.
    records.stocked(stack, priya)
    records.record(priya)
    priya.go()
    cards = priya.page.locator(".ravs-cards")
    expect(cards.get_by_text("Today").locator("..").locator("dd")).to_have_text("1")
    expect(priya.page.locator(".ravs-plot svg[aria-hidden=true] rect").last).to_be_visible()
    priya.sees("by the date each vaccination was given", "Last updated")
    assert priya.page.locator("tbody tr").count() == 7

    # And the other tabs, orders and the date recorded are links that need no script.
    priya.click("By vaccination")
    expect(priya.page.locator("tbody tr")).to_have_count(1)
    priya.click("Total")
    assert priya.page.locator("th[aria-sort=descending]").inner_text().strip() == "Total"
    priya.click("Show them by date recorded")
    priya.sees("by the date each vaccination was recorded")
