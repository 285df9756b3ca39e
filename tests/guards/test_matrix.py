"""Who gets through which door: every address, everybody, each state of an organisation.

What the guide promises is written here once more by hand, so that a slip in the product's own
table cannot hide itself.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse

from ravs.core.access import Access
from ravs.members.models import Level
from ravs.members.permissions import GRANTS, Permission
from tests.guards.house import Route, routes
from tests.guards.world import SIGNED_OUT, World

pytestmark = [pytest.mark.django_db, pytest.mark.once]

GUIDE = {
    "recorder": {"organisation:view", "vaccinations:record", "vaccinations:edit"},
    "administrator": {
        "organisation:view",
        "vaccinations:record",
        "vaccinations:edit",
        "vaccines:manage",
        "reports:create",
    },
    "lead": {
        "organisation:view",
        "vaccinations:record",
        "vaccinations:edit",
        "vaccines:manage",
        "reports:create",
        "users:manage",
        "users:add",
    },
}
"""User guide, Manage users: what each level can do."""

WOUND_DOWN = {"vaccinations:record", "vaccines:manage", "users:add"}
"""What a deactivated organisation may begin no more."""

OPEN, SIGN_IN, FORBIDDEN, NOT_FOUND, BROKEN = "open", "sign in", "403", "404", "broken"


def outcome(response: HttpResponse) -> str:
    location = response.headers.get("Location", "")
    if response.status_code == 302 and location.startswith("/sign-in"):
        return SIGN_IN
    if response.status_code >= 500 and response.status_code != 503:
        return BROKEN
    return {403: FORBIDDEN, 404: NOT_FOUND}.get(response.status_code, OPEN)


def expected(route: Route, persona: str, status: str) -> str:
    if route.access == Access.PUBLIC:
        return OPEN
    if persona == SIGNED_OUT:
        return SIGN_IN
    if "ods" not in route.arguments:
        return expected_without_organisation(route, persona)
    if persona == "stranger":
        return NOT_FOUND
    if persona == "deactivated":
        return FORBIDDEN
    rights = GUIDE[persona] - (WOUND_DOWN if status == "deactivated" else set())
    return OPEN if route.access in rights else FORBIDDEN


def expected_without_organisation(route: Route, persona: str) -> str:
    """Signed-in people's own pages; choosing an organisation is a dead end for who has none."""
    assert route.access == Access.SIGNED_IN, f"{route} asks for a right at no organisation"
    dead_end = persona == "deactivated" and route.name == "members:choose-organisation"
    return FORBIDDEN if dead_end else OPEN


def differences(route: Route, here: World, status: str) -> Iterator[str]:
    for persona in here.personas():
        for method in ("get", "post"):
            found = outcome(here.ask(persona, method, route))
            promised = expected(route, persona, status)
            if found != promised:
                yield f"{method} {route} as {persona}: {found}, not {promised}"


@pytest.mark.parametrize("status", ["active", "deactivated"])
@pytest.mark.parametrize("route", routes(), ids=str)
def test_it_opens_or_refuses_as_the_guide_says(route: Route, status: str, here: World) -> None:
    if status == "deactivated":
        here.wind_down()
    assert list(differences(route, here, status)) == []


def test_it_knows_every_permission_of_the_product() -> None:
    assert set().union(*GUIDE.values()) == set(Permission)


def test_it_catches_a_planted_right_that_the_guide_does_not_give(
    monkeypatch: pytest.MonkeyPatch, here: World
) -> None:
    generous = GRANTS[Level.RECORDER] | {Permission.MANAGE_USERS}
    monkeypatch.setitem(GRANTS, Level.RECORDER, generous)
    route = next(route for route in routes() if route.name == "members:list")
    assert list(differences(route, here, "active")) == [
        "get members:list as recorder: open, not 403",
        "post members:list as recorder: open, not 403",
    ]


def test_it_catches_a_planted_gap_where_the_doors_are_not_kept(settings: Any, here: World) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "AccessMiddleware" not in name]
    route = next(route for route in routes() if route.name == "reports:create")
    assert "get reports:create as recorder: open, not 403" in list(
        differences(route, here, "active")
    )
