"""What pages ask of memberships: order, search within a tab, paging, and how many queries."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ravs.members import selectors
from ravs.members.counts import places, recount
from ravs.members.models import MemberCount, Membership, Status
from ravs.members.narrowing import Narrowing
from ravs.members.selectors import count_matching, matching, page_of, usable
from ravs.members.services import change_member, rename_person
from ravs.members.services.change import Standing
from ravs.organisations.models import Organisation
from tests import crowds
from tests.clients import PageClient
from tests.evidence import tally, true_tally
from tests.people import LEAD, NOON, Leeds, account, member, organisation, stranger

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]

ACTIVE, INVITED, DEACTIVATED = Status.ACTIVE, Status.INVITED, Status.DEACTIVATED


@pytest.fixture
def trust(db: None) -> Organisation:
    return organisation()


def names(rows: list[Membership]) -> list[str]:
    return [row.account.full_name for row in rows]


def found(at: Organisation, query: str, status: Status = ACTIVE) -> list[str]:
    rows = page_of(at, status, Narrowing(query), start=0, size=100)
    assert count_matching(at, status, Narrowing(query)) == len(rows)
    return names(rows)


def test_the_active_and_the_invited_are_sorted_by_first_and_then_last_name(
    trust: Organisation,
) -> None:
    people = ["Zoë Ash", "ann zed", "Ann Abe", "Álvaro Ruiz", "Ørjan Lie", "Anna Abe", "ANN Moss"]
    for status in ("active", "invited"):
        for name in people:
            person = account(name, f"{status}.{len(name)}{name[-4:].strip()}@nhs.net")
            member(trust, person, status=status)
    expected = ["Álvaro Ruiz", "Ann Abe", "ANN Moss", "ann zed", "Anna Abe", "Ørjan Lie", "Zoë Ash"]
    assert found(trust, "") == expected
    assert found(trust, "", INVITED) == expected


def test_people_of_one_name_keep_their_order(trust: Organisation) -> None:
    rows = [member(trust, account("Ann Poe", f"ann{n}@nhs.net")) for n in range(5)]
    assert page_of(trust, ACTIVE, Narrowing(), start=0, size=9) == rows


def test_the_deactivated_are_sorted_newest_first(trust: Organisation) -> None:
    for hours, name in ((3, "Ann Poe"), (1, "Zed Poe"), (2, "Moe Poe")):
        row = member(trust, name, status="deactivated")
        Membership.objects.filter(pk=row.pk).update(
            deactivated_at=timezone.now() - timedelta(hours=hours)
        )
    assert found(trust, "", DEACTIVATED) == ["Zed Poe", "Moe Poe", "Ann Poe"]


@pytest.fixture
def searched(trust: Organisation) -> Organisation:
    for name in (
        "Alissa Wells",
        "Hayley Lee",
        "Jayleen Ross",
        "Mary-Lee Smith",
        "Łucja Ní Bhriain",
    ):
        member(trust, account(name, f"{name[:3].lower()}.x@nhs.net".replace("ł", "l")))
    member(trust, "Alina Invited", status="invited")
    member(organisation("RW3", "Manchester"), "Alice Elsewhere")
    return trust


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ali", ["Alissa Wells"]),
        ("ALI", ["Alissa Wells"]),
        ("lee", ["Hayley Lee", "Mary-Lee Smith"]),
        ("alissa w", ["Alissa Wells"]),
        ("smith", ["Mary-Lee Smith"]),
        ("lucja", ["Łucja Ní Bhriain"]),
        ("bhri", ["Łucja Ní Bhriain"]),
        ("NI BHRIAIN", ["Łucja Ní Bhriain"]),
        ("jay.x@nhs.net", ["Jayleen Ross"]),
        ("jay.x@", ["Jayleen Ross"]),
        ("zzz", []),
        ("%", []),
        ("'; drop table members_membership; --", []),
        ("\x00", []),
        ("ali" * 200, []),
    ],
)
def test_a_search_is_a_prefix_within_its_tab(
    searched: Organisation, query: str, expected: list[str]
) -> None:
    assert found(searched, query) == expected


def test_a_search_in_another_tab_finds_who_is_there(searched: Organisation) -> None:
    assert found(searched, "ali", INVITED) == ["Alina Invited"]
    assert found(searched, "alissa", INVITED) == []
    assert found(searched, "ali", DEACTIVATED) == []


def test_somebody_found_by_two_words_is_found_once(trust: Organisation) -> None:
    member(trust, account("Lee Lee-Leeson", "lee.lee@nhs.net"))
    assert found(trust, "lee") == ["Lee Lee-Leeson"]


def test_a_new_name_is_found_at_once_and_the_old_one_never_again(leeds: Leeds) -> None:
    rosa = leeds.rosa.account
    rename_person(actor=rosa, account=rosa, first_name="Wilhelmina", last_name="Żak")
    assert found(leeds.organisation, "zak") == ["Wilhelmina Żak"]
    assert found(leeds.organisation, "keane") == []


def test_a_cancelled_invitation_is_found_nowhere(leeds: Leeds) -> None:
    Membership.objects.filter(pk=leeds.ingrid.pk).update(
        invitation_end="cancelled", invitation_ended_at=timezone.now()
    )
    assert found(leeds.organisation, "ingrid", INVITED) == []
    assert found(leeds.organisation, "", INVITED) == []


def test_a_search_is_counted_no_further_than_a_limit(trust: Organisation, monkeypatch: Any) -> None:
    monkeypatch.setattr(selectors, "MOST_COUNTED", 5)
    for number in range(8):
        member(trust, account("Ann Poe", f"ann{number}@nhs.net"))
    assert count_matching(trust, ACTIVE, Narrowing("ann")) == 6


def crowd(at: Organisation, count: int, **how: Any) -> list[Membership]:
    """Person000 and so on."""
    return crowds.crowd(at, crowds.people([f"Person{n:03}" for n in range(count)]), **how)


@pytest.mark.parametrize(
    ("count", "pages", "caption"),
    [
        (0, 1, "1 active user"),
        (1, 1, "2 active users"),
        (19, 1, "20 active users"),
        (20, 2, "Showing 1 to 20 of 21 active users"),
        (40, 3, "Showing 1 to 20 of 41 active users"),
    ],
)
def test_twenty_are_a_page(
    client: PageClient, trust: Organisation, count: int, pages: int, caption: str
) -> None:
    """The lead who looks is one of them."""
    priya = member(trust, "Priya Shah", LEAD)
    crowd(trust, count)
    client.sign_in(priya.account)
    page = unescape(client.page("members:list", ods="RR8").content.decode())
    assert caption in page
    seen: list[str] = []
    for number in range(1, pages + 2):
        query = {"page": str(number)}
        shown = unescape(client.page("members:list", query=query, ods="RR8").content.decode())
        shown = shown.partition("<tbody")[2]
        rows = [f"Person{n:03}" for n in range(count) if f">Person{n:03}<" in shown]
        if number <= pages:
            assert len(rows) <= 20
            seen += rows
        else:
            assert rows == [row for row in seen if row in rows], "beyond the end is the last page"
    assert seen == [f"Person{n:03}" for n in range(count)]
    assert ("page=2" in page) is (pages > 1)


@pytest.mark.parametrize("asked", ["0", "-1", "99", "x", "1e9", "٣", "", "9" * 30])
def test_any_page_that_is_asked_for_is_one_that_there_is(
    client: PageClient, trust: Organisation, asked: str
) -> None:
    priya = member(trust, "Priya Shah", LEAD)
    crowd(trust, 21)
    client.sign_in(priya.account)
    client.page("members:list", query={"page": asked}, ods="RR8")


def test_links_of_pages_keep_the_search_and_the_tab(
    client: PageClient, trust: Organisation
) -> None:
    priya = member(trust, "Priya Shah", LEAD)
    crowd(trust, 21, status="invited")
    client.sign_in(priya.account)
    page = client.page("members:invited", query={"q": "person"}, ods="RR8").content.decode()
    assert "/o/RR8/users/invited?q=person&amp;page=2" in page


@pytest.mark.parametrize(
    ("tab", "how"),
    [
        ("list", {"idle_days": 80}),
        ("invited", {"status": "invited", "idle_days": 9}),
        ("deactivated", {"status": "deactivated"}),
        ("reactivate-all", {"status": "deactivated", "reason": "inactivity"}),
    ],
)
@pytest.mark.parametrize("query", ["", "person"])
def test_a_page_asks_as_often_for_twenty_as_for_one(
    client: PageClient, trust: Organisation, tab: str, how: dict[str, Any], query: str
) -> None:
    """Session, membership; counts, keys, rows, calls, letters, notices; who asks, who should log
    in soon, the leads, whom to promote; with a search, how many match, and how often this person
    searched."""
    priya = member(trust, "Priya Shah", LEAD)
    client.sign_in(priya.account)
    used = []
    for count in (1, 19):
        crowd(trust, count, **how)
        if tab == "deactivated":
            trust.memberships.filter(status=DEACTIVATED).update(deactivated_by=priya.account)
        client.page(f"members:{tab}", query={"q": query}, ods="RR8")
        with CaptureQueriesContext(connection) as queries:
            client.page(f"members:{tab}", query={"q": query}, ods="RR8")
        used.append(len(queries))
    assert used[0] == used[1], [q["sql"] for q in queries]
    assert used[0] <= (15 if query else 12)


def test_a_persons_page_asks_a_fixed_number_of_times(client: PageClient, leeds: Leeds) -> None:
    client.sign_in(leeds.priya.account)
    used = []
    for rounds in (1, 20):
        for number in range(rounds):
            standing = Standing.of(leeds.rosa)
            flipped = Standing(standing.level, vaccinator=bool((number + rounds + 1) % 2))
            change_member(actor=leeds.priya.account, membership=leeds.rosa, standing=flipped)
        with CaptureQueriesContext(connection) as queries:
            client.page("members:person", ods="RR8", member=leeds.rosa.public_id)
        used.append(len(queries))
    assert used[0] == used[1]


class TestCounts:
    def test_every_state_stands_in_its_place(self, leeds: Leeds) -> None:
        assert {name: dict(places(row)) for name, row in leeds.people.items()} == {
            "priya": {"active": 1},
            "rosa": {"active": 1},
            "adam": {"active": 1},
            "ingrid": {"invited": 1},
            "dev": {"deactivated": 1},
            "lena": {"deactivated": 1, "lapsed": 1},
        }

    def test_the_night_mends_a_wrong_count_and_says_how_many(self, leeds: Leeds) -> None:
        MemberCount.objects.filter(pk=leeds.organisation.pk).update(active=99, lapsed=7)
        assert recount([leeds.organisation.pk]) == 1
        assert tally(leeds.organisation) == true_tally(leeds.organisation)
        assert recount([leeds.organisation.pk]) == 0

    def test_a_missing_row_where_nobody_is_needs_no_mending(self, trust: Organisation) -> None:
        assert recount([trust.pk]) == 0

    def test_a_missing_row_where_somebody_is_does(self, leeds: Leeds) -> None:
        MemberCount.objects.all().delete()
        assert recount([leeds.organisation.pk]) == 1
        assert tally(leeds.organisation) == true_tally(leeds.organisation)

    def test_an_organisation_without_a_row_has_nobody(self, trust: Organisation) -> None:
        assert selectors.counts_of(trust).active == 0


def test_the_usable_ones_are_by_name_of_organisation(leeds: Leeds) -> None:
    rosa = leeds.rosa.account
    for ods, name, how in (
        ("RZ1", "Zeal Hill", {}),
        ("RA1", "Ash Grove", {"status": "invited"}),
        ("RD1", "Deep Dale", {"status": "deactivated"}),
    ):
        member(organisation(ods, name), rosa, **how)
    member(organisation("RC1", "Cold Ash", status="closed"), rosa)
    member(organisation("RE1", "Elm", status="deactivated"), rosa)
    member(organisation("RF1", "Fern", status="deactivated"), rosa, status="invited")
    names_of = [m.organisation.name for m in usable(rosa)]
    assert names_of == ["Ash Grove", "Elm", "Leeds Teaching Hospitals", "Zeal Hill"]


def test_leads_are_found_for_several_organisations_at_once(
    leeds: Leeds, django_assert_num_queries: Any
) -> None:
    sam = stranger()
    with django_assert_num_queries(1):
        leads = selectors.leads_of([leeds.organisation.pk, sam.organisation_id])
    assert [a.full_name for a in leads[leeds.organisation.pk]] == ["Priya Shah"]
    assert [a.full_name for a in leads[sam.organisation_id]] == ["Sam West"]
    assert list(matching(leeds.organisation, ACTIVE, Narrowing("sam"))) == []
