"""The job behind *confirm*: each row by the one verb, decided anew, with its receipt."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from ravs.members.importing import drain as work
from ravs.members.importing.drain import carry_on, drain
from ravs.members.importing.judging import Shared, judge
from ravs.members.importing.services import (
    ImportOver,
    NotCheckedYet,
    NothingToAdd,
    check_rows,
    confirm,
    forget_old,
)
from ravs.members.importing.tests.lists import (
    confirmed,
    crowd,
    drained,
    listed,
    outcomes,
    taken_in,
    verdicts,
)
from ravs.members.models import (
    GroupMembership,
    Import,
    ImportRow,
    Level,
    Membership,
    Status,
)
from ravs.members.nightly import clear_leavings
from ravs.members.refusals import NotALeadAdministrator, OrganisationNotOpen
from ravs.members.services import (
    cancel_invitation,
    deactivate_member,
    invite_member,
)
from ravs.members.services.details import Details
from ravs.organisations.models import EmailPolicy, Group
from tests import people
from tests.evidence import assert_whole, fresh, left_behind
from tests.people import LEAD, NOON, Leeds, member, stranger

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]

HEAD = "First name,Last name,Email,Level,Vaccinator,Start date,End date"
MO = "Mo,Khan,mo.khan@nhs.net"


def give(leeds: Leeds, text: str) -> Import:
    return taken_in(leeds.priya.account, leeds.organisation, text)


def begin(leeds: Leeds, text: str) -> Import:
    return confirmed(leeds.priya.account, leeds.organisation, text)


def test_everything_in_a_row_is_handed_to_the_verb(leeds: Leeds) -> None:
    begin(leeds, f"{HEAD}\n{MO},administrator,no,1/10/2026,31/3/2027")
    drained()
    row = Membership.objects.get(account__email="mo.khan@nhs.net")
    assert (row.level, row.vaccinator, row.invited_by) == (
        "administrator",
        False,
        leeds.priya.account,
    )
    assert (row.starts_on, row.ends_on) == (date(2026, 10, 1), date(2027, 3, 31))
    assert_whole(leeds.organisation)


def test_those_who_were_here_come_back_at_the_new_level(leeds: Leeds) -> None:
    cancel_invitation(actor=leeds.priya.account, membership=leeds.ingrid)
    text = f"{HEAD}\nDev,Patel,dev.patel@nhs.net,administrator\nIngrid,Holm,ingrid.holm@nhs.net"
    job = give(leeds, text)
    assert verdicts(job) == {2: "reactivate", 3: "renew"}
    confirm(actor=leeds.priya.account, job=job)
    drained()
    assert outcomes(job) == {2: "reactivated", 3: "invited"}
    assert (fresh(leeds.dev).status, fresh(leeds.dev).level) == ("active", "administrator")
    assert fresh(leeds.ingrid).is_invited
    assert [row.membership for row in job.rows.order_by("line")] == [leeds.dev, leeds.ingrid]


def test_group_administrators_and_people_of_elsewhere_are_refused_in_the_dry_run(
    leeds: Leeds,
) -> None:
    sam = stranger()
    boss = people.account("Gail Boss")
    group = Group.objects.create(ods="PGRP1", name="Group")
    GroupMembership.objects.create(account=boss, group=group, status=Status.ACTIVE)
    leeds.organisation.email_policy = EmailPolicy.ONE_PER_ORGANISATION
    leeds.organisation.save()
    job = give(leeds, f"Name,Email\nGail Boss,{boss.email}\nSam West,{sam.account.email}")
    assert verdicts(job) == {2: "refused", 3: "refused"}
    assert [row.problems[0][0] for row in job.rows.order_by("line")] == [
        "group-administrator",
        "used-elsewhere",
    ]
    with pytest.raises(NothingToAdd):
        confirm(actor=leeds.priya.account, job=job)


def test_what_has_changed_since_the_dry_run_decides(leeds: Leeds) -> None:
    """One was added by hand meanwhile, one became a group's administrator, a date has passed."""
    job = begin(leeds, f"{crowd(2)}\nOna,Old,ona@nhs.net")
    job.rows.filter(email="ona@nhs.net").update(ends_on=date(2026, 3, 3))
    details = Details("nia.jones0@nhs.net", "Nia", "Jones", Level.RECORDER, vaccinator=False)
    invite_member(actor=leeds.priya.account, organisation=leeds.organisation, details=details)
    boss = people.account("Nia Jones", "nia.jones1@nhs.net")
    group = Group.objects.create(ods="PGRP1", name="Group")
    GroupMembership.objects.create(account=boss, group=group, status=Status.ACTIVE)
    drained()
    assert outcomes(job) == {2: "already-here", 3: "refused", 4: "refused"}
    assert [row.reason for row in job.rows.order_by("line")[1:]] == [
        "Group administrators cannot be added to an individual pharmacy.",
        "End date must be today or in the future",
    ]


def test_it_stops_when_the_one_who_confirmed_leads_no_more(leeds: Leeds) -> None:
    lee = member(leeds.organisation, "Lee Moss", LEAD)
    job = begin(leeds, crowd(3))
    drain(limit=2)
    deactivate_member(actor=lee.account, membership=leeds.priya)
    drained()
    job.refresh_from_db()
    assert (job.state, job.stopped) == ("finished", "not-lead")
    assert list(outcomes(job).values()) == ["invited", "refused", "refused"]
    assert "no longer a lead administrator" in job.rows.get(line=4).reason
    assert_whole(leeds.organisation)


def test_it_stops_when_the_organisation_is_deactivated(leeds: Leeds) -> None:
    job = begin(leeds, crowd(2))
    leeds.organisation.status = "deactivated"
    leeds.organisation.deactivated_at = timezone.now()
    leeds.organisation.closes_on = date(2026, 6, 1)
    leeds.organisation.save()
    drained()
    job.refresh_from_db()
    assert (job.state, job.stopped) == ("finished", "not-open")
    assert set(outcomes(job).values()) == {"refused"}
    with pytest.raises(OrganisationNotOpen):
        give(leeds, crowd(1))


def test_only_a_lead_administrator_gives_and_confirms(leeds: Leeds) -> None:
    job = give(leeds, crowd(1))
    for actor in (leeds.rosa.account, leeds.adam.account, stranger().account):
        with pytest.raises(NotALeadAdministrator):
            confirm(actor=actor, job=job)
        with pytest.raises(NotALeadAdministrator):
            taken_in(actor, leeds.organisation, crowd(1))
    assert Import.objects.count() == 1


def test_a_row_with_a_fault_keeps_nobody_else_from_being_added(
    leeds: Leeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = work.invite_member

    def breaks(**arguments: Any) -> Membership:
        if arguments["details"].email == "nia.jones1@nhs.net":
            raise ZeroDivisionError
        return whole(**arguments)

    monkeypatch.setattr(work, "invite_member", breaks)
    job = begin(leeds, crowd(3))
    drained()
    assert list(outcomes(job).values()) == ["invited", "refused", "invited"]
    assert job.rows.get(line=3).reason == "Something went wrong. Add this person on their own"


def test_the_same_list_again_adds_nobody(leeds: Leeds) -> None:
    begin(leeds, crowd(3))
    drained()
    job = give(leeds, crowd(3))
    assert set(verdicts(job).values()) == {"already-here"}


def test_a_list_that_is_not_ready_or_over_cannot_be_confirmed(leeds: Leeds) -> None:
    job = give(leeds, crowd(1))
    for state, refusal in (("checking", NotCheckedYet), ("cancelled", ImportOver)):
        Import.objects.filter(pk=job.pk).update(state=state)
        with pytest.raises(refusal):
            confirm(actor=leeds.priya.account, job=job)


def test_two_lists_are_carried_on_by_turns(leeds: Leeds) -> None:
    jobs = [begin(leeds, crowd(4, start=start)) for start in (0, 4)]
    for second in range(4):
        with time_machine.travel(timezone.now() + timedelta(seconds=second), tick=False):
            assert drain(limit=2) == 1
    assert [job.rows.exclude(outcome="").count() for job in jobs] == [2, 2]


def test_a_call_ends_in_time_and_leaves_the_rest_to_the_next(
    leeds: Leeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = begin(leeds, crowd(3))
    with monkeypatch.context() as patched:
        patched.setattr(work, "SECONDS", 0.0)
        carry_on()
    assert set(outcomes(job).values()) == {""}
    carry_on()
    job.refresh_from_db()
    assert job.state == "finished"


def test_a_lease_that_stands_is_left_alone_and_one_that_ran_out_is_taken(leeds: Leeds) -> None:
    job = begin(leeds, crowd(1))
    assert work._lease() is not None
    assert drain() == 0
    with time_machine.travel(timezone.now() + timedelta(seconds=31), tick=False):
        assert drain() == 1
    job.refresh_from_db()
    assert job.state == "finished"


def test_checking_many_asks_as_often_as_checking_one(
    leeds: Leeds, django_assert_num_queries: Any
) -> None:
    """The allowed domains, who is here, who administers a group; and where each organisation
    wants addresses of its own, who is used elsewhere."""
    job = give(leeds, crowd(1))
    for size in (1, 300):
        rows = [ImportRow(job=job, line=n, typed=t) for n, t in listed(crowd(size)).table.people]
        with django_assert_num_queries(3):
            check_rows(job, rows, {})
        assert Counter(row.verdict for row in rows) == {"add": size}
    leeds.organisation.email_policy = EmailPolicy.ONE_PER_ORGANISATION
    for row in rows:
        row.verdict = ""
    with django_assert_num_queries(4):
        judge(rows, leeds.organisation, {})


def test_shared_answers_survive_their_keeping() -> None:
    for shared in (
        Shared(),
        Shared(Level.ADMINISTRATOR, False, True, date(2026, 10, 1), date(2027, 1, 1)),
    ):
        assert Shared.of(shared.kept()) == shared


def test_what_was_typed_is_emptied_after_thirty_days_and_receipts_stay(leeds: Leeds) -> None:
    done, left = begin(leeds, crowd(1)), give(leeds, crowd(1, start=5))
    drained()
    assert forget_old(timezone.now() + timedelta(days=29)) == 0
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        clear_leavings()
    row = done.rows.get()
    assert (row.typed, row.email, row.first_name, row.problems) == ({}, "", "", [])
    assert row.outcome == "invited"
    assert row.membership is not None
    left.refresh_from_db()
    assert left.state == "cancelled"
    assert forget_old(timezone.now() + timedelta(days=60)) == 0


def test_the_letter_says_who_adds_how_many_and_how_many_lead(leeds: Leeds) -> None:
    from ravs.mail.models import Message

    member(leeds.organisation, "Lee Moss", LEAD)
    with left_behind() as left:
        begin(leeds, f"{HEAD}\n{MO},lead,no,,\nZoe,Ng,zoe.ng@nhs.net,recorder,no,,")
    assert left.letters == [("import_confirmed", "lee.moss@nhs.net")]
    text = Message.objects.get(kind="import_confirmed").text
    assert "Priya Shah (priya.shah@nhs.net) has confirmed a list of people" in text
    assert "2 people will be invited or reactivated" in text
    assert "1 of them will be a lead administrator" in text
