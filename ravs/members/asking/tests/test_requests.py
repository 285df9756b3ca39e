"""Asking to be reactivated, and the answer: who may, who is told, what is left behind."""

from typing import Any

import pytest

from ravs.accounts.models import Account
from ravs.audit.models import Event
from ravs.mail.models import Message
from ravs.members.asking import services
from ravs.members.asking.services import (
    AlreadyAnswered,
    CannotAsk,
    accept_request,
    ask_to_be_reactivated,
    decline_request,
)
from ravs.members.models import Level, Membership, ReactivationRequest
from ravs.members.refusals import NotALeadAdministrator
from ravs.members.services import (
    deactivate_member,
    invite_member,
    reactivate_lapsed,
    reactivate_member,
)
from ravs.members.services.details import Details
from ravs.organisations.models import Organisation
from tests.evidence import assert_whole, fresh, left_behind
from tests.people import LEAD, NOON, Leeds, member

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]

WHY = "I am back at the Monday clinic."


def ask(row: Membership, reason: str = WHY) -> ReactivationRequest:
    return ask_to_be_reactivated(actor=row.account, membership=row, reason=reason)


def states(row: Membership) -> list[str]:
    return [r.state for r in row.reactivation_requests.order_by("pk")]


def letter(to: str) -> Message:
    return Message.objects.filter(to=to).order_by("-pk")[0]


def test_every_active_lead_is_told_where_to_read_it_and_nobody_else(
    leeds: Leeds, quinn: Membership
) -> None:
    with left_behind() as left:
        ask(leeds.lena)
    assert left.events == ["request.reactivation_asked"]
    kinds = {to: kind for kind, to in left.letters}
    assert kinds == {
        "priya.shah@nhs.net": "reactivation_asked",
        "quinn.moor@nhs.net": "reactivation_asked",
    }
    text = letter("quinn.moor@nhs.net").text
    assert "Lena Fox (lena.fox@nhs.net) has been deactivated at Leeds" in text
    assert f"/o/RR8/users/{leeds.lena.public_id}/request" in text
    assert WHY not in text
    assert_whole(leeds.organisation)


def test_her_words_stand_in_no_history(leeds: Leeds) -> None:
    ask(leeds.lena, "My own secret words")
    assert "secret" not in str(list(Event.objects.values_list("data", flat=True)))


def test_asking_again_changes_nothing(leeds: Leeds) -> None:
    first = ask(leeds.lena)
    with left_behind() as left:
        again = ask(leeds.lena, "Please!")
    assert left.nothing
    assert again == first
    assert again.reason == WHY


@pytest.mark.parametrize("reason", ["inactivity", "person", "self", "end-date"])
def test_whoever_somebody_here_can_bring_back_may_ask(leeds: Leeds, reason: str) -> None:
    Membership.objects.filter(pk=leeds.dev.pk).update(deactivated_reason=reason)
    assert ask(leeds.dev).state == "waiting"


@pytest.mark.parametrize("reason", ["organisation", "support"])
def test_others_have_nobody_here_to_ask(leeds: Leeds, reason: str) -> None:
    Membership.objects.filter(pk=leeds.dev.pk).update(deactivated_reason=reason)
    with left_behind() as left, pytest.raises(CannotAsk):
        ask(leeds.dev)
    assert left.nothing


def test_people_who_may_come_in_have_nothing_to_ask(leeds: Leeds) -> None:
    for row in (leeds.rosa, leeds.ingrid):
        with pytest.raises(CannotAsk):
            ask(row)


def test_nobody_asks_for_somebody_else(leeds: Leeds) -> None:
    with pytest.raises(CannotAsk):
        ask_to_be_reactivated(actor=leeds.rosa.account, membership=leeds.dev, reason=WHY)


@pytest.mark.parametrize(("status", "may"), [("deactivated", True), ("closed", False)])
def test_a_closed_organisation_answers_nobody(status: str, may: bool) -> None:
    from tests.people import leeds as made

    here = made(status)
    if may:
        assert ask(here.dev)
    else:
        with pytest.raises(CannotAsk):
            ask(here.dev)


def test_acceptance_is_the_one_road_back_and_keeps_the_level(
    leeds: Leeds, quinn: Membership
) -> None:
    Membership.objects.filter(pk=leeds.lena.pk).update(level=Level.ADMINISTRATOR)
    ask(leeds.lena)
    with left_behind() as left:
        accept_request(actor=quinn.account, membership=leeds.lena)
    back = fresh(leeds.lena)
    assert (back.status, back.level) == ("active", "administrator")
    assert left.events == ["member.reactivated"]
    assert Event.objects.get(type="member.reactivated").data["how"] == "asked"
    assert left.letters == [("reactivated", "lena.fox@nhs.net")]
    request = leeds.lena.reactivation_requests.get()
    assert (request.state, request.decided_by) == ("accepted", quinn.account)
    assert_whole(leeds.organisation)


def test_declining_tells_them_whom_to_speak_to_without_blame(leeds: Leeds) -> None:
    ask(leeds.dev)
    with left_behind() as left:
        decline_request(actor=leeds.priya.account, membership=leeds.dev)
    assert left.events == ["request.reactivation_declined"]
    assert left.letters == [("reactivation_declined", "dev.patel@nhs.net")]
    text = letter("dev.patel@nhs.net").text
    assert "was not granted this time" in text
    assert "Priya Shah, priya.shah@nhs.net" in text
    assert fresh(leeds.dev).is_deactivated
    assert states(leeds.dev) == ["declined"]
    assert ask(leeds.dev).state == "waiting"  # and they may ask again


def by_a_lead(leeds: Leeds) -> None:
    reactivate_member(actor=leeds.priya.account, membership=leeds.lena)


def with_all_others(leeds: Leeds) -> None:
    reactivate_lapsed(
        actor=leeds.priya.account,
        organisation=leeds.organisation,
        lapsed_by=leeds.lena.deactivated_at,
    )


def by_adding_again(leeds: Leeds) -> None:
    details = Details("lena.fox@nhs.net", "Lena", "Fox", Level.RECORDER, vaccinator=False)
    invite_member(actor=leeds.priya.account, organisation=leeds.organisation, details=details)


@pytest.mark.parametrize("road", [by_a_lead, with_all_others, by_adding_again])
def test_another_road_back_overtakes_the_request(leeds: Leeds, road: Any) -> None:
    ask(leeds.lena)
    road(leeds)
    assert fresh(leeds.lena).is_active
    assert states(leeds.lena) == ["overtaken"]
    with pytest.raises(AlreadyAnswered):
        decline_request(actor=leeds.priya.account, membership=leeds.lena)


@pytest.mark.parametrize("answer", [accept_request, decline_request])
def test_what_was_answered_is_answered(leeds: Leeds, answer: Any) -> None:
    ask(leeds.lena)
    decline_request(actor=leeds.priya.account, membership=leeds.lena)
    with left_behind() as left, pytest.raises(AlreadyAnswered):
        answer(actor=leeds.priya.account, membership=leeds.lena)
    assert left.nothing


@pytest.mark.parametrize("answer", [accept_request, decline_request])
def test_only_a_lead_administrator_answers(leeds: Leeds, answer: Any) -> None:
    ask(leeds.lena)
    for who in (leeds.adam, leeds.rosa, leeds.lena):
        with pytest.raises(NotALeadAdministrator):
            answer(actor=who.account, membership=leeds.lena)


@pytest.fixture
def alone(leeds: Leeds) -> Membership:
    """Priya, who lapsed and was the only lead administrator."""
    Membership.objects.filter(pk=leeds.priya.pk).update(
        status="deactivated",
        deactivated_at=leeds.lena.deactivated_at,
        deactivated_reason="inactivity",
    )
    return fresh(leeds.priya)


def test_a_sole_lead_asks_the_region(alone: Membership) -> None:
    region = alone.organisation.region
    region.contact_email = "north.east@region.test"
    region.save()
    with left_behind() as left:
        request = ask(alone, "I was on leave.\nNow I lead again.")
    assert request.to_region
    assert left.letters == [("region_reactivation_asked", "north.east@region.test")]
    text = letter("north.east@region.test").text
    assert "has no active lead administrator" in text
    assert "I was on leave." in text
    assert "Now I lead again." in text
    accept_request(actor=None, membership=alone)
    assert fresh(alone).is_active
    assert fresh(alone).level == LEAD


@pytest.mark.parametrize(
    ("support", "letters"),
    [("help@ravs.test", [("region_reactivation_asked", "help@ravs.test")]), ("Ring 0113", [])],
)
def test_without_a_region_support_is_asked_where_it_has_an_address(
    alone: Membership, settings: Any, support: str, letters: list[Any]
) -> None:
    settings.SUPPORT_CONTACT = support
    with left_behind() as left:
        ask(alone)
    assert left.letters == letters
    assert services.waiting_of(alone) is not None


def test_a_declined_sole_lead_is_sent_to_the_region(alone: Membership) -> None:
    ask(alone)
    decline_request(actor=None, membership=alone)
    text = letter("priya.shah@nhs.net").text
    assert f"contact the {alone.organisation.region.name} regional team" in text


def test_a_leaver_who_asks_and_a_lead_who_lapses_meanwhile(leeds: Leeds, quinn: Membership) -> None:
    """The request waits for whoever leads then."""
    ask(leeds.lena)
    deactivate_member(actor=quinn.account, membership=leeds.priya)
    with pytest.raises(NotALeadAdministrator):
        accept_request(actor=leeds.priya.account, membership=leeds.lena)
    accept_request(actor=quinn.account, membership=leeds.lena)
    assert states(leeds.lena) == ["accepted"]


def test_the_history_says_it_in_words(leeds: Leeds, quinn: Membership) -> None:
    from ravs.audit.selectors import history_of

    ask(leeds.lena)
    accept_request(actor=quinn.account, membership=leeds.lena)
    ask(leeds.dev)
    decline_request(actor=quinn.account, membership=leeds.dev)
    at: Organisation = leeds.organisation
    told = " / ".join(str(line) for line in history_of(organisation=at.public_id, limit=4).lines)
    for words in (
        "Lena Fox asked to be reactivated",
        "Quinn Moor accepted the request of Lena Fox",
        "Quinn Moor declined the request of Dev Patel",
    ):
        assert words in told


def test_one_person_asks_at_each_of_two_places(leeds: Leeds) -> None:
    from tests.people import organisation

    there = organisation("RW3", "Manchester", region="Y62")
    member(there, "Sam West", LEAD)
    account: Account = leeds.dev.account
    second = member(there, account, status="deactivated")
    ask(leeds.dev)
    ask(second)
    accept_request(actor=leeds.priya.account, membership=leeds.dev)
    assert (states(leeds.dev), states(second)) == (["accepted"], ["waiting"])


def test_whoever_is_erased_leaves_no_request_and_no_letter_about_it(leeds: Leeds) -> None:
    from ravs.members.services.erasing import erase_account

    ask(leeds.dev)
    erase_account(account=leeds.dev.account)
    assert not ReactivationRequest.objects.exists()
    assert not Message.objects.filter(kind="reactivation_asked").exists()
