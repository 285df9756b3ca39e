"""The pages of asking and answering, from the refused log-in to the answer."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from ravs.members.asking.rules import token_for
from ravs.members.asking.services import ask_to_be_reactivated
from ravs.members.models import Membership, ReactivationRequest
from tests.clients import PageClient
from tests.evidence import fresh, left_behind
from tests.people import LEAD, RECORDER, Leeds, member, organisation

pytestmark = pytest.mark.once

WHY = "I am back at the Monday clinic."


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def ask_at(client: PageClient, row: Membership, **data: str) -> Any:
    return client.post("/ask-to-be-reactivated", {"token": token_for(row), **data})


@pytest.fixture
def asked(leeds: Leeds) -> Membership:
    ask_to_be_reactivated(actor=leeds.lena.account, membership=leeds.lena, reason=WHY)
    return leeds.lena


def test_the_refused_page_offers_it_with_a_token(client: PageClient, leeds: Leeds) -> None:
    client.sign_in(leeds.priya.account)
    there = organisation("RW3", "Manchester", region="Y62")
    member(there, leeds.priya.account, status="deactivated")
    page = client.page("vaccinations:home", status=403, ods="RW3").content.decode()
    assert "Ask to be reactivated" in page
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    form = client.post("/ask-to-be-reactivated", {"token": token[1]})
    assert "Why do you need access?" in text_of(form)


def test_the_refused_page_of_who_waits_says_since_when(client: PageClient, leeds: Leeds) -> None:
    there = organisation("RW3", "Manchester", region="Y62")
    row = member(there, leeds.priya.account, status="deactivated")
    ask_to_be_reactivated(actor=row.account, membership=row, reason=WHY)
    client.sign_in(leeds.priya.account)
    page = text_of(client.page("vaccinations:home", status=403, ods="RW3"))
    assert "You asked to be reactivated on" in page
    assert "Ask to be reactivated" not in page


def test_the_form_names_who_will_read_it(client: PageClient, leeds: Leeds, quinn: Any) -> None:
    page = text_of(ask_at(client, leeds.lena))
    assert "These lead administrators will read your request" in page
    assert "Priya Shah" in page
    assert "Quinn Moor" in page


def test_asking_says_who_has_been_told_and_how_the_answer_comes(
    client: PageClient, leeds: Leeds
) -> None:
    with left_behind() as left:
        page = text_of(ask_at(client, leeds.lena, reason=WHY))
    assert "You have asked to be reactivated" in page
    assert "We have told the lead administrator: Priya Shah" in page
    assert "You will get an email at lena.fox@nhs.net" in page
    assert left.events == ["request.reactivation_asked"]
    assert leeds.lena.reactivation_requests.get().reason == WHY


@pytest.mark.parametrize("reason", ["", "   \n ", "\u200b\u202e"])
def test_a_reason_is_needed(client: PageClient, leeds: Leeds, reason: str) -> None:
    page = text_of(ask_at(client, leeds.lena, reason=reason))
    assert "Error: Enter why you need access" in page
    assert not ReactivationRequest.objects.exists()


def test_a_reason_too_long_is_kept_on_the_page(client: PageClient, leeds: Leeds) -> None:
    page = ask_at(client, leeds.lena, reason="x" * 501).content.decode()
    assert "Why do you need access? must be 500 characters or fewer" in page
    assert "x" * 501 in page
    assert not ReactivationRequest.objects.exists()


def test_five_hundred_characters_fit_with_their_line_breaks(
    client: PageClient, leeds: Leeds
) -> None:
    ask_at(client, leeds.lena, reason="\r\n".join("x" * 49 for _ in range(10)))
    assert len(leeds.lena.reactivation_requests.get().reason) == 499


def test_sending_it_twice_asks_once(client: PageClient, leeds: Leeds) -> None:
    ask_at(client, leeds.lena, reason=WHY)
    with left_behind() as left:
        page = text_of(ask_at(client, leeds.lena, reason="Again"))
    assert "You have asked to be reactivated" in page
    assert left.nothing


@pytest.mark.parametrize("token", ["", "nonsense", "WyJhIl0:1abc:xyz"])
def test_without_a_token_there_is_no_form(client: PageClient, leeds: Leeds, token: str) -> None:
    response = client.post("/ask-to-be-reactivated", {"token": token, "reason": WHY})
    assert response.status_code == 400
    page = text_of(response)
    assert "Log in again to ask to be reactivated" in page
    assert WHY in page  # what was written is not lost
    assert not ReactivationRequest.objects.exists()


def test_a_token_is_good_for_half_an_hour(client: PageClient, leeds: Leeds) -> None:
    token = token_for(leeds.lena)
    for minutes, status in ((29, 200), (31, 400)):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False):
            answer = client.post("/ask-to-be-reactivated", {"token": token})
        assert answer.status_code == status


def test_a_token_is_of_one_person_and_one_membership(client: PageClient, leeds: Leeds) -> None:
    """The token of somebody who is not the membership's owner opens nothing."""
    mixed = Membership(public_id=leeds.lena.public_id, account=leeds.dev.account)
    assert ask_at(client, mixed).status_code == 400


def test_whoever_is_back_already_is_told_to_log_in(client: PageClient, leeds: Leeds) -> None:
    response = ask_at(client, leeds.rosa, reason=WHY)
    assert response.status_code == 400
    assert "You do not need to ask" in text_of(response)


def test_three_requests_a_day_and_no_more(client: PageClient, leeds: Leeds, settings: Any) -> None:
    assert settings.RATES["ask to come back"] == "3/d"
    for _ in range(3):
        assert ask_at(client, leeds.lena, reason=WHY).status_code == 200
        ReactivationRequest.objects.update(state="declined", decided_at=timezone.now())
    assert ask_at(client, leeds.lena, reason=WHY).status_code == 429
    assert ask_at(client, leeds.dev, reason=WHY).status_code == 200


def test_by_get_it_asks_people_to_log_in(client: PageClient, db: None) -> None:
    assert "Log in to ask to be reactivated" in text_of(client.page("members:ask"))


class TestAnswering:
    def test_the_list_of_users_says_that_somebody_asks(
        self, priya: PageClient, asked: Membership
    ) -> None:
        assert "1 person asks to be reactivated" in text_of(priya.page("members:list", ods="RR8"))

    def test_the_requests_stand_with_the_longest_waiting_first(
        self, priya: PageClient, leeds: Leeds, asked: Membership
    ) -> None:
        ask_to_be_reactivated(actor=leeds.dev.account, membership=leeds.dev, reason=WHY)
        page = text_of(priya.page("members:requests", ods="RR8"))
        assert "2 requests" in page
        assert page.index("Lena Fox") < page.index("Dev Patel")
        assert "90 days since log in" in page
        assert "By Priya Shah" in page

    def test_nobody_waiting_is_said(self, priya: PageClient) -> None:
        assert "Nobody is waiting" in text_of(priya.page("members:requests", ods="RR8"))

    def test_the_pages_of_many_need_no_more_queries(
        self, priya: PageClient, leeds: Leeds, settings: Any, django_assert_max_num_queries: Any
    ) -> None:
        settings.PAGE_SIZE = 2
        for n in range(5):
            row = member(leeds.organisation, f"Person Number{n}", status="deactivated")
            ask_to_be_reactivated(actor=row.account, membership=row, reason=WHY)
        with django_assert_max_num_queries(5):
            page = text_of(priya.page("members:requests", ods="RR8", query={"page": "2"}))
        assert "Number2" in page
        assert "Number1" not in page

    def test_one_request_is_read_and_accepted(self, priya: PageClient, asked: Membership) -> None:
        page = priya.page("members:request", ods="RR8", member=asked.public_id)
        assert WHY in text_of(page)
        assert "They keep the permission level they had" in text_of(page)
        key = key_in(page)
        answer = priya.submit("members:request", {"key": key}, ods="RR8", member=asked.public_id)
        assert answer["Location"] == "/o/RR8/users"
        assert fresh(asked).is_active
        assert "Lena Fox has been reactivated at Leeds" in text_of(
            priya.page("members:list", ods="RR8")
        )

    def test_declining_asks_first(self, priya: PageClient, asked: Membership) -> None:
        page = priya.page("members:decline", ods="RR8", member=asked.public_id)
        assert "Lena Fox stays deactivated" in text_of(page)
        priya.submit("members:decline", {"key": key_in(page)}, ods="RR8", member=asked.public_id)
        assert asked.reactivation_requests.get().state == "declined"

    @pytest.mark.parametrize("name", ["request", "decline"])
    def test_an_answered_request_leads_to_the_person(
        self, priya: PageClient, asked: Membership, name: str
    ) -> None:
        page = priya.page(f"members:{name}", ods="RR8", member=asked.public_id)
        ReactivationRequest.objects.update(state="declined", decided_at=timezone.now())
        late = priya.submit(
            f"members:{name}", {"key": key_in(page)}, ods="RR8", member=asked.public_id
        )
        assert late["Location"] == f"/o/RR8/users/{asked.public_id}"
        told = text_of(priya.get(late["Location"]))
        assert "The request of Lena Fox has been answered already." in told
        answer = priya.page(f"members:{name}", status=302, ods="RR8", member=asked.public_id)
        assert answer["Location"] == f"/o/RR8/users/{asked.public_id}"

    def test_the_declined_letter_stands_on_the_persons_page(
        self, priya: PageClient, asked: Membership
    ) -> None:
        page = priya.page("members:decline", ods="RR8", member=asked.public_id)
        priya.submit("members:decline", {"key": key_in(page)}, ods="RR8", member=asked.public_id)
        told = text_of(priya.page("members:person", ods="RR8", member=asked.public_id))
        assert "Request to be reactivated declined: queued" in told


def key_in(page: Any) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page.content.decode())
    assert found
    return found[1]


class TestTheVaccinatorQuestion:
    @pytest.fixture
    def nora(self, client: PageClient, leeds: Leeds) -> Membership:
        """A new lead administrator who is no vaccinator, logged in."""
        row = member(leeds.organisation, "Nora Lind", LEAD)
        client.sign_in(row.account)
        return row

    def test_a_new_lead_is_asked_on_their_home_page(
        self, client: PageClient, nora: Membership
    ) -> None:
        assert "Do you give vaccines?" in text_of(client.page("vaccinations:home", ods="RR8"))

    @pytest.mark.parametrize(("answer", "vaccinates"), [("yes", True), ("no", False)])
    def test_the_answer_is_kept_and_nobody_is_asked_twice(
        self, client: PageClient, nora: Membership, answer: str, vaccinates: bool
    ) -> None:
        key = key_in(client.page("members:do-you-vaccinate", ods="RR8"))
        with left_behind() as left:
            client.submit("members:do-you-vaccinate", {"key": key, "answer": answer}, ods="RR8")
        assert fresh(nora).vaccinator is vaccinates
        assert left.events == (["member.changed"] if vaccinates else [])
        assert "Do you give vaccines?" not in text_of(client.page("vaccinations:home", ods="RR8"))
        client.page("members:do-you-vaccinate", status=302, ods="RR8")

    def test_others_are_not_asked(self, client: PageClient, leeds: Leeds) -> None:
        for row in (leeds.priya, leeds.adam, member(leeds.organisation, "Rea Cord", RECORDER)):
            client.sign_in(row.account)
            home = text_of(client.page("vaccinations:home", ods="RR8"))
            assert "Do you give vaccines?" not in home

    def test_a_raise_that_waits_for_the_next_log_in_waits_with_the_question(
        self, client: PageClient, leeds: Leeds
    ) -> None:
        client.sign_in(leeds.adam.account)
        Membership.objects.filter(pk=leeds.adam.pk).update(level=LEAD)
        home = text_of(client.page("vaccinations:home", ods="RR8"))
        assert "Do you give vaccines?" not in home
        client.sign_in(leeds.adam.account)
        home = text_of(client.page("vaccinations:home", ods="RR8"))
        assert "Do you give vaccines?" in home
