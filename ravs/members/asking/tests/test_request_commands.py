"""``ravs users requests``, ``grant`` and ``decline``."""

import pytest
from click.testing import CliRunner, Result

from ravs.audit.models import Event
from ravs.members.asking.services import ask_to_be_reactivated
from ravs.members.commands import users
from ravs.members.models import Membership
from tests.evidence import fresh, left_behind
from tests.people import NOON, Leeds, member, organisation

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


def run(*words: str) -> Result:
    return CliRunner().invoke(users, list(words))


def ask(row: Membership, reason: str = "I am back.") -> None:
    ask_to_be_reactivated(actor=row.account, membership=row, reason=reason)


@pytest.fixture
def alone(leeds: Leeds) -> Membership:
    """Priya, who was the only lead administrator and lapsed."""
    Membership.objects.filter(pk=leeds.priya.pk).update(
        status="deactivated",
        deactivated_at=leeds.lena.deactivated_at,
        deactivated_reason="inactivity",
    )
    return fresh(leeds.priya)


def test_requests_are_listed_with_their_reasons(alone: Membership, leeds: Leeds) -> None:
    ask(alone, "I was on leave.\nI lead again.")
    there = member(organisation("RW3", "Manchester"), "Sam West", status="deactivated")
    ask(there)
    said = run("requests").output.splitlines()
    assert said[0] == (
        "* RR8 priya.shah@nhs.net (Priya Shah, lead administrator), asked on 4 March 2026: "
        "I was on leave. I lead again."
    )
    assert said[1].startswith("* RW3 sam.west@nhs.net")
    assert run("requests", "--ods", "rw3").output.count("\n") == 1


def test_those_that_leads_can_answer_bear_no_mark(leeds: Leeds) -> None:
    ask(leeds.dev)
    assert run("requests").output.startswith("  RR8 dev.patel@nhs.net")


def test_nobody_waiting_is_said(leeds: Leeds) -> None:
    assert run("requests").output == "Nobody is waiting for an answer.\n"


def test_granting_brings_a_sole_lead_back(alone: Membership) -> None:
    ask(alone)
    with left_behind() as left:
        result = run("grant", "--ods", "RR8", "--email", "Priya.Shah@nhs.net")
    assert result.output == ("Priya Shah at Leeds Teaching Hospitals (RR8) is active.\n")
    assert left.letters == [("reactivated", "priya.shah@nhs.net")]
    assert Event.objects.get(type="member.reactivated").data["how"] == "command"
    assert alone.reactivation_requests.get().state == "accepted"


def test_declining_tells_them(alone: Membership) -> None:
    ask(alone)
    with left_behind() as left:
        assert run("decline", "--ods", "RR8", "--email", "priya.shah@nhs.net").exit_code == 0
    assert left.letters == [("reactivation_declined", "priya.shah@nhs.net")]
    assert fresh(alone).is_deactivated


@pytest.mark.parametrize("answer", ["grant", "decline"])
@pytest.mark.parametrize("email", ["dev.patel@nhs.net", "nobody@nhs.net", "rosa.keane@nhs.net"])
def test_whoever_did_not_ask_is_left_as_they_are(leeds: Leeds, answer: str, email: str) -> None:
    with left_behind() as left:
        result = run(answer, "--ods", "RR8", "--email", email)
    assert result.exit_code != 0
    assert "No request of" in str(result.exception)
    assert left.nothing
