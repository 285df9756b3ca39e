"""Sending an invitation again, taking it back, and letting it lapse."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from time_machine import TimeMachineFixture

from ravs.core.dates import london_today
from ravs.mail.models import Message
from ravs.members.models import IdentityCall, InvitationEnd, Membership, Status
from ravs.members.refusals import (
    CannotResend,
    NotALeadAdministrator,
    NotInThatState,
    OrganisationNotOpen,
)
from ravs.members.services import cancel_invitation, lapse_invitations, resend_invitation
from ravs.organisations.models import Organisation
from tests.evidence import assert_whole, fresh, left_behind, tally
from tests.people import LEAD, NOON, Leeds, member, organisation, stranger

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


def invited(leeds: Leeds, days_ago: int, name: str = "Una Byrne") -> Membership:
    return member(leeds.organisation, name, status="invited", invited_days_ago=days_ago)


def resend(leeds: Leeds, row: Membership) -> Membership:
    return resend_invitation(actor=leeds.priya.account, membership=row)


def call(row: Membership, state: str) -> IdentityCall:
    return IdentityCall.objects.create(
        membership=row, purpose="ensure", state=state, next_attempt_at=timezone.now()
    )


def letter(row: Membership, kind: str, state: str) -> Message:
    now = timezone.now()
    return Message.objects.create(
        kind=kind,
        about=row.public_id,
        to=row.account.email,
        subject="…",
        text="…",
        html="…",
        next_attempt_at=now,
        created_at=now,
        state=state,
        sent_at=now if state == "sent" else None,
        failed_at=now if state == "failed" else None,
    )


@pytest.mark.parametrize("days", [0, 1, 6, 7])
def test_it_is_too_soon_up_to_the_seventh_day(leeds: Leeds, days: int) -> None:
    row = invited(leeds, days)
    with left_behind() as left, pytest.raises(CannotResend):
        resend(leeds, row)
    assert left.nothing


@pytest.mark.parametrize("days", [8, 30, 89])
def test_from_the_eighth_day_it_is_sent_again_and_the_days_begin_anew(
    leeds: Leeds, days: int
) -> None:
    row = invited(leeds, days)
    with left_behind() as left:
        again = fresh(resend(leeds, row))
    assert (again.invite_sent_on, again.invite_sent_at) == (london_today(), timezone.now())
    assert again.invite_count == 2
    assert left.events == ["member.invitation_resent"]
    assert left.calls == ["resend"]
    assert left.letters == []
    with pytest.raises(CannotResend):
        resend(leeds, again)
    assert_whole(leeds.organisation)


@pytest.mark.time_machine("2026-06-10 22:30:00+00:00", tick=False)
def test_days_are_counted_by_londons_calendar(
    leeds: Leeds, time_machine: TimeMachineFixture
) -> None:
    """Sent at 23:30 in London; an hour later it is the next day there."""
    row = invited(leeds, 0)
    time_machine.move_to("2026-06-17 22:59:00+00:00")
    with pytest.raises(CannotResend):
        resend(leeds, row)
    time_machine.move_to("2026-06-17 23:00:00+00:00")
    assert resend(leeds, row).invite_count == 2


def test_a_call_that_failed_for_good_may_be_repeated_at_once(leeds: Leeds) -> None:
    row = invited(leeds, 0)
    call(row, "failed")
    assert resend(leeds, row).invite_count == 2


@pytest.mark.parametrize("state", ["waiting", "done", "dropped"])
def test_a_call_in_any_other_state_may_not(leeds: Leeds, state: str) -> None:
    row = invited(leeds, 0)
    call(row, state)
    with pytest.raises(CannotResend):
        resend(leeds, row)


@pytest.mark.parametrize("kind", ["welcome_new", "welcome_existing"])
def test_a_welcome_that_could_not_be_delivered_may_be_repeated_at_once(
    leeds: Leeds, kind: str
) -> None:
    row = invited(leeds, 0)
    call(row, "done")
    letter(row, kind, "failed")
    assert resend(leeds, row).invite_count == 2
    with pytest.raises(CannotResend):
        resend(leeds, row)


@pytest.mark.parametrize(
    ("kind", "state"),
    [("welcome_new", "sent"), ("welcome_new", "queued"), ("deactivated", "failed")],
)
def test_no_other_letter_opens_the_way(leeds: Leeds, kind: str, state: str) -> None:
    row = invited(leeds, 0)
    call(row, "done")
    letter(row, kind, state)
    with pytest.raises(CannotResend):
        resend(leeds, row)


def test_ten_sends_are_the_most(leeds: Leeds) -> None:
    row = invited(leeds, 8)
    Membership.objects.filter(pk=row.pk).update(invite_count=9)
    tenth = resend(leeds, row)
    assert tenth.invite_count == 10
    Membership.objects.filter(pk=row.pk).update(invite_sent_on=london_today() - timedelta(days=30))
    call(row, "failed")
    with pytest.raises(CannotResend):
        resend(leeds, row)


def test_an_earlier_call_still_waiting_is_superseded(leeds: Leeds) -> None:
    row = invited(leeds, 8)
    earlier = call(row, "waiting")
    resend(leeds, row)
    earlier.refresh_from_db()
    assert earlier.state == IdentityCall.State.DROPPED
    assert row.identity_calls.filter(state="waiting").count() == 1


def test_a_lapsed_invitation_is_renewed_by_sending_it_again(leeds: Leeds) -> None:
    row = invited(leeds, 90)
    list(lapse_invitations(today=london_today()))
    assert fresh(row).invitation_end == InvitationEnd.LAPSED
    again = fresh(resend(leeds, row))
    assert again.is_invited
    assert again.invitation_ended_at is None
    assert_whole(leeds.organisation)


@pytest.mark.parametrize("who", ["priya", "dev", "lena"])
def test_only_an_invitation_is_sent_again(leeds: Leeds, who: str) -> None:
    with pytest.raises(CannotResend):
        resend(leeds, leeds.people[who])


def test_a_cancelled_one_is_not(leeds: Leeds) -> None:
    row = invited(leeds, 8)
    cancel_invitation(actor=leeds.priya.account, membership=row)
    with pytest.raises(CannotResend):
        resend(leeds, row)


def test_only_a_lead_administrator_here_sends_again_or_cancels(leeds: Leeds) -> None:
    row, sam = invited(leeds, 8), stranger()
    for nobody in (leeds.adam, leeds.rosa, leeds.dev, row, sam):
        with pytest.raises(NotALeadAdministrator):
            resend_invitation(actor=nobody.account, membership=row)
        with pytest.raises(NotALeadAdministrator):
            cancel_invitation(actor=nobody.account, membership=row)


def test_a_deactivated_organisation_sends_nothing_but_may_cancel(db: None) -> None:
    at = organisation("RX1", "Nottingham", status="deactivated")
    lead = member(at, "Nora Bell", LEAD)
    row = member(at, "Una Byrne", status="invited", invited_days_ago=8)
    with pytest.raises(OrganisationNotOpen):
        resend_invitation(actor=lead.account, membership=row)
    cancel_invitation(actor=lead.account, membership=row)
    assert fresh(row).invitation_end == InvitationEnd.CANCELLED


def test_cancelling_takes_somebody_from_the_lists_once(leeds: Leeds) -> None:
    row = leeds.ingrid
    waiting = call(row, "waiting")
    before = tally(leeds.organisation)["invited"]
    with left_behind() as left:
        cancel_invitation(actor=leeds.priya.account, membership=row)
        cancel_invitation(actor=leeds.priya.account, membership=row)
    waiting.refresh_from_db()
    assert waiting.state == IdentityCall.State.DROPPED
    assert (fresh(row).status, fresh(row).invitation_end) == (Status.INVITED, "cancelled")
    assert tally(leeds.organisation)["invited"] == before - 1
    assert row not in leeds.organisation.memberships.listed(Status.INVITED)
    assert left.events == ["member.invitation_cancelled"]
    assert left.letters == []
    assert_whole(leeds.organisation)


def test_a_lapsed_invitation_may_be_cancelled(leeds: Leeds) -> None:
    row = invited(leeds, 90)
    list(lapse_invitations(today=london_today()))
    cancel_invitation(actor=leeds.priya.account, membership=row)
    assert fresh(row).invitation_end == InvitationEnd.CANCELLED
    assert_whole(leeds.organisation)


@pytest.mark.parametrize("who", ["priya", "rosa", "dev", "lena"])
def test_only_an_invitation_is_cancelled(leeds: Leeds, who: str) -> None:
    with pytest.raises(NotInThatState):
        cancel_invitation(actor=leeds.priya.account, membership=leeds.people[who])


@pytest.mark.parametrize(("days", "ends"), [(88, False), (89, False), (90, True), (91, True)])
def test_an_invitation_lapses_on_the_ninetieth_day(leeds: Leeds, days: int, *, ends: bool) -> None:
    row = invited(leeds, days)
    with left_behind() as left:
        assert sum(lapse_invitations(today=london_today())) == int(ends)
    assert (fresh(row).invitation_end == InvitationEnd.LAPSED) is ends
    assert left.events == (["member.invitation_lapsed"] if ends else [])
    assert left.letters == []
    assert_whole(leeds.organisation)


def test_a_lapsed_invitation_stays_in_its_tab_and_its_count(leeds: Leeds) -> None:
    row = invited(leeds, 90)
    before = tally(leeds.organisation)
    list(lapse_invitations(today=london_today()))
    assert tally(leeds.organisation) == before
    assert row in leeds.organisation.memberships.listed(Status.INVITED)


def test_lapsing_twice_ends_nothing_twice(leeds: Leeds) -> None:
    invited(leeds, 90)
    list(lapse_invitations(today=london_today()))
    with left_behind() as left:
        assert list(lapse_invitations(today=london_today())) == []
    assert left.nothing


def test_only_invitations_lapse_and_each_at_its_own_organisation(leeds: Leeds) -> None:
    elsewhere = organisation("RW3", "Manchester", region="Y62")
    old = member(elsewhere, leeds.ingrid.account, status="invited", invited_days_ago=100)
    list(lapse_invitations(today=date(2026, 3, 4)))
    assert fresh(old).invitation_end == InvitationEnd.LAPSED
    assert fresh(leeds.ingrid).is_invited
    assert fresh(leeds.dev).invitation_end == ""
    assert Organisation.objects.count() == 2
