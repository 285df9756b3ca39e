"""Administrators keep the vaccines of their sites."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from ravs.core.dates import london_today
from tests.journeys.pages import stock
from tests.journeys.people import Person
from tests.journeys.stack import Stack

Arrive = Callable[..., Person]

GTIN = "05000456078276"
EXPIRY = london_today() + timedelta(days=400)
BOXES = f"{EXPIRY.day} {EXPIRY.month} {EXPIRY.year}"
WRITTEN = f"{EXPIRY.day} {EXPIRY:%B %Y}"


@pytest.mark.parametrize("javascript", [True, False], ids=["with", "without JavaScript"])
def test_an_administrator_keeps_the_vaccines_of_a_site(
    ods: str, arrive: Arrive, stack: Stack, javascript: bool
) -> None:
    # Given a new trust, whose administrator reads what there is to do first,
    adam = arrive(ods, "Adam", "administrator", javascript=javascript, width=320)
    adam.go("/vaccines")
    adam.sees("There are no open sites")
    stock.add_site(stack, ods, 1, "General Infirmary")
    adam.go("/vaccines")
    adam.sees("Ask your regional team to enable")
    adam.click("Vaccines you can give")
    adam.sees("No vaccines are enabled")
    stock.enable(stack, ods, "flu", "covid-19")

    # When a batch is added, with mistakes first,
    adam.go("/vaccines")
    adam.press("Add vaccines")
    adam.press("Continue")
    adam.sees("Select the vaccine")
    adam.choose("Vaccine", "Flu")
    adam.choose("Flu product", "Vaxigrip (TIVe)")
    adam.press("Continue")
    adam.press("Continue")
    adam.sees("Enter the batch number", "Enter the expiry date")
    adam.fill("Batch number", "ab781-10/4")
    stock.say_when(adam, BOXES)
    adam.press("Add another batch")
    expect(adam.page.get_by_label("Batch number of batch 1")).to_have_value("ab781-10/4")
    adam.fill("Batch number of batch 2", f"]d201{GTIN}17{EXPIRY:%y%m%d}10SCANNED1")
    adam.press("Continue")
    adam.is_at("Check and add vaccines")
    adam.sees(f"AB781-10/4, expires {WRITTEN}", f"SCANNED1, expires {WRITTEN}")
    adam.press("Confirm and add")

    # Then both can be used; one is corrected, the other is finished and brought back.
    adam.is_told("2 batches of Vaxigrip (TIVe) added.")
    adam.click("Edit batch AB781-10/4")
    adam.fill("Batch number", "AB781-10/5")
    adam.press("Save")
    adam.is_told("Batch AB781-10/5 saved.")
    adam.click("Mark as finished batch SCANNED1")
    stock.say_when(adam, "1 1 2020")
    adam.press("Mark as finished")
    adam.sees("when it was added, or later")
    today = london_today()
    stock.say_when(adam, f"{today.day} {today.month} {today.year}")
    adam.press("Mark as finished")
    adam.is_told("It can be used until the end of today.")
    adam.sees("Last day today")
    adam.click("Bring back batch SCANNED1")
    adam.press("Bring back")
    adam.is_told("Batch SCANNED1 can be used again")

    # When the same batch is added once more, then it is said to be here.
    adam.press("Add batch")
    adam.fill("Batch number", "AB781-10/5")
    stock.say_when(adam, BOXES)
    adam.press("Continue")
    adam.sees("Batch AB781-10/5 has already been added at General Infirmary")


def test_several_sites_are_stocked_at_once_closed_and_reopened(
    ods: str, arrive: Arrive, stack: Stack
) -> None:
    # Given a trust with six sites,
    for number in range(1, 7):
        stock.add_site(stack, ods, number, f"Clinic {number}")
    stock.enable(stack, ods, "covid-19")
    priya = arrive(ods, "Priya", "lead-administrator")

    # When a batch is added at two of them, found among the others,
    priya.go("/vaccines")
    priya.press("Add vaccines")
    priya.press("Continue")
    priya.sees("Select at least one site")
    priya.page.get_by_role("checkbox", name="Clinic 2").check()
    priya.page.get_by_label("Show only sites whose name or ODS code has these words").fill("nic 5")
    priya.press("Filter sites")
    expect(priya.page.get_by_role("checkbox")).to_have_count(2)
    priya.page.get_by_role("checkbox", name="Clinic 5").check()
    priya.press("Continue")
    priya.choose("Vaccine", "COVID-19")
    priya.choose("COVID-19 product", "Comirnaty 30 LP.8.1")
    priya.press("Continue")
    priya.sees("Enter the expiry date after thawing")
    priya.fill("Batch number", "CV19-1")
    stock.say_when(priya, BOXES)
    priya.press("Continue")
    priya.sees("Clinic 2, Clinic 5")
    priya.press("Confirm and add")
    priya.is_told("2 batches of Comirnaty 30 LP.8.1 added at 2 sites.")

    # Then the list narrows to one of them; closed, it shows what it keeps and changes nothing.
    priya.page.get_by_label("Site", exact=True).select_option(label="Clinic 5")
    priya.press("Show site")
    expect(priya.page.get_by_role("link", name="Close site")).to_have_count(1)
    priya.click("Close site Clinic 5")
    priya.sees("nobody can record vaccinations there")
    priya.press("Close site")
    priya.is_told("Clinic 5 is closed.")
    priya.click("Closed sites (1)")
    priya.click("View Comirnaty 30 LP.8.1 at Clinic 5")
    priya.sees("This site is closed")
    priya.go("/vaccines/closed-sites")
    priya.click("Reopen site Clinic 5")
    priya.press("Reopen site")
    priya.is_told("Clinic 5 is open again.")

    # And a batch that is finished at once by its day shows on the other tab, empty till then.
    priya.click("View Comirnaty 30 LP.8.1 at Clinic 2")
    priya.open(f"{priya.page.url}/finished")
    priya.sees("There are no finished batches.")
    priya.go("/vaccines")
    priya.click("What the catalogue says")
    priya.sees("Needs clinical check", "Comirnaty 30 LP.8.1")
