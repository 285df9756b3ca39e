"""What belongs to another organisation does not exist: 404, as for a missing thing."""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import include, path

from ravs.core.access import requires
from ravs.members.models import Membership
from ravs.members.permissions import Permission
from tests.guards.house import Route, routes
from tests.guards.world import NOBODYS, World

pytestmark = [pytest.mark.django_db, pytest.mark.once]

CHANGING = re.compile(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"')


def keyed(urlconf: str | None = None) -> list[Route]:
    return [route for route in routes(urlconf) if route.keys]


def offences(route: Route, here: World) -> Iterator[str]:
    """Leeds' lead tries a key of Manchester's at Leeds, and a key that nobody has."""
    for method in ("get", "post"):
        theirs = here.ask("lead", method, route, **here.theirs())
        nobodys = here.ask("lead", method, route, **dict.fromkeys(here.theirs(), NOBODYS))
        if theirs.status_code not in {404, 405}:
            yield f"{method} {route} with a stranger's key: {theirs.status_code}"
        if body(theirs, here.theirs().values()) != body(nobodys, [NOBODYS]):
            yield f"{method} {route}: a stranger's key and a missing one look different"


def body(response: Any, keys: Iterable[UUID]) -> str:
    text = CHANGING.sub("", response.content.decode())
    for key in keys:
        text = text.replace(str(key), "the key")
    return text


@pytest.mark.parametrize("route", keyed(), ids=str)
def test_it_hides_what_belongs_to_another_organisation(route: Route, here: World) -> None:
    assert list(offences(route, here)) == []


def test_it_hides_organisations_one_does_not_belong_to(here: World) -> None:
    route = next(route for route in routes() if route.name == "members:list")
    exists = here.ask("stranger", "get", route)
    missing = here.ask("stranger", "get", route, ods="XX9")
    assert exists.status_code == missing.status_code == 404
    shown = exists.content.decode().replace(here.leeds.organisation.ods, "XX9")
    assert CHANGING.sub("", shown) == CHANGING.sub("", missing.content.decode())


@requires(Permission.MANAGE_USERS)
def leaky(request: HttpRequest, ods: str, member: UUID) -> HttpResponse:
    """Finds a person by key alone, without going through the organisation."""
    found = Membership.objects.filter(public_id=member).first()
    return HttpResponse("there", status=200 if found else 404, content_type="text/plain")


urlpatterns = [
    path("", include("ravs.config.urls")),
    path("o/<ods:ods>/leaky/<uuid:member>", leaky, name="leaky"),
]


@override_settings(ROOT_URLCONF=__name__)
def test_it_catches_a_planted_view_that_forgets_the_organisation(here: World) -> None:
    planted = next(route for route in keyed(__name__) if route.name == "leaky")
    assert "get leaky with a stranger's key: 200" in list(offences(planted, here))
