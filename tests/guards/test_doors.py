"""Every address declares its door, every permission opens one, and what says nothing is shut."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path
from django.views import View

from ravs.core.access import Access, requires
from ravs.members.permissions import CAPABILITIES, GRANTS, Permission
from tests.guards.house import Route, routes

DOORS = {*Access, *Permission}


def undeclared(found: list[Route]) -> list[str]:
    return [f"{route}: {route.access}" for route in found if route.access not in DOORS]


def unused(found: list[Route]) -> set[Permission]:
    return set(Permission) - {route.access for route in found}


def ungranted() -> set[Permission]:
    return set(Permission) - frozenset().union(*GRANTS.values())


def test_it_is_declared_for_every_address() -> None:
    assert undeclared(routes()) == []


def test_it_is_opened_by_every_permission() -> None:
    assert unused(routes()) == set()


def test_it_grants_every_permission_to_somebody() -> None:
    assert ungranted() == set()


def test_it_lets_each_right_stand_in_one_capability_of_the_guide_at_most() -> None:
    named = [permission for capability in CAPABILITIES for permission in capability.permissions]
    assert len(named) == len(set(named))
    assert set(Permission) - set(named) == {Permission.VIEW_ORGANISATION}


def says_nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


class SaysNothing(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("open")


@requires("users:rule-the-world")
def says_nonsense(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


@requires(Access.PUBLIC)
def says_public(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


urlpatterns = [
    path("", include("ravs.config.urls")),
    path("silent", says_nothing, name="silent"),
    path("silent-class", SaysNothing.as_view(), name="silent-class"),
    path("nonsense", says_nonsense, name="nonsense"),
    path("public", says_public, name="public"),
]


def test_it_catches_planted_views_that_say_nothing_or_nonsense() -> None:
    planted = [route for route in routes(__name__) if ":" not in route.name]
    assert undeclared(planted) == [
        "silent: None",
        "silent-class: None",
        "nonsense: users:rule-the-world",
    ]
    assert unused(planted) == set(Permission)


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize("method", ["get", "post"])
def test_it_is_shut_for_everybody_when_a_view_says_nothing(method: str) -> None:
    client: Any = Client()
    assert getattr(client, method)("/silent").status_code == 403
    assert getattr(client, method)("/silent-class").status_code == 403
    assert getattr(client, method)("/public").status_code == 200
