"""The notices over the list of users, and who needs to log in soon."""

import re
from typing import Any

import pytest

from tests.clients import PageClient
from tests.people import LEAD, Leeds, member

pytestmark = pytest.mark.once


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_a_list_with_nothing_to_say_says_nothing(
    priya: PageClient, leeds: Leeds, quinn: Any
) -> None:
    page = text_of(priya.page("members:list", ods="RR8"))
    for words in ("another lead administrator", "need to log in soon", "to be reactivated"):
        assert words not in page


def test_an_only_lead_sees_whom_to_promote(priya: PageClient, leeds: Leeds) -> None:
    page = priya.page("members:list", ods="RR8")
    told = text_of(page)
    assert "You need another lead administrator" in told
    assert "Adam Obi, administrator, last log in: today. Make Adam Obi a lead administrator" in told
    assert f"/o/RR8/users/{leeds.adam.public_id}/change" in page.content.decode()


def test_leads_who_are_going_are_named_with_the_day(priya: PageClient, leeds: Leeds) -> None:
    member(leeds.organisation, "Quinn Moor", LEAD, idle_days=50)
    page = text_of(priya.page("members:list", ods="RR8"))
    assert "You may soon need another lead administrator" in page
    assert "Quinn Moor on " in page


@pytest.mark.parametrize("tab", ["list", "invited", "deactivated"])
def test_every_tab_links_to_who_needs_to_log_in_soon(
    priya: PageClient, leeds: Leeds, tab: str
) -> None:
    member(leeds.organisation, "Wilf Dunn", idle_days=80)
    assert "Users who need to log in soon (1)" in text_of(priya.page(f"members:{tab}", ods="RR8"))


def test_the_nearest_comes_first(priya: PageClient, leeds: Leeds) -> None:
    for name, idle in (("Ann Far", 76), ("Zed Near", 89), ("Bob Not", 75)):
        member(leeds.organisation, name, idle_days=idle)
    page = text_of(priya.page("members:soon", ods="RR8"))
    assert page.index("Zed Near") < page.index("Ann Far")
    assert "Bob Not" not in page
    assert "2 users" in page


def test_the_pages_of_many_need_no_more_queries(
    priya: PageClient, leeds: Leeds, settings: Any, django_assert_max_num_queries: Any
) -> None:
    settings.PAGE_SIZE = 3
    for n in range(7):
        member(leeds.organisation, f"Person Number{n}", idle_days=89 - n)
    with django_assert_max_num_queries(5):
        page = text_of(priya.page("members:soon", ods="RR8", query={"page": "2"}))
    assert "Number3" in page
    assert "Number2" not in page


def test_nobody_is_said(priya: PageClient) -> None:
    assert "Nobody needs to log in soon." in text_of(priya.page("members:soon", ods="RR8"))
