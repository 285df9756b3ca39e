"""Two answers at once, two questions at once, and what happens meanwhile: one of them counts."""

from functools import partial

import pytest

from ravs.audit.models import Event
from ravs.core.dates import london_today
from ravs.mail.models import Message
from ravs.members.asking.answering import drain
from ravs.members.asking.help import ask_for_help
from ravs.members.asking.rounds import write_to_leads
from ravs.members.asking.services import (
    AlreadyAnswered,
    accept_request,
    ask_to_be_reactivated,
    decline_request,
)
from ravs.members.models import Level, Membership, ReactivationRequest, SignInHelp
from ravs.members.refusals import MemberRefusal, NotALeadAdministrator
from ravs.members.services import apply_inactivity_rule, invite_member, reactivate_member
from ravs.members.services.correct import AddressInUse, KnownElsewhere, correct_invited
from ravs.members.services.details import Details
from tests.evidence import assert_whole, fresh
from tests.people import LEAD, Leeds, member, organisation
from tests.races.together import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def quinn(leeds: Leeds) -> Membership:
    return member(leeds.organisation, "Quinn Moor", LEAD)


def asked(row: Membership) -> None:
    ask_to_be_reactivated(actor=row.account, membership=row, reason="I am back.")


def states(row: Membership) -> list[str]:
    return [request.state for request in row.reactivation_requests.order_by("pk")]


def test_asking_twice_at_once_asks_once(leeds: Leeds) -> None:
    at_once([partial(asked, leeds.lena) for _ in range(4)])
    assert states(leeds.lena) == ["waiting"]
    assert Message.objects.filter(kind="reactivation_asked").count() == 1
    assert_whole(leeds.organisation)


def test_one_lead_accepts_while_another_declines(leeds: Leeds, quinn: Membership) -> None:
    for row in (leeds.lena, leeds.dev):
        asked(row)
        results = at_once(
            [
                partial(accept_request, actor=leeds.priya.account, membership=row),
                partial(decline_request, actor=quinn.account, membership=row),
            ],
            refusals=(AlreadyAnswered,),
        )
        assert sum(isinstance(result, Exception) for result in results) == 1
        assert states(row) == ["accepted" if fresh(row).is_active else "declined"]
    letters = Message.objects.filter(kind__in=["reactivated", "reactivation_declined"])
    assert letters.count() == 2
    assert_whole(leeds.organisation)


def test_one_road_back_overtakes_the_other(leeds: Leeds, quinn: Membership) -> None:
    asked(leeds.lena)
    at_once(
        [
            partial(accept_request, actor=leeds.priya.account, membership=leeds.lena),
            partial(reactivate_member, actor=quinn.account, membership=leeds.lena),
        ],
        refusals=(AlreadyAnswered,),
    )
    assert fresh(leeds.lena).is_active
    assert states(leeds.lena)[0] in {"accepted", "overtaken"}
    assert Event.objects.filter(type="member.reactivated").count() == 1
    assert_whole(leeds.organisation)


def test_the_lead_who_answers_lapses_meanwhile(leeds: Leeds) -> None:
    asked(leeds.lena)
    today = london_today()
    old = today.replace(year=today.year - 1)
    Membership.objects.filter(pk=leeds.priya.pk).update(clock_on=old)
    results = at_once(
        [
            partial(accept_request, actor=leeds.priya.account, membership=leeds.lena),
            lambda: [*apply_inactivity_rule(today=today)],
        ],
        refusals=(NotALeadAdministrator,),
    )
    was_refused = isinstance(results[0], Exception)
    assert fresh(leeds.priya).is_deactivated
    assert fresh(leeds.lena).is_active is not was_refused
    assert states(leeds.lena) == ["waiting" if was_refused else "accepted"]
    assert_whole(leeds.organisation)


def test_several_workers_answer_one_person_once(leeds: Leeds) -> None:
    for _ in range(3):
        ask_for_help(email="rosa.keane@nhs.net")
    at_once([drain for _ in range(4)])
    assert Message.objects.filter(kind="cannot_sign_in").count() == 1
    assert not SignInHelp.objects.filter(answered_at=None).exists()


def test_two_nights_at_once_write_to_each_lead_once(leeds: Leeds) -> None:
    there = organisation("RW3", "Manchester", region="Y62")
    member(there, leeds.priya.account, LEAD)
    member(leeds.organisation, "Wilf Dunn", idle_days=80)
    at_once([lambda: sum(write_to_leads(today=london_today())) for _ in range(3)])
    assert Message.objects.filter(kind="log_in_soon").count() == 1
    assert Message.objects.filter(kind="few_leads").count() == 1
    assert_whole()


def test_correcting_an_address_while_others_invite_it(leeds: Leeds) -> None:
    """The old address elsewhere, the new one here: whoever is second is told so."""
    there = organisation("RW3", "Manchester", region="Y62")
    sam = member(there, "Sam West", LEAD)

    def correct() -> object:
        return correct_invited(
            actor=leeds.priya.account,
            membership=leeds.ingrid,
            first_name="Ingrid",
            last_name="Holm",
            email="inga.holm@nhs.net",
        )

    def invite(email: str) -> object:
        details = Details(email, "Inga", "Holm", Level.RECORDER, vaccinator=False)
        return invite_member(actor=sam.account, organisation=there, details=details)

    results = at_once(
        [correct, partial(invite, "ingrid.holm@nhs.net"), partial(invite, "inga.holm@nhs.net")],
        refusals=(MemberRefusal,),
    )
    assert isinstance(results[0], Membership | KnownElsewhere | AddressInUse)
    assert not any(isinstance(result, Exception) for result in results[1:])
    people = Membership.objects.filter(account__last_name="Holm")
    mailboxes = set(people.values_list("organisation__ods", "account__email"))
    assert {("RW3", "ingrid.holm@nhs.net"), ("RW3", "inga.holm@nhs.net")} <= mailboxes
    assert people.filter(organisation=leeds.organisation).count() == 1
    assert ReactivationRequest.objects.count() == 0
    assert_whole()
