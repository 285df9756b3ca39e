"""Forms need their token, and an address answers to GET, HEAD and POST alone."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import include, path, reverse
from django.views.decorators.csrf import csrf_exempt

from ravs.core.access import Access, requires
from tests.clients import DoorClient
from tests.guards.house import Route, routes
from tests.guards.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def without_token(route: Route, here: World) -> int:
    """What a signed-in lead gets for a POST from another site."""
    client = DoorClient(enforce_csrf_checks=True)
    client.sign_in(here.leeds.priya.account)
    answer: Any = client.post(reverse(route.name, kwargs=here.arguments(route)))
    return int(answer.status_code)


@pytest.mark.parametrize("route", routes(), ids=str)
def test_it_refuses_a_post_without_its_token(route: Route, here: World) -> None:
    assert without_token(route, here) == 403


@pytest.mark.parametrize("route", routes(), ids=str)
def test_it_answers_to_no_other_method(route: Route, here: World) -> None:
    address = reverse(route.name, kwargs=here.arguments(route))
    client: Any = here.client("lead")
    answers = {m: getattr(client, m)(address).status_code for m in ("put", "patch", "delete")}
    answers["trace"] = client.trace(address).status_code
    assert answers == dict.fromkeys(answers, 405)


@csrf_exempt
@requires(Access.PUBLIC)
def careless(request: HttpRequest) -> HttpResponse:
    return HttpResponse("done", content_type="text/plain")


urlpatterns = [
    path("", include("ravs.config.urls")),
    path("careless", careless, name="careless"),
]


@override_settings(ROOT_URLCONF=__name__)
def test_it_catches_a_planted_view_that_asks_for_no_token(here: World) -> None:
    planted = next(route for route in routes(__name__) if route.name == "careless")
    assert without_token(planted, here) == 200
