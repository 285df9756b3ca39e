"""Home: what it counts, over which days, for whom; and what a new organisation sees."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from ravs.vaccinations.models import DayTotal, Outcome, RunningTotal, Vaccination
from tests import vaccines
from tests.clients import PageClient
from tests.people import leeds, member
from tests.recording import Place
from tests.vaccinations import given, many

pytestmark = pytest.mark.once

TODAY = date(2026, 3, 4)
"""A Wednesday: the last calendar week is that of 23 February to 1 March."""

QUERIES = 12
"""Session, account and memberships (5); sites with records, the days, the two of the table (4);
whom to ask and the touching of the session."""


def home(client: PageClient, **query: str) -> str:
    return str(client.page("vaccinations:home", ods="RR8", query=query).content.decode())


def cards(page: str) -> dict[str, str]:
    found = re.findall(r'__label">([^<]+)<span[^>]*>([^<]+)</span></dt>\s*<dd[^>]*>([\d,]+)', page)
    return {label: number for label, _, number in found}


def table(page: str) -> list[list[str]]:
    """The rows of the table, without the headings that a phone shows in each cell."""
    body = page.partition("<tbody")[2].partition("</tbody>")[0]
    plain = re.sub(r'<span class="nhsuk-table__heading[^>]*>.*?</span>', "", body)
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in parts(row, "t[hd]")]
        for row in parts(plain, "tr")
    ]


def parts(html: str, element: str) -> list[str]:
    return re.findall(rf"<{element}.*?</{element}>", html, re.DOTALL)


class TestTheNumbers:
    def test_the_cards_count_whole_days_in_london(self, at: Place, rosa: PageClient) -> None:
        """One on each of the last 40 days, so that every card has as many as it has days."""
        many(at, [TODAY - timedelta(days=back) for back in range(40)])
        assert cards(home(rosa)) == {
            "Today": "1",
            "Yesterday": "1",
            "Past 7 days": "7",
            "Last calendar week": "7",
            "This month so far": "4",
        }

    def test_only_what_was_given_counts(
        self, at: Place, record: Vaccination, rosa: PageClient
    ) -> None:
        given(at, outcome=Outcome.NOT_GIVEN)
        given(at, outcome=Outcome.NO_CONSENT)
        assert cards(home(rosa))["Today"] == "1"

    def test_by_date_given_unless_asked_for_the_date_recorded(
        self, at: Place, rosa: PageClient
    ) -> None:
        given(at, on=TODAY - timedelta(days=1))
        page = home(rosa)
        assert "These numbers are by the date each vaccination was given" in page
        assert (cards(page)["Today"], cards(page)["Yesterday"]) == ("0", "1")
        page = home(rosa, by="recorded")
        assert "These numbers are by the date each vaccination was recorded" in page
        assert (cards(page)["Today"], cards(page)["Yesterday"]) == ("1", "0")

    def test_by_day_are_today_and_the_6_days_before(self, at: Place, rosa: PageClient) -> None:
        many(at, [TODAY, TODAY, TODAY - timedelta(days=6), TODAY - timedelta(days=7)])
        rows = table(home(rosa))
        assert len(rows) == 7
        assert rows[0] == ["Wednesday 4 March 2026", "2"]
        assert rows[-1] == ["Thursday 26 February 2026", "1"]

    def test_by_vaccination_and_what_there_ever_was(self, at: Place, rosa: PageClient) -> None:
        given(at)
        given(at, product="mmr-priorix", on=TODAY - timedelta(days=3))
        given(at, product="mmr-priorix", on=TODAY - timedelta(days=300))
        assert table(home(rosa, tab="vaccination")) == [
            ["Flu", "1", "1", "1", "1"],
            ["MMR", "0", "1", "1", "2"],
        ]

    def test_by_site_only_where_two_have_records(self, at: Place, rosa: PageClient) -> None:
        chapel = vaccines.site(at.organisation, "Chapel Allerton", "RR802")
        given(at)
        assert "By site" not in home(rosa)
        given(at, site=chapel)
        page = home(rosa, tab="site")
        assert [row[0] for row in table(page)] == ["Chapel Allerton", "Leeds General Infirmary"]

    @pytest.mark.parametrize(
        ("sort", "first"), [("name", "Flu"), ("-name", "MMR"), ("-total", "MMR"), ("total", "Flu")]
    )
    def test_columns_sort_without_a_script(
        self, at: Place, rosa: PageClient, sort: str, first: str
    ) -> None:
        given(at)
        for _ in range(2):
            given(at, product="mmr-priorix")
        page = home(rosa, tab="vaccination", sort=sort)
        assert table(page)[0][0] == first
        stands = "descending" if sort.startswith("-") else "ascending"
        assert page.count(f'aria-sort="{stands}"') == 1

    @pytest.mark.parametrize("query", [{"tab": "x"}, {"by": "x"}, {"sort": "-x"}, {"tab": "site"}])
    def test_nonsense_shows_what_is_usual(
        self, at: Place, record: Vaccination, rosa: PageClient, query: dict[str, str]
    ) -> None:
        assert table(home(rosa, **query))[0] == ["Wednesday 4 March 2026", "1"]

    def test_it_says_when_the_numbers_were_read(self, record: Vaccination, rosa: Any) -> None:
        assert "Last updated 4 March 2026 at midday" in home(rosa)

    def test_totals_of_others_stay_theirs(self, at: Place, record: Vaccination) -> None:
        sam = member(at.organisation, "Sam West")
        assert sam
        DayTotal.objects.update(count=7)
        RunningTotal.objects.update(count=7)
        client = PageClient()
        client.sign_in(at.leeds.rosa.account)
        assert cards(home(client))["Today"] == "7"

    @pytest.mark.parametrize("tab", ["day", "vaccination", "site"])
    def test_it_asks_the_same_of_many(
        self, at: Place, rosa: PageClient, tab: str, django_assert_max_num_queries: Any
    ) -> None:
        many(at, [TODAY - timedelta(days=back % 50) for back in range(100)])
        chapel = vaccines.site(at.organisation, "Chapel Allerton", "RR802")
        given(at, site=chapel)
        with django_assert_max_num_queries(QUERIES) as asked:
            home(rosa, tab=tab)
        assert not [one for one in asked if "vaccinations_vaccination" in one["sql"]]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-03-28 23:59:59+00:00", date(2026, 3, 28)),
        ("2026-03-29 00:00:00+00:00", date(2026, 3, 29)),
        ("2026-03-29 22:59:59+00:00", date(2026, 3, 29)),
        ("2026-03-29 23:00:00+00:00", date(2026, 3, 30)),
        ("2026-10-24 23:00:00+00:00", date(2026, 10, 25)),
        ("2026-10-25 23:59:59+00:00", date(2026, 10, 25)),
        ("2026-10-26 00:00:00+00:00", date(2026, 10, 26)),
    ],
)
def test_a_day_ends_at_midnight_in_london(at: Place, moment: str, day: date) -> None:
    """Also on the nights on which the clocks change."""
    with time_machine.travel(moment, tick=False):
        given(at)
        client = PageClient()
        client.sign_in(at.leeds.rosa.account)
        assert DayTotal.objects.filter(day=day).count() == 2
        assert cards(home(client))["Today"] == "1"


class TestANewOrganisation:
    @pytest.mark.parametrize(
        ("who", "steps"),
        [
            ("rosa", ["Record a vaccination"]),
            ("adam", ["Add vaccines", "Record a vaccination"]),
            ("priya", ["Add vaccines", "Add users", "Record a vaccination"]),
        ],
    )
    def test_it_sees_first_steps_by_level(
        self, at: Place, client: PageClient, who: str, steps: list[str]
    ) -> None:
        client.sign_in(at.leeds.people[who].account)
        page = home(client)
        assert "Nothing has been recorded at Leeds Teaching Hospitals yet" in page
        assert (
            re.findall(r'<li><a href="[^"]+">((?:Add|Record)[^<]+)</a>', page)[: len(steps)]
            == steps
        )

    def test_steps_that_are_done_say_so(self, at: Place, client: PageClient) -> None:
        client.sign_in(at.leeds.priya.account)
        assert home(client).count("Done") == 2

    def test_nothing_is_done_yet(self, db: None, noon: Any, client: PageClient) -> None:
        trust = leeds()
        trust.organisation.memberships.exclude(pk=trust.priya.pk).delete()
        client.sign_in(trust.priya.account)
        assert "Done" not in home(client)


class TestThePlot:
    def test_the_table_holds_the_numbers_and_the_plot_is_hidden(
        self, at: Place, record: Vaccination, rosa: PageClient
    ) -> None:
        page = home(rosa)
        plot = page[page.index("<svg xmlns") : page.index("</svg>", page.index("<svg xmlns"))]
        assert 'aria-hidden="true"' in plot
        assert "Wed 4" in plot
        assert "style" not in plot
        assert "<script" not in plot

    def test_words_in_it_are_escaped(self, at: Place, rosa: PageClient) -> None:
        given(at)
        given(at, site=vaccines.site(at.organisation, "<b>Chapel</b> & Co", "RR802"))
        page = home(rosa, tab="site")
        assert "<b>Chapel" not in page
        assert "&lt;b&gt;Chapel" in page


def test_a_link_to_reports_for_whoever_may(at: Place, record: Vaccination) -> None:
    for who, sees in (("rosa", False), ("adam", True)):
        client = PageClient()
        client.sign_in(at.leeds.people[who].account)
        assert ("Create a report for more detail" in home(client)) is sees


def test_a_deactivated_organisation_says_until_when(at: Place, record: Vaccination) -> None:
    type(at.organisation).objects.update(
        status="deactivated", deactivated_at=record.recorded_at, closes_on=date(2026, 6, 2)
    )
    client = PageClient()
    client.sign_in(at.leeds.rosa.account)
    assert "until it closes on 2 June 2026" in home(client)
