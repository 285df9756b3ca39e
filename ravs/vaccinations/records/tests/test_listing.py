"""Finding records: the list, the box, the filters, the guide's way, and the pages of each."""

import re
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from ravs.audit.models import Event
from ravs.vaccinations.models import Vaccination
from ravs.vaccinations.records import selectors
from ravs.vaccinations.records.criteria import Criteria
from tests import vaccines
from tests.clients import PageClient
from tests.people import stranger
from tests.recording import Place, patient
from tests.vaccinations import given, many, person

TODAY = date(2026, 3, 4)
QUERIES = 12
"""Session, account and memberships (5); the page of records, the types and the vaccinators of the
filters, what was typed, the rate, and the touching of the session."""


def names(page: Any) -> list[str]:
    """The patients of the list, in its order."""
    text = page.content.decode()
    return re.findall(r'records/[0-9a-f-]{36}">([^<]+)</a>', text)


def search(rosa: PageClient, **typed: str) -> list[str]:
    answer = rosa.submit("vaccinations:records", typed, ods="RR8")
    assert all(value not in answer["Location"] for value in typed.values() if len(value) > 2)
    return names(rosa.get(answer["Location"]))


@pytest.fixture
def several(at: Place) -> None:
    """Five people with a record each, the earlier in this list the longer ago."""
    people = {
        "Zoë Ábel": "9990000026",
        "Mary O’Brien": "9990000034",
        "Ann Smith-Jones": "",
        "Ann Smith": "",
        "Bea Smithson": "",
    }
    for back, (name, number) in enumerate(reversed(people.items())):
        born = date(1980, 1, 1) + timedelta(days=back)
        given(at, person(at, name, nhs_number=number, born=born), on=TODAY - timedelta(days=back))


class TestTheList:
    def test_it_says_when_nothing_was_recorded(self, at: Place, rosa: PageClient) -> None:
        page = rosa.page("vaccinations:records", ods="RR8").content.decode()
        assert "Nothing has been recorded at Leeds Teaching Hospitals yet" in page
        assert "Record a vaccination" in page

    def test_it_shows_the_newest_first(self, several: None, rosa: PageClient) -> None:
        page = rosa.page("vaccinations:records", ods="RR8")
        assert names(page) == [
            "Bea Smithson", "Ann Smith", "Ann Smith-Jones", "Mary O’Brien", "Zoë Ábel",
        ]  # fmt: skip
        text = page.content.decode()
        assert "999 000 0026" in text
        assert "No NHS number" in text
        assert "4 March 2026" in text
        assert "FLU-1" in text
        assert "Rosa Keane" in text

    def test_it_says_at_what_time_unless_it_was_typed_in_later(
        self, at: Place, rosa: PageClient
    ) -> None:
        given(at)
        given(at, on=TODAY - timedelta(days=3))
        page = rosa.page("vaccinations:records", ods="RR8").content.decode()
        assert "4 March 2026 at midday" in page
        assert "1 March 2026" in page
        assert "1 March 2026 at" not in page

    def test_it_tags_what_is_out_of_the_ordinary(self, at: Place, rosa: PageClient) -> None:
        given(at, on=TODAY - timedelta(days=3))
        given(at, outcome="not-given")
        given(at, outcome="no-consent")
        page = rosa.page("vaccinations:records", ods="RR8").content.decode()
        for tag in ("Recorded late", "Not given", "No consent"):
            assert tag in page

    def test_it_shows_nobody_elses(self, at: Place, record: Vaccination, client: Any) -> None:
        client.sign_in(stranger().account)
        assert names(client.page("vaccinations:records", ods="RW3")) == []

    def test_its_pages_lead_back_and_forth(self, at: Place, rosa: PageClient) -> None:
        """41 records: on three pages, each record once, in order either way."""
        made = many(at, [TODAY - timedelta(days=n // 3) for n in range(41)])
        wanted = [
            str(row.public_id)
            for row in sorted(made, key=lambda row: (row.given_on, row.pk), reverse=True)
        ]
        seen, answers = [], [rosa.page("vaccinations:records", ods="RR8")]
        while older := link(answers[-1], "next"):
            answers.append(rosa.get(older))
        for answer in answers:
            seen += ids(answer)
        assert seen == wanted
        assert [len(ids(answer)) for answer in answers] == [20, 20, 1]
        back = rosa.get(link(answers[-1], "prev"))
        assert ids(back) == wanted[20:40]
        assert ids(rosa.get(link(back, "prev"))) == wanted[:20]
        assert not link(rosa.get(link(back, "prev")), "prev")

    @pytest.mark.parametrize(
        "query", ["before=nonsense", "after=", "before=0192aaaa-0000-7000-8000-000000000000"]
    )
    def test_nonsense_begins_at_the_beginning(
        self, record: Vaccination, rosa: PageClient, query: str
    ) -> None:
        assert names(rosa.get(f"/o/RR8/records?{query}")) == ["Ada Brook"]

    def test_it_asks_no_more_of_many(
        self, at: Place, rosa: PageClient, django_assert_max_num_queries: Any
    ) -> None:
        many(at, [TODAY] * 60)
        with django_assert_max_num_queries(QUERIES):
            rosa.page("vaccinations:records", ods="RR8")

    def test_deleted_records_have_a_list_of_their_own(
        self, at: Place, record: Vaccination, rosa: PageClient
    ) -> None:
        assert "No record has been deleted" in text(rosa.page("vaccinations:deleted", ods="RR8"))
        given(
            at,
            person(at, "Una Reed"),
            deleted_at=record.recorded_at,
            deleted_by=at.leeds.rosa.account,
            deletion_reason="Twice",
        )
        assert names(rosa.page("vaccinations:deleted", ods="RR8")) == ["Una Reed"]
        assert names(rosa.page("vaccinations:records", ods="RR8")) == ["Ada Brook"]


def ids(answer: Any) -> list[str]:
    return re.findall(r'records/([0-9a-f-]{36})">', answer.content.decode())


def link(answer: Any, rel: str) -> str:
    found = re.search(rf'href="([^"]+)" rel="{rel}"', answer.content.decode())
    return found[1].replace("&amp;", "&") if found else ""


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.usefixtures("several")
class TestTheBox:
    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("smith", ["Ann Smith", "Ann Smith-Jones", "Bea Smithson"]),
            ("SMITHS", ["Bea Smithson"]),
            ("abel", ["Zoë Ábel"]),
            ("zoe abel", ["Zoë Ábel"]),
            ("Ábel, Zoë", ["Zoë Ábel"]),
            ("Mary O'Brien", ["Mary O’Brien"]),
            ("o’brien mary", ["Mary O’Brien"]),
            ("999 000 0026", ["Zoë Ábel"]),
            ("9990000034", ["Mary O’Brien"]),
            ("nobody", []),
            ("<script>", []),
        ],
    )
    def test_it_finds_the_beginning_of_a_name_or_a_whole_number(
        self, rosa: PageClient, typed: str, found: list[str]
    ) -> None:
        assert search(rosa, who=typed) == found

    def test_people_whose_names_are_each_others_turned_round_stand_on_pages_together(
        self, at: Place, settings: Any
    ) -> None:
        settings.PAGE_SIZE = 3
        for name in ("Ann Lee", "Lee Ann"):
            for back in range(2):
                who = person(at, name, nhs_number="", born=date(1980, 1, 1) + timedelta(back))
                given(at, who, on=TODAY - timedelta(days=back))
        asked = partial(selectors.page_of, at.organisation, Criteria(name="ann lee"))
        first = asked(selectors.Place())
        second = asked(selectors.Place(before=first.older))
        again = asked(selectors.Place(after=second.newer))
        assert [row.family_name for row in first.rows] == ["Ann", "Ann", "Lee"]
        assert [row.family_name for row in second.rows] == ["Lee"]
        assert (again.rows, again.newer) == (first.rows, None)

    def test_a_name_of_many_words_is_looked_for_in_one_question(
        self, at: Place, django_assert_max_num_queries: Any
    ) -> None:
        given(at, person(at, "Ana Maria da Silva e Costa", nhs_number="", born=date(1980, 1, 1)))
        with django_assert_max_num_queries(1):
            found = selectors.page_of(
                at.organisation, Criteria(name="ana maria da silva e costa"), selectors.Place()
            )
        assert len(found.rows) == 1

    @pytest.mark.parametrize(
        ("typed", "error"),
        [("999 000", "Enter a 10-digit NHS number"), ("9990000017", "Enter a valid NHS number")],
    )
    def test_a_number_that_cannot_be_is_explained(
        self, rosa: PageClient, typed: str, error: str
    ) -> None:
        page = rosa.submit("vaccinations:records", {"who": typed}, status=200, ods="RR8")
        assert error in text(page)
        assert f'value="{typed}"' in text(page)

    def test_nothing_typed_shows_everything(self, rosa: PageClient) -> None:
        answer = rosa.submit("vaccinations:records", {"who": "  "}, ods="RR8")
        assert answer["Location"] == "/o/RR8/records"

    def test_what_was_typed_stands_there_again(self, rosa: PageClient) -> None:
        answer = rosa.submit("vaccinations:records", {"who": "smith", "batch": "flu-1"}, ods="RR8")
        page = text(rosa.get(answer["Location"]))
        assert 'value="smith"' in page
        assert 'value="flu-1"' in page
        assert "smith" not in page.partition("</title>")[0]

    def test_a_key_of_somebody_else_opens_nothing(
        self, at: Place, rosa: PageClient, client: Any
    ) -> None:
        answer = rosa.submit("vaccinations:records", {"who": "smith"}, ods="RR8")
        client.sign_in(at.leeds.adam.account)
        assert client.get(answer["Location"])["Location"] == "/o/RR8/records"


@pytest.mark.usefixtures("several")
class TestTheFilters:
    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ({"vaccine": "mmr"}, ["Cy Young"]),
            ({"batch": "mmr-1"}, ["Cy Young"]),
            ({"batch": " MMR-1 ", "who": "smith"}, []),
            ({"born_day": "2", "born_month": "1", "born_year": "1980"}, ["Ann Smith"]),
            (
                {"since_day": "4", "since_month": "3", "since_year": "2026"},
                ["Cy Young", "Bea Smithson"],
            ),
            ({"until_day": "28", "until_month": "2", "until_year": "2026"}, ["Zoë Ábel"]),
            ({"who": "smith", "vaccine": "flu"}, ["Ann Smith", "Ann Smith-Jones", "Bea Smithson"]),
        ],
    )  # fmt: skip
    def test_they_narrow_the_list(
        self, at: Place, rosa: PageClient, typed: dict[str, str], found: list[str]
    ) -> None:
        given(at, person(at, "Cy Young", born=date(1990, 5, 5)), product="mmr-priorix")
        assert search(rosa, **typed) == found

    def test_by_vaccinator(self, at: Place, rosa: PageClient) -> None:
        given(at, person(at, "Cy Young"), by=at.leeds.priya)
        assert search(rosa, vaccinator=str(at.leeds.priya.public_id)) == ["Cy Young"]

    def test_days_the_wrong_way_round_are_explained(self, rosa: PageClient) -> None:
        typed = {
            "since_day": "2", "since_month": "3", "since_year": "2026",
            "until_day": "1", "until_month": "3", "until_year": "2026",
        }  # fmt: skip
        page = rosa.submit("vaccinations:records", typed, status=200, ods="RR8")
        assert "Last day must be on or after the first day" in text(page)


@pytest.mark.usefixtures("several")
class TestTheGuidesWay:
    BORN = {"born_day": "4", "born_month": "1", "born_year": "1980"}

    def find(self, rosa: PageClient, **typed: str) -> list[str]:
        answer = rosa.submit("vaccinations:find", typed, ods="RR8")
        return names(rosa.get(answer["Location"]))

    def test_by_number(self, rosa: PageClient) -> None:
        assert self.find(rosa, known="yes", number="999-000-0026") == ["Zoë Ábel"]

    @pytest.mark.parametrize("family", ["O'Brien", "o brien", "OBRIEN"])
    @pytest.mark.parametrize("code", ["", "ls1", "LS14AB"])
    def test_by_details(self, rosa: PageClient, family: str, code: str) -> None:
        typed = {"known": "no", "given_name": "Mary", "family_name": family, "postcode": code}
        assert self.find(rosa, **typed, **self.BORN) == ["Mary O’Brien"]

    @pytest.mark.parametrize(
        "other", [{"postcode": "M1 1AA"}, {"given_name": "Nora"}, {"born_day": "5"}]
    )
    def test_every_detail_has_to_fit(self, rosa: PageClient, other: dict[str, str]) -> None:
        typed = {"known": "no", "given_name": "Mary", "family_name": "O'Brien", **self.BORN}
        assert self.find(rosa, **(typed | other)) == []

    def test_what_is_missing_is_said(self, rosa: PageClient) -> None:
        page = text(rosa.submit("vaccinations:find", {"known": "no"}, status=200, ods="RR8"))
        for error in ("Enter the first name", "Enter the last name", "Enter the date of birth"):
            assert error in page


def test_looking_for_records_leaves_no_name_in_the_history(several: None, rosa: PageClient) -> None:
    before = Event.objects.count()
    search(rosa, who="smith")
    assert Event.objects.count() == before


def test_records_of_one_person_at_two_organisations_stay_apart(
    at: Place, record: Vaccination, rosa: PageClient
) -> None:
    sam = stranger()
    vaccines.enable(sam.organisation, "flu")
    patient(sam, "Ada Brook")
    assert search(rosa, who="9990000018") == ["Ada Brook"]
