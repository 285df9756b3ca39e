"""What people type stays text, on every page: no markup, no template of theirs comes alive."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import include, path, reverse
from django.utils.safestring import SafeString

from ravs.core.access import Access, requires
from ravs.organisations.models import Site
from ravs.patients.models import Patient
from ravs.vaccinations.models import Vaccination
from ravs.vaccines.models import Batch
from tests.guards.house import Route, routes
from tests.guards.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NASTY = """<x-evil a="1">'&{{1337*7}}{%raw%}"""
ALIVE = re.compile(r"<x-evil|9359")


@pytest.fixture
def nasty(here: World) -> World:
    """Leeds, where everybody's name, and the trust's own, is an attack."""
    here.leeds.organisation.name = f"Leeds {NASTY}"
    here.leeds.organisation.save()
    for number, row in enumerate(here.leeds.people.values()):
        row.account.first_name, row.account.last_name = NASTY, f"{NASTY}{number}"
        row.account.save()
    Patient.objects.update(given_name=NASTY, family_name=NASTY, address=NASTY, gp_name=NASTY)
    Site.objects.update(name=NASTY, address=NASTY)
    Batch.objects.update(number=NASTY)
    Vaccination.objects.update(
        given_name=NASTY, family_name=NASTY, batch_number=NASTY, note=NASTY, vaccinator_name=NASTY
    )
    return here


def offences(route: Route, here: World) -> Iterator[str]:
    client = here.client("lead")
    for query in ({}, {"q": NASTY, "page": NASTY, "next": NASTY, "sort": NASTY}):
        address = reverse(route.name, kwargs=here.arguments(route))
        answer: Any = client.get(address, query)
        if found := ALIVE.search(answer.content.decode()):
            yield f"{route}: {found[0]}"


@pytest.mark.parametrize("route", routes(), ids=str)
def test_it_shows_names_as_text(route: Route, nasty: World) -> None:
    assert list(offences(route, nasty)) == []


def test_it_is_tried_on_a_page_which_shows_the_names(nasty: World) -> None:
    shown: Any = nasty.client("lead").get(reverse("members:list", kwargs={"ods": "RR8"}))
    assert shown.content.decode().count("&lt;x-evil") >= 2


@requires(Access.PUBLIC)
def trusting(request: HttpRequest) -> HttpResponse:
    return HttpResponse(SafeString(request.GET.get("q", "")), content_type="text/plain")


urlpatterns = [
    path("", include("ravs.config.urls")),
    path("trusting", trusting, name="trusting"),
]


@override_settings(ROOT_URLCONF=__name__)
def test_it_catches_a_planted_page_that_trusts(here: World) -> None:
    planted = next(route for route in routes(__name__) if route.name == "trusting")
    assert list(offences(planted, here)) == ["trusting: <x-evil"]
