"""Every page can be found: it is in the menu or the footer, under one that is, or excused."""

import pytest

from ravs.core.navigation import FOOTER, MENU
from tests.guards.house import Route, routes

pytestmark = pytest.mark.once

EXCUSED = {
    "core:home": "the service's name in every header leads there",
    "accounts:sign-in": "the button of the public page leads there",
    "accounts:callback": "the provider leads there",
    "accounts:sign-out": "in every header of somebody signed in",
    "accounts:extend-session": "the time-out warning posts there",
    "members:choose-organisation": "beside the organisation in the header",
    "members:landing": "the public page leads there",
    "members:profile": "the person's name in the header leads there",
    "members:left": "ends the deactivation of oneself",
    "members:ask": "the page that refuses somebody deactivated posts there",
    "members:cannot-sign-in": "the public page leads there, and every refused log-in",
    "members:cannot-sign-in-sent": "the form before it leads there",
    "members:history": "the organisation's home leads there",
    "patients:find": "the page where recording begins leads there",
    "patients:search": "the page of the NHS number leads there",
    "patients:results": "the search leads there",
    "patients:new": "the search leads there when it finds nobody",
    "patients:check": "the page of a new patient leads there",
    "patients:correct": "the patient's page and the check page lead there",
    "vaccinations:patient": "finding a patient leads there",
    "vaccinations:paper-form": "the page that cannot look patients up leads there",
}


def lost(found: list[Route]) -> list[str]:
    linked = {item.url_name for item in (*MENU, *FOOTER)}
    above = [route.pattern for route in found if route.name in linked and route.name != HOME]
    return [
        route.name
        for route in found
        if route.name not in linked
        and route.name not in EXCUSED
        and not any(route.pattern.startswith(f"{pattern}/") for pattern in above)
    ]


HOME = "vaccinations:home"
"""Stands above everything in an organisation, so being under it says nothing."""


def test_it_can_be_found() -> None:
    assert lost(routes()) == []


def test_it_leads_somewhere() -> None:
    there = {route.name for route in routes()}
    assert {item.url_name for item in (*MENU, *FOOTER)} <= there
    assert set(EXCUSED) <= there


@pytest.mark.parametrize("pattern", ["o/<ods:ods>/secret", "o/<ods:ods>/users-of-old"])
def test_it_catches_a_planted_page_that_nothing_leads_to(pattern: str) -> None:
    planted = Route("members:planted", pattern, test_it_can_be_found, ("ods",))
    assert lost([*routes(), planted]) == ["members:planted"]
