"""Addresses are words in kebab-case without a closing slash, each with a name of its own."""

import re
from collections import Counter

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path

from tests.guards.house import Route, routes

pytestmark = pytest.mark.once

WORD = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
CONVERTERS = {"ods", "uuid", "int", "slug"}
ARGUMENT = re.compile(r"^<(\w+):\w+>$")


def offences(route: Route) -> list[str]:
    found = []
    if route.pattern.endswith("/"):
        found.append(f"{route}: {route.pattern} ends with a slash")
    for part in filter(None, route.pattern.split("/")):
        argument = ARGUMENT.match(part)
        if argument and argument[1] not in CONVERTERS:
            found.append(f"{route}: {part} takes anything")
        if not argument and not WORD.match(part):
            found.append(f"{route}: {part} is not a word in kebab-case")
    if not WORD.match(route.name.rpartition(":")[2]):
        found.append(f"{route}: its name is not a word in kebab-case")
    return found


@pytest.mark.parametrize("route", routes(), ids=str)
def test_it_is_a_path_of_plain_words(route: Route) -> None:
    assert not offences(route)


def test_it_has_a_name_that_no_other_address_has() -> None:
    names = Counter(route.name for route in routes())
    assert [name for name, count in names.items() if count > 1] == []


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("Add_User/", view, name="Add_User"),
    path("o/<str:ods>/users", view, name="users"),
]


def test_it_catches_planted_offenders() -> None:
    first, second = routes(__name__)
    assert len(offences(first)) == 3
    assert offences(second) == ["users: <str:ods> takes anything"]
