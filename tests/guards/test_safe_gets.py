"""Opening a page changes nothing: mail scanners, prefetching and reloads are harmless."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import include, path, reverse

from ravs.accounts.models import Account, Session
from ravs.audit.models import ChainHead, Event, EventPerson
from ravs.core.access import Access, requires
from ravs.core.models import Counter
from tests.guards.house import Route, routes
from tests.guards.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SIGN_IN_PAGES = {"accounts:sign-in", "accounts:callback"}
"""The two which must remember what they asked the provider, and whom it vouched for."""

COUNTED = {Counter}
"""How often somebody searched within the last minute is no change of anything."""

OPENS_DETAILS = {
    "patients:correct",
    "vaccinations:delete",
    "vaccinations:edit",
    "vaccinations:go-on",
    "vaccinations:patient",
    "vaccinations:version",
    "vaccinations:view",
}
"""Pages that show a patient's details. Opening one is an event, and nothing else may change (but
the copy of what the directory says, where that has changed)."""

HISTORY = {Event, EventPerson, ChainHead}

TOUCHED = {Session: {"last_seen_at", "expire_date"}}
"""Being used is what keeps a session alive."""


def everything(left_out: set[Any]) -> dict[tuple[str, Any], dict[str, Any]]:
    """Every row of every table, less what use alone may touch."""
    return {
        (model._meta.label, row["pk"]): row
        for model in apps.get_models()
        if model not in COUNTED | left_out
        for row in model._base_manager.values("pk", *columns(model))
    }


def columns(model: Any) -> list[str]:
    names = [field.attname for field in model._meta.concrete_fields]
    return [name for name in names if name not in TOUCHED.get(model, set())]


PERSONAS = ("signed out", "recorder", "lead", "stranger")
WRITES = re.compile(r'(INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO) "?(\w+)')
HARMLESS = {f"UPDATE {Session._meta.db_table}", *(model._meta.db_table for model in COUNTED)}


def writes(route: Route, here: World) -> bool:
    """Whether two GETs by each person write anything at all: most pages do not, which is far
    quicker to see than that no row has changed."""
    suspect: list[str] = []

    def note(execute: Any, sql: str, *args: Any) -> Any:
        found = WRITES.match(sql.lstrip())
        if found and not HARMLESS & {found[2], f"{found[1]} {found[2]}"}:
            suspect.append(sql)
        return execute(sql, *args)

    clients = [here.client(who) for who in PERSONAS]
    address = reverse(route.name, kwargs=here.arguments(route))
    with transaction.atomic():
        with connection.execute_wrapper(note):
            for client in clients:
                client.get(address)
                client.get(address)
        transaction.set_rollback(True)
    return bool(suspect)


def changes(route: Route, here: World) -> Iterator[str]:
    """What two GETs by each person leave behind."""
    if not writes(route, here):
        return
    clients = {who: here.client(who) for who in PERSONAS}
    address = reverse(route.name, kwargs=here.arguments(route))
    left_out: set[Any] = HISTORY if route.name in OPENS_DETAILS else set()
    before = everything(left_out)
    for persona, client in clients.items():
        for _ in range(2):
            client.get(address)
        after = everything(left_out)
        for key in before.keys() | after.keys():
            if before.get(key) != after.get(key):
                yield f"get {route} as {persona} changes {key[0]}"
        before = after


@pytest.mark.parametrize(
    "route", [route for route in routes() if route.name not in SIGN_IN_PAGES], ids=str
)
def test_it_changes_nothing(route: Route, settings: Any, here: World) -> None:
    settings.RATES = settings.RATES | {"note refusal": "0/h"}  # what is refused is noted
    assert list(changes(route, here)) == []


def test_it_excuses_pages_that_are_there() -> None:
    assert {route.name for route in routes()} >= SIGN_IN_PAGES | OPENS_DETAILS


def test_it_excuses_no_more_than_history(here: World) -> None:
    """An opening leaves one event for each time, of the very kind that says so."""
    here.client("recorder")
    for route in [route for route in routes() if route.name in OPENS_DETAILS]:
        before = set(Event.objects.values_list("pk", flat=True))
        here.ask("recorder", "get", route)
        added = Event.objects.exclude(pk__in=before).values_list("type", flat=True)
        assert [kind.rpartition(".")[2] for kind in added] == ["viewed"], route


@requires(Access.PUBLIC)
def meddling(request: HttpRequest) -> HttpResponse:
    """Renames somebody by being looked at."""
    Account.objects.filter(last_name="Keane").update(first_name=Account.objects.count())
    return HttpResponse("", content_type="text/plain")


urlpatterns = [
    path("", include("ravs.config.urls")),
    path("meddling", meddling, name="meddling"),
]


@override_settings(ROOT_URLCONF=__name__)
def test_it_catches_a_planted_page_that_writes(here: World) -> None:
    planted = next(route for route in routes(__name__) if route.name == "meddling")
    assert "get meddling as signed out changes accounts.Account" in list(changes(planted, here))
