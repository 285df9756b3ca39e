"""Changing a person's level and flags, with the guards G1 and G2, and renaming people."""

from dataclasses import replace

import pytest
from django.utils import timezone

from ravs.audit.models import Event
from ravs.members.models import Level, LevelSnapshot, Membership
from ravs.members.names import sort_key, terms
from ravs.members.refusals import (
    LastLeadAdministrator,
    NotALeadAdministrator,
    NotInThatState,
    OrganisationNotOpen,
)
from ravs.members.services import change_member, rename_person
from ravs.members.services.change import Standing
from tests.clients import PageClient
from tests.evidence import assert_whole, fresh, left_behind
from tests.people import (
    ADMINISTRATOR,
    LEAD,
    NOON,
    RECORDER,
    Leeds,
    member,
    organisation,
    stranger,
)

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


def change(leeds: Leeds, row: Membership, **to: object) -> Membership:
    standing = replace(Standing.of(row), **to)  # type: ignore[arg-type]
    return change_member(actor=leeds.priya.account, membership=row, standing=standing)


def signed_in(row: Membership) -> None:
    """The person is logged in, in a browser of their own."""
    PageClient().sign_in(row.account)
    assert LevelSnapshot.objects.filter(membership=row).exists()


def test_no_difference_is_no_event(leeds: Leeds) -> None:
    signed_in(leeds.rosa)
    with left_behind() as left:
        change(leeds, leeds.rosa)
    assert left.nothing
    assert LevelSnapshot.objects.filter(membership=leeds.rosa).exists()


@pytest.mark.parametrize("after", [ADMINISTRATOR, LEAD])
def test_a_raise_is_stored_told_and_waits(leeds: Leeds, after: Level) -> None:
    signed_in(leeds.rosa)
    with left_behind() as left:
        row = fresh(change(leeds, leeds.rosa, level=after))
    assert row.level == after
    assert row.reduced_at is None
    assert LevelSnapshot.objects.get(membership=row).level == RECORDER
    assert left.events == ["member.changed"]
    assert left.letters == [("level_changed", "rosa.keane@nhs.net")]
    assert_whole(leeds.organisation)


def test_a_reduction_is_stored_told_and_ends_the_session_here_and_only_here(leeds: Leeds) -> None:
    elsewhere = member(organisation("RW3", "Manchester"), leeds.adam.account, LEAD)
    signed_in(leeds.adam)
    with left_behind() as left:
        row = fresh(change(leeds, leeds.adam, level=RECORDER))
    assert row.reduced_at == timezone.now()
    assert [s.membership for s in LevelSnapshot.objects.all()] == [elsewhere]
    assert left.events == ["member.changed"]
    assert left.letters == [("level_changed", "adam.obi@nhs.net")]


def test_the_event_says_what_was_and_what_is(leeds: Leeds) -> None:
    change(leeds, leeds.rosa, level=ADMINISTRATOR, vaccinator=False)
    event = Event.objects.get(type="member.changed")
    assert event.data == {
        "level_before": "recorder",
        "level_after": "administrator",
        "vaccinator_before": True,
        "vaccinator_after": False,
        "clinician_before": False,
        "clinician_after": False,
        "undo": False,
    }
    assert (event.actor, event.subject) == (
        leeds.priya.account.public_id,
        leeds.rosa.account.public_id,
    )


def test_flags_alone_end_no_session_and_send_no_letter(leeds: Leeds) -> None:
    signed_in(leeds.adam)
    with left_behind() as left:
        row = fresh(change(leeds, leeds.adam, vaccinator=True, clinician=True))
    assert (row.vaccinator, row.clinician, row.level) == (True, True, ADMINISTRATOR)
    assert LevelSnapshot.objects.filter(membership=row).exists()
    assert (left.events, left.letters) == (["member.changed"], [])


def test_somebody_invited_is_changed_without_a_letter(leeds: Leeds) -> None:
    with left_behind() as left:
        row = fresh(change(leeds, leeds.ingrid, level=LEAD))
    assert (row.level, row.is_invited) == (LEAD, True)
    assert (left.events, left.letters) == (["member.changed"], [])


@pytest.mark.parametrize("who", ["dev", "lena"])
def test_somebody_deactivated_is_not_changed(leeds: Leeds, who: str) -> None:
    with left_behind() as left, pytest.raises(NotInThatState):
        change(leeds, leeds.people[who], level=LEAD)
    assert left.nothing


@pytest.mark.parametrize("end", ["lapsed", "cancelled"])
def test_an_ended_invitation_is_not_changed(leeds: Leeds, end: str) -> None:
    Membership.objects.filter(pk=leeds.ingrid.pk).update(
        invitation_end=end, invitation_ended_at=timezone.now()
    )
    with pytest.raises(NotInThatState):
        change(leeds, leeds.ingrid, level=LEAD)


@pytest.mark.parametrize("level", [RECORDER, ADMINISTRATOR])
def test_the_only_lead_cannot_lower_themselves(leeds: Leeds, level: Level) -> None:
    """Guard G1."""
    signed_in(leeds.priya)
    with left_behind() as left, pytest.raises(LastLeadAdministrator):
        change(leeds, leeds.priya, level=level, vaccinator=False)
    assert left.nothing
    assert (fresh(leeds.priya).level, fresh(leeds.priya).vaccinator) == (LEAD, True)
    assert LevelSnapshot.objects.filter(membership=leeds.priya).exists()


def test_nobody_lowers_the_only_lead_not_even_an_operator(leeds: Leeds) -> None:
    """Guard G2."""
    lower = replace(Standing.of(leeds.priya), level=RECORDER)
    with pytest.raises(LastLeadAdministrator):
        change_member(actor=None, membership=leeds.priya, standing=lower)


@pytest.mark.parametrize("status", ["invited", "deactivated"])
def test_a_second_lead_who_is_not_active_does_not_help(leeds: Leeds, status: str) -> None:
    member(leeds.organisation, "Wei Lin", LEAD, status=status)
    with pytest.raises(LastLeadAdministrator):
        change(leeds, leeds.priya, level=RECORDER)


def test_a_lead_elsewhere_does_not_help(leeds: Leeds) -> None:
    stranger()
    with pytest.raises(LastLeadAdministrator):
        change(leeds, leeds.priya, level=ADMINISTRATOR)


def test_a_second_active_lead_does_help_once(leeds: Leeds) -> None:
    wei = member(leeds.organisation, "Wei Lin", LEAD)
    assert change(leeds, leeds.priya, level=RECORDER).level == RECORDER
    lower = replace(Standing.of(wei), level=RECORDER)
    with pytest.raises(LastLeadAdministrator):
        change_member(actor=wei.account, membership=wei, standing=lower)
    assert_whole(leeds.organisation)


def test_the_only_lead_may_change_their_own_flags(leeds: Leeds) -> None:
    assert change(leeds, leeds.priya, vaccinator=False).vaccinator is False


def test_an_invited_lead_may_be_lowered_whoever_else_leads(leeds: Leeds) -> None:
    waiting = member(leeds.organisation, "Wei Lin", LEAD, status="invited")
    assert change(leeds, waiting, level=RECORDER).level == RECORDER


def test_the_row_is_read_afresh_before_it_is_judged(leeds: Leeds) -> None:
    """A page opened before somebody else acted brings an old row along."""
    stale = fresh(leeds.adam)
    change(leeds, leeds.adam, level=RECORDER)
    with left_behind() as left:
        change_member(
            actor=leeds.priya.account,
            membership=stale,
            standing=Standing(RECORDER, vaccinator=False),
        )
    assert left.nothing


@pytest.mark.parametrize("who", ["rosa", "adam", "ingrid", "dev", "lena"])
def test_only_an_active_lead_administrator_changes(leeds: Leeds, who: str) -> None:
    with pytest.raises(NotALeadAdministrator):
        change_member(
            actor=leeds.people[who].account,
            membership=leeds.people[who],
            standing=Standing(LEAD, vaccinator=True),
        )


def test_a_stranger_changes_nobody(leeds: Leeds) -> None:
    with pytest.raises(NotALeadAdministrator):
        change_member(
            actor=stranger().account,
            membership=leeds.rosa,
            standing=Standing(LEAD, vaccinator=True),
        )


def test_a_deactivated_organisation_lowers_and_does_not_raise(db: None) -> None:
    at = organisation("RX1", "Nottingham", status="deactivated")
    lead, adam = member(at, "Nora Bell", LEAD), member(at, "Adam Obi", ADMINISTRATOR)
    with left_behind() as left, pytest.raises(OrganisationNotOpen):
        change_member(
            actor=lead.account, membership=adam, standing=Standing(LEAD, vaccinator=False)
        )
    assert left.nothing
    lowered = change_member(
        actor=lead.account, membership=adam, standing=Standing(RECORDER, vaccinator=False)
    )
    assert lowered.level == RECORDER


def test_renaming_reaches_every_organisation_and_its_search(leeds: Leeds) -> None:
    elsewhere = member(organisation("RW3", "Manchester"), leeds.rosa.account)
    rosa = leeds.rosa.account
    with left_behind() as left:
        rename_person(actor=rosa, account=rosa, first_name="Róisín", last_name="Keane-Lee")
    for row in (fresh(leeds.rosa), fresh(elsewhere)):
        assert row.account.full_name == "Róisín Keane-Lee"
        assert bytes(row.sort_key) == sort_key(row.account)
        stored = {bytes(t) for t in row.search_terms.values_list("term", flat=True)}
        assert stored == terms(row.account)
    assert left.events == ["member.renamed", "member.renamed"]
    assert_whole()


def test_renaming_to_the_same_name_is_no_event(leeds: Leeds) -> None:
    rosa = leeds.rosa.account
    with left_behind() as left:
        rename_person(actor=rosa, account=rosa, first_name="Rosa", last_name="Keane")
    assert left.nothing
