"""Deactivating and reactivating: one person, oneself, somebody of several places, all lapsed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ravs.core.dates import london_today
from ravs.members.models import (
    DeactivationReason,
    IdentityCall,
    LevelSnapshot,
    Membership,
    Status,
)
from ravs.members.refusals import (
    LastLeadAdministrator,
    NotALeadAdministrator,
    NotInThatState,
    OrganisationNotOpen,
)
from ravs.members.services import (
    apply_inactivity_rule,
    cancel_invitation,
    change_member,
    deactivate_member,
    reactivate_lapsed,
    reactivate_member,
)
from ravs.members.services.change import Standing
from tests.clients import PageClient
from tests.crowds import crowd, people
from tests.evidence import assert_whole, fresh, left_behind, tally
from tests.people import LEAD, NOON, RECORDER, Leeds, member, organisation, stranger

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


def deactivate(leeds: Leeds, row: Membership) -> Membership:
    return deactivate_member(actor=leeds.priya.account, membership=row)


def reactivate(leeds: Leeds, row: Membership) -> Membership:
    return reactivate_member(actor=leeds.priya.account, membership=row)


def reactivate_all(leeds: Leeds) -> int:
    return reactivate_lapsed(
        actor=leeds.priya.account, organisation=leeds.organisation, lapsed_by=timezone.now()
    )


def test_deactivating_ends_access_here_and_only_here(leeds: Leeds) -> None:
    elsewhere = member(organisation("RW3", "Manchester"), leeds.rosa.account)
    PageClient().sign_in(leeds.rosa.account)
    before = tally(leeds.organisation)
    with left_behind() as left:
        row = fresh(deactivate(leeds, leeds.rosa))
    assert row.status == Status.DEACTIVATED
    assert row.deactivated_reason == DeactivationReason.PERSON
    assert (row.deactivated_by, row.deactivated_at) == (leeds.priya.account, timezone.now())
    assert (row.level, row.vaccinator) == (RECORDER, True), "kept for the way back"
    assert fresh(elsewhere).is_active
    assert [s.membership for s in LevelSnapshot.objects.all()] == [elsewhere]
    assert tally(leeds.organisation)["active"] == before["active"] - 1
    assert tally(leeds.organisation)["lapsed"] == before["lapsed"]
    assert left.events == ["member.deactivated"]
    assert left.letters == [("deactivated", "rosa.keane@nhs.net")]
    assert_whole()


def test_deactivating_again_changes_nothing(leeds: Leeds) -> None:
    deactivate(leeds, leeds.rosa)
    with left_behind() as left:
        deactivate(leeds, leeds.rosa)
        deactivate(leeds, leeds.lena)
    assert left.nothing
    assert fresh(leeds.lena).deactivated_reason == DeactivationReason.INACTIVITY


def test_somebody_only_invited_is_cancelled_not_deactivated(leeds: Leeds) -> None:
    with left_behind() as left, pytest.raises(NotInThatState):
        deactivate(leeds, leeds.ingrid)
    assert left.nothing


def test_one_may_deactivate_oneself_when_another_leads(leeds: Leeds) -> None:
    """Guard G3."""
    member(leeds.organisation, "Wei Lin", LEAD)
    row = fresh(deactivate(leeds, leeds.priya))
    assert row.deactivated_reason == DeactivationReason.SELF
    assert row.deactivated_by == leeds.priya.account
    assert_whole(leeds.organisation)


@pytest.mark.parametrize("status", ["", "invited", "deactivated"])
def test_the_only_active_lead_cannot(leeds: Leeds, status: str) -> None:
    if status:
        member(leeds.organisation, "Wei Lin", LEAD, status=status)
    stranger()
    with left_behind() as left, pytest.raises(LastLeadAdministrator):
        deactivate(leeds, leeds.priya)
    assert left.nothing


def test_nobody_deactivates_the_last_lead_from_a_stale_page(leeds: Leeds) -> None:
    """Guard G4: two leads each opened the page when there were two."""
    wei = member(leeds.organisation, "Wei Lin", LEAD)
    stale = fresh(leeds.priya)
    deactivate(leeds, wei)
    with pytest.raises(NotALeadAdministrator):
        deactivate_member(actor=wei.account, membership=stale)
    with pytest.raises(LastLeadAdministrator):
        deactivate_member(actor=None, membership=stale)


def test_somebody_who_is_not_a_lead_does_not_deactivate_not_even_themselves(leeds: Leeds) -> None:
    for nobody in (leeds.rosa, leeds.adam, leeds.ingrid, leeds.dev, stranger()):
        with pytest.raises(NotALeadAdministrator):
            deactivate_member(actor=nobody.account, membership=leeds.rosa)


def test_by_command_the_reason_is_support(leeds: Leeds) -> None:
    row = deactivate_member(actor=None, membership=leeds.rosa)
    assert fresh(row).deactivated_reason == DeactivationReason.SUPPORT


@pytest.mark.parametrize("who", ["dev", "lena"])
def test_reactivating_gives_back_what_there_was_and_restarts_the_clock(
    leeds: Leeds, who: str
) -> None:
    was = leeds.people[who]
    with left_behind() as left:
        row = fresh(reactivate(leeds, was))
    assert row.is_active
    assert (row.level, row.vaccinator) == (was.level, was.vaccinator)
    assert (row.deactivated_at, row.deactivated_by, row.deactivated_reason) == (None, None, "")
    assert (row.clock_on, row.warned_day) == (london_today(), 0)
    assert row.usable_since == timezone.now()
    assert left.events == ["member.reactivated"]
    assert left.letters == [("reactivated", was.account.email)]
    assert left.calls == []
    assert_whole(leeds.organisation)


def test_somebody_reactivated_today_does_not_lapse_tonight(leeds: Leeds) -> None:
    reactivate(leeds, leeds.lena)
    list(apply_inactivity_rule(today=london_today() + timedelta(days=1)))
    assert fresh(leeds.lena).is_active


@pytest.mark.parametrize("who", ["priya", "ingrid"])
def test_reactivating_somebody_who_is_here_changes_nothing(leeds: Leeds, who: str) -> None:
    with left_behind() as left:
        reactivate(leeds, leeds.people[who])
    assert left.nothing


def test_reactivating_twice_is_once(leeds: Leeds) -> None:
    with left_behind() as left:
        reactivate(leeds, leeds.dev)
        reactivate(leeds, leeds.dev)
    assert left.events == ["member.reactivated"]
    assert len(left.letters) == 1


def never_logged_in(row: Membership) -> Membership:
    Membership.objects.filter(pk=row.pk).update(
        first_login_at=None, last_login_at=None, clock_on=None
    )
    return fresh(row)


def test_somebody_who_never_logged_in_here_is_invited_again(leeds: Leeds) -> None:
    never = never_logged_in(leeds.dev)
    with left_behind() as left:
        row = fresh(reactivate(leeds, never))
    assert (row.status, row.invite_count, row.invite_sent_on) == (
        Status.INVITED,
        1,
        london_today(),
    )
    assert left.events == ["member.reactivated"]
    assert left.letters == []
    assert left.calls == ["resend"]
    assert_whole(leeds.organisation)


@pytest.mark.parametrize("who", ["rosa", "adam", "ingrid", "dev", "lena"])
def test_only_a_lead_administrator_reactivates(leeds: Leeds, who: str) -> None:
    actor = leeds.people[who].account
    with pytest.raises(NotALeadAdministrator):
        reactivate_member(actor=actor, membership=leeds.dev)
    with pytest.raises(NotALeadAdministrator):
        reactivate_lapsed(actor=actor, organisation=leeds.organisation, lapsed_by=timezone.now())


def test_all_lapsed_come_back_and_nobody_else(leeds: Leeds) -> None:
    more = [
        member(
            leeds.organisation,
            f"Lapsed {name}",
            status="deactivated",
            reason=DeactivationReason.INACTIVITY,
            idle_days=100,
        )
        for name in ("Ann", "Ben", "Cat")
    ]
    with left_behind() as left:
        assert reactivate_all(leeds) == 4
    for row in (leeds.lena, *more):
        assert fresh(row).is_active
        assert fresh(row).clock_on == london_today()
    assert fresh(leeds.dev).status == Status.DEACTIVATED
    assert tally(leeds.organisation)["lapsed"] == 0
    assert left.events == ["member.reactivated"] * 4
    assert {kind for kind, _ in left.letters} == {"reactivated"}
    assert len({to for _, to in left.letters}) == 4
    assert_whole(leeds.organisation)


def test_bringing_all_back_takes_as_many_queries_for_three_hundred_as_for_ten(
    leeds: Leeds,
) -> None:
    used = []
    for count in (1, 9, 299):  # the first begins the history, which takes two more
        others = people(["Ann Other"] * count)
        crowd(leeds.organisation, others, status="deactivated", reason="inactivity")
        with CaptureQueriesContext(connection) as queries:
            assert reactivate_all(leeds) >= count
        used.append(len(queries))
    assert used[1] == used[2], used
    assert_whole(leeds.organisation)


def test_whoever_lapsed_after_the_page_was_shown_is_not_among_them(leeds: Leeds) -> None:
    shown = timezone.now() - timedelta(seconds=1)
    earlier = member(
        leeds.organisation,
        "Early Ann",
        status="deactivated",
        reason=DeactivationReason.INACTIVITY,
        idle_days=100,
    )
    Membership.objects.filter(pk=earlier.pk).update(deactivated_at=shown - timedelta(hours=1))
    back = reactivate_lapsed(
        actor=leeds.priya.account, organisation=leeds.organisation, lapsed_by=shown
    )
    assert back == 1
    assert fresh(earlier).is_active
    assert fresh(leeds.lena).has_lapsed


def test_all_lapsed_twice_is_once(leeds: Leeds) -> None:
    reactivate_all(leeds)
    with left_behind() as left:
        assert reactivate_all(leeds) == 0
    assert left.nothing


def test_people_lapsed_elsewhere_stay_lapsed(leeds: Leeds) -> None:
    elsewhere = member(
        organisation("RW3", "Manchester"),
        leeds.lena.account,
        status="deactivated",
        reason=DeactivationReason.INACTIVITY,
        idle_days=95,
    )
    reactivate_all(leeds)
    assert fresh(elsewhere).has_lapsed


def in_wind_down(status: str = "deactivated") -> tuple[Membership, Membership, Membership]:
    """A lead, somebody deactivated and somebody lapsed at an organisation that is ending."""
    at = organisation("RX1", "Nottingham", status=status)
    return (
        member(at, "Nora Bell", LEAD),
        member(at, "Dan Poe", status="deactivated"),
        member(at, "Liz Orr", status="deactivated", reason="inactivity", idle_days=95),
    )


def test_a_deactivated_organisation_deactivates_and_reactivates(db: None) -> None:
    nora, dan, liz = in_wind_down()
    assert reactivate_member(actor=nora.account, membership=dan).is_active
    assert (
        reactivate_lapsed(
            actor=nora.account, organisation=nora.organisation, lapsed_by=timezone.now()
        )
        == 1
    )
    assert fresh(liz).is_active
    assert deactivate_member(actor=nora.account, membership=dan).is_deactivated
    assert_whole(nora.organisation)


def test_it_invites_nobody_by_reactivating_them(db: None) -> None:
    nora, dan, _ = in_wind_down()
    with pytest.raises(OrganisationNotOpen):
        reactivate_member(actor=nora.account, membership=never_logged_in(dan))
    assert IdentityCall.objects.count() == 0


def test_a_closed_organisation_brings_nobody_back(db: None) -> None:
    nora, dan, liz = in_wind_down("closed")
    for actor in (nora.account, None):
        with pytest.raises(OrganisationNotOpen):
            reactivate_member(actor=actor, membership=dan)
        with pytest.raises(OrganisationNotOpen):
            reactivate_lapsed(actor=actor, organisation=nora.organisation, lapsed_by=timezone.now())
    assert fresh(liz).has_lapsed


def test_nobody_at_a_closed_organisation_has_any_right_left(db: None) -> None:
    nora, *_ = in_wind_down("closed")
    una = member(nora.organisation, "Una Byrne", status="invited")
    rosa = member(nora.organisation, "Rosa Keane", vaccinator=True)
    with left_behind() as left:
        with pytest.raises(OrganisationNotOpen):
            deactivate_member(actor=nora.account, membership=rosa)
        with pytest.raises(OrganisationNotOpen):
            cancel_invitation(actor=nora.account, membership=una)
        with pytest.raises(OrganisationNotOpen):
            change_member(
                actor=nora.account, membership=rosa, standing=Standing(RECORDER, vaccinator=False)
            )
    assert left.nothing
