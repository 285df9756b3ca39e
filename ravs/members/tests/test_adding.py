"""Adding people: who is new, who comes back, who is refused, and what each of them gets."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from ravs.accounts.models import Account
from ravs.core.dates import london_today
from ravs.members.models import GroupMembership, InvitationEnd, Level, Membership, Status
from ravs.members.refusals import (
    AlreadyMember,
    DomainNotAllowed,
    GroupAdministrator,
    NotALeadAdministrator,
    OrganisationNotOpen,
)
from ravs.members.services import (
    cancel_invitation,
    invite_member,
    lapse_invitations,
)
from ravs.members.services.details import Details
from ravs.organisations.models import Group
from tests.evidence import assert_whole, fresh, left_behind, tally
from tests.people import ADMINISTRATOR, LEAD, NOON, RECORDER, Leeds, member, organisation, stranger

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]

MO = Details(
    email="Mo.Khan@nhs.net",
    first_name="Mohammed",
    last_name="Khan",
    level=Level.ADMINISTRATOR,
    vaccinator=True,
)


def add(leeds: Leeds, details: Details = MO) -> Membership:
    return invite_member(
        actor=leeds.priya.account, organisation=leeds.organisation, details=details
    )


def described(row: Membership, **changes: object) -> Details:
    """Somebody's details as a lead administrator would enter them again."""
    details = Details(
        email=row.account.email,
        first_name=row.account.first_name,
        last_name=row.account.last_name,
        level=Level(row.level),
        vaccinator=row.vaccinator,
    )
    return replace(details, **changes)  # type: ignore[arg-type]


def test_somebody_unknown_is_invited_with_what_was_entered(leeds: Leeds) -> None:
    with left_behind() as left:
        row = fresh(add(leeds))
    assert row.is_invited
    assert (row.level, row.vaccinator, row.clinician) == (ADMINISTRATOR, True, False)
    assert (row.invite_sent_at, row.invite_sent_on) == (timezone.now(), london_today())
    assert (row.invite_count, row.invited_by) == (1, leeds.priya.account)
    assert (row.first_login_at, row.clock_on, row.last_login_at) == (None, None, None)
    assert (row.account.full_name, row.account.email) == ("Mohammed Khan", "Mo.Khan@nhs.net")
    assert left.events == ["account.created", "member.invited"]
    assert left.calls == ["ensure"]
    assert left.letters == [], "the letter waits for the provider's answer"
    assert_whole(leeds.organisation)


def test_somebody_known_elsewhere_keeps_their_name_and_gets_a_level_of_their_own(
    leeds: Leeds,
) -> None:
    sam = stranger()
    details = described(sam, first_name="Samuel", last_name="Best", level=RECORDER)
    with left_behind() as left:
        row = fresh(add(leeds, details))
    assert row.account == sam.account
    assert row.account.full_name == "Sam West"
    assert (row.level, row.status) == (RECORDER, Status.INVITED)
    assert fresh(sam).level == LEAD
    assert left.events == ["member.invited"]
    assert_whole()


@pytest.mark.parametrize(
    "email",
    [
        "sam.west@nhs.net",
        "SAM.WEST@NHS.NET",
        " Sam.West@nhs.net ",
        "sam.west@nhs\u200b.net",
        "\uff53\uff41\uff4d.west@nhs.net",
    ],
)
def test_one_person_has_one_account_however_the_address_is_typed(leeds: Leeds, email: str) -> None:
    sam = stranger()
    assert add(leeds, replace(MO, email=email)).account == sam.account


def test_a_plus_alias_is_another_person(leeds: Leeds) -> None:
    sam = stranger()
    row = add(leeds, replace(MO, email="sam.west+leeds@nhs.net"))
    assert row.account != sam.account


@pytest.mark.parametrize(
    "email",
    [
        "x@nhs.net",
        "x@leedsth.nhs.uk",
        "x@a.b.nhs.uk",
        "x@nhs.uk",
        "x@sub.nhs.net",
        "x@NHS.NET",
        "x@n\u200bhs.net",
        "x@\uff4e\uff48\uff53.net",
        "x@nhs。net",
    ],
)
def test_an_address_at_an_allowed_domain_is_accepted(leeds: Leeds, email: str) -> None:
    assert add(leeds, replace(MO, email=email)).is_invited


@pytest.mark.parametrize(
    "email",
    [
        "x@evilnhs.net",
        "x@nhs.net.evil.com",
        "x@nhs.network",
        "x@xnhs.uk",
        "x@nhs-uk.org",
        "x@gmail.com",
        "x@uk",
        "x@net",
        "x@nhs.net@evil.com",
        "nhs.net@evil.com",
        "x@nh\u0455.net",
        "x@nhs.net\u200b.evil.com",
    ],
)
def test_an_address_elsewhere_is_refused_and_nothing_is_written(leeds: Leeds, email: str) -> None:
    people = Account.objects.count()
    with left_behind() as left, pytest.raises(Exception) as refused:  # noqa: PT011 - asserted below
        add(leeds, replace(MO, email=email))
    assert type(refused.value).__name__ in {"DomainNotAllowed", "InvalidEmail"}
    assert left.nothing
    assert Account.objects.count() == people


def test_a_domain_that_was_switched_off_is_refused(leeds: Leeds) -> None:
    from ravs.members.models import AllowedEmailDomain

    AllowedEmailDomain.objects.filter(domain="nhs.net").update(active=False)
    with pytest.raises(DomainNotAllowed):
        add(leeds)


@pytest.mark.parametrize("status", ["active", "invited"])
def test_a_group_administrator_anywhere_is_refused(leeds: Leeds, status: str) -> None:
    sam = stranger()
    chain = Group.objects.create(ods="P123", name="Wells Pharmacies")
    role = GroupMembership.objects.create(account=sam.account, group=chain, status=status)
    with pytest.raises(GroupAdministrator):
        add(leeds, described(sam))
    role.status = Status.DEACTIVATED
    role.save()
    assert add(leeds, described(sam)).is_invited


@pytest.mark.parametrize("who", ["priya", "rosa", "adam", "ingrid"])
def test_somebody_who_is_here_is_refused_in_any_case_oneself_included(
    leeds: Leeds, who: str
) -> None:
    row = leeds.people[who]
    details = described(row, email=row.account.email.upper(), level=Level.LEAD_ADMINISTRATOR)
    with left_behind() as left, pytest.raises(AlreadyMember) as refused:
        add(leeds, details)
    assert refused.value.membership == row
    assert left.nothing
    assert fresh(row).level == row.level


def test_somebody_deactivated_comes_back_with_what_was_entered_now(leeds: Leeds) -> None:
    was = leeds.dev
    details = described(was, first_name="Devan", level=ADMINISTRATOR, vaccinator=True)
    with left_behind() as left:
        row = fresh(add(leeds, details))
    assert row.pk == was.pk
    assert (row.status, row.level, row.vaccinator) == (Status.ACTIVE, ADMINISTRATOR, True)
    assert (row.deactivated_at, row.deactivated_by, row.deactivated_reason) == (None, None, "")
    assert row.clock_on == london_today()
    assert row.account.full_name == "Devan Patel"
    assert left.events == ["member.renamed", "member.reactivated"]
    assert left.letters == [("reactivated", "dev.patel@nhs.net")]
    assert left.calls == []
    assert_whole(leeds.organisation)


def test_an_old_level_is_never_revived_by_adding_again(leeds: Leeds) -> None:
    ex_lead = member(leeds.organisation, "Olu Ade", LEAD, status="deactivated")
    assert add(leeds, described(ex_lead, level=RECORDER)).level == RECORDER


def test_somebody_lapsed_comes_back_too_and_the_count_of_lapsed_follows(leeds: Leeds) -> None:
    before = tally(leeds.organisation)
    add(leeds, described(leeds.lena))
    after = tally(leeds.organisation)
    assert after["lapsed"] == before["lapsed"] - 1
    assert after["active"] == before["active"] + 1


def test_somebody_known_elsewhere_who_comes_back_keeps_their_name(leeds: Leeds) -> None:
    member(organisation("RW3", "Manchester"), leeds.dev.account)
    add(leeds, described(leeds.dev, first_name="Devan"))
    assert fresh(leeds.dev).account.first_name == "Dev"


def test_somebody_deactivated_who_never_logged_in_is_invited_again(leeds: Leeds) -> None:
    never = leeds.dev
    Membership.objects.filter(pk=never.pk).update(
        first_login_at=None, last_login_at=None, clock_on=None
    )
    with left_behind() as left:
        row = fresh(add(leeds, described(never, level=LEAD)))
    assert (row.status, row.level, row.deactivated_reason) == (Status.INVITED, LEAD, "")
    assert left.events == ["member.renewed"]
    assert left.calls == ["resend"]
    assert left.letters == []
    assert_whole(leeds.organisation)


@pytest.mark.parametrize("end", [InvitationEnd.LAPSED, InvitationEnd.CANCELLED])
def test_an_ended_invitation_is_renewed_on_its_own_row(leeds: Leeds, end: str) -> None:
    was = leeds.ingrid
    if end == InvitationEnd.CANCELLED:
        cancel_invitation(actor=leeds.priya.account, membership=was)
    else:
        list(lapse_invitations(today=london_today() + timedelta(days=90)))
    assert fresh(was).invitation_end == end
    with left_behind() as left:
        row = fresh(add(leeds, described(was, first_name="Inge", level=LEAD, vaccinator=True)))
    assert row.pk == was.pk
    assert row.is_invited
    assert (row.level, row.vaccinator, row.invite_count) == (LEAD, True, 1)
    assert row.account.full_name == "Inge Holm"
    assert left.events == ["member.renamed", "member.renewed"]
    assert left.calls == ["resend"]
    assert_whole(leeds.organisation)


@pytest.mark.parametrize("who", ["rosa", "adam", "ingrid", "dev", "lena"])
def test_only_an_active_lead_administrator_of_this_organisation_adds(
    leeds: Leeds, who: str
) -> None:
    with left_behind() as left, pytest.raises(NotALeadAdministrator):
        invite_member(actor=leeds.people[who].account, organisation=leeds.organisation, details=MO)
    assert left.nothing


def test_a_lead_administrator_elsewhere_adds_nobody_here(leeds: Leeds) -> None:
    with pytest.raises(NotALeadAdministrator):
        invite_member(actor=stranger().account, organisation=leeds.organisation, details=MO)


def test_somebody_invited_or_deactivated_as_lead_is_no_lead(leeds: Leeds) -> None:
    waiting = member(leeds.organisation, "Wei Lin", LEAD, status="invited")
    gone = member(leeds.organisation, "Gail Orr", LEAD, status="deactivated")
    for nobody in (waiting, gone):
        with pytest.raises(NotALeadAdministrator):
            invite_member(actor=nobody.account, organisation=leeds.organisation, details=MO)


@pytest.mark.parametrize("status", ["deactivated", "closed"])
def test_an_organisation_that_is_not_open_adds_nobody(status: str) -> None:
    at = organisation("RX1", "Nottingham", status=status)
    lead = member(at, "Nora Bell", LEAD)
    with left_behind() as left, pytest.raises(OrganisationNotOpen):
        invite_member(actor=lead.account, organisation=at, details=MO)
    assert left.nothing


def test_an_invited_organisation_adds_people_by_command(db: None) -> None:
    at = organisation("RX1", "Nottingham", status="invited")
    row = invite_member(actor=None, organisation=at, details=replace(MO, level=LEAD))
    assert row.is_invited
    assert row.invited_by is None


def test_adding_twice_is_refused_the_second_time(leeds: Leeds) -> None:
    add(leeds)
    with pytest.raises(AlreadyMember):
        add(leeds, replace(MO, email="mo.khan@NHS.net"))
    assert leeds.organisation.memberships.filter(account__email_key="mo.khan@nhs.net").count() == 1
