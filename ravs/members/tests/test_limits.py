"""What programs do a thousand times a minute is refused, and a refused page leaves a trace."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from ravs.audit.models import Event
from ravs.core.counters import Counters
from ravs.members.models import Membership
from tests.clients import PageClient
from tests.evidence import assert_whole, fresh, left_behind
from tests.people import Leeds


@pytest.fixture
def priya(client: PageClient, leeds: Leeds) -> PageClient:
    client.sign_in(leeds.priya.account)
    return client


def rates(settings: Any, **named: str) -> None:
    settings.RATES = settings.RATES | named


def test_people_can_search_and_act_far_more_often_than_they_type(settings: Any) -> None:
    assert settings.RATES["search"] == settings.RATES["act"] == "300/m"


def test_one_search_too_many_is_refused_and_the_list_still_opens(
    priya: PageClient, settings: Any
) -> None:
    rates(settings, search="2/m")
    for _ in range(2):
        priya.page("members:list", ods="RR8", query={"q": "ro"})
    refused = priya.page("members:list", status=429, ods="RR8", query={"q": "ro"})
    assert "Wait a minute, then try again." in refused.content.decode()
    priya.page("members:list", ods="RR8")


def test_one_act_too_many_changes_nothing_and_sends_nothing(
    priya: PageClient, leeds: Leeds, settings: Any
) -> None:
    rates(settings, act="0/m")
    with left_behind() as left:
        priya.submit("members:deactivate", {}, status=429, ods="RR8", member=leeds.rosa.public_id)
    assert left.nothing
    assert fresh(leeds.rosa).is_active


def test_limits_of_one_person_are_nobody_elses(
    priya: PageClient, leeds: Leeds, settings: Any
) -> None:
    rates(settings, search="1/m")
    priya.page("members:list", ods="RR8", query={"q": "ro"})
    Membership.objects.filter(pk=leeds.adam.pk).update(level="lead-administrator")
    adam = PageClient()
    adam.sign_in(leeds.adam.account)
    adam.page("members:list", ods="RR8", query={"q": "ro"})


@pytest.mark.django_db
def test_strangers_begin_to_log_in_only_so_often(client: PageClient, settings: Any) -> None:
    rates(settings, **{"log in": "0/m"})
    assert client.get("/sign-in").status_code == 429


def test_a_refused_page_stands_in_the_history_in_plain_words(
    client: PageClient, leeds: Leeds
) -> None:
    client.sign_in(leeds.rosa.account)
    client.page("members:list", status=403, ods="RR8")
    lead = PageClient()
    lead.sign_in(leeds.priya.account)
    told = lead.page("members:history", ods="RR8").content.decode()
    assert "Rosa Keane was refused a page because they may not manage users" in told
    assert_whole(leeds.organisation)


def test_somebody_who_knocks_without_end_does_not_fill_the_history(
    client: PageClient, leeds: Leeds, settings: Any
) -> None:
    rates(settings, **{"note refusal": "3/h"})
    client.sign_in(leeds.rosa.account)
    for _ in range(6):
        client.page("members:list", status=403, ods="RR8")
    assert Event.objects.filter(type="access.denied").count() == 3


def undeclared(request: HttpRequest, ods: str) -> HttpResponse:
    return HttpResponse("Come in")


urlpatterns = [path("", include("ravs.config.urls")), path("o/<ods:ods>/attic", undeclared)]
handler403 = "ravs.core.views.forbidden"


@pytest.mark.urls(__name__)
def test_a_view_that_declares_nothing_is_shut_and_nobody_is_blamed(
    priya: PageClient, leeds: Leeds
) -> None:
    assert priya.get("/o/RR8/attic").status_code == 403
    assert not Event.objects.filter(type="access.denied").exists()


def test_a_count_that_vanishes_while_it_is_read_keeps_nobody_out(
    priya: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def vanished(*_: object) -> int:
        raise ValueError

    monkeypatch.setattr(Counters, "add", lambda *_: False)
    monkeypatch.setattr(Counters, "incr", vanished)
    priya.page("members:list", ods="RR8", query={"q": "ro"})
