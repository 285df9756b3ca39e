"""People come in while others let them in, change them, or shut the door."""

from dataclasses import replace
from functools import partial

import pytest
from django.utils import timezone

from ravs.accounts.models import Account, Session
from ravs.accounts.sessions import SessionStore
from ravs.audit.models import Event
from ravs.members import counts
from ravs.members.entry import services as entry
from ravs.members.entry.services import enter_organisation
from ravs.members.models import LevelSnapshot, Membership, Status
from ravs.members.refusals import NotInThatState
from ravs.members.services import cancel_invitation, change_member, deactivate_member
from ravs.members.services.change import Standing
from tests.evidence import assert_whole, fresh
from tests.fixtures import Rounds
from tests.people import ADMINISTRATOR, LEAD, RECORDER, Leeds, member, organisation
from tests.races.together import Team, at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def log_in(person: Account) -> tuple[Session, list[Membership]]:
    """A log-in in a browser of its own, and where it may lead."""
    session = SessionStore().sign_in(person)
    return session, entry.sign_in(account=person, session=session)


def come_in(person: Account) -> Membership | None:
    """A log-in at one organisation, from the provider's answer to the first page."""
    session, usable = log_in(person)
    if not usable:
        return None
    return enter_organisation(account=person, session=session, membership=usable[0])


def test_eight_first_log_ins_at_once_are_one_acceptance() -> None:
    at = organisation(status="invited")
    mia = member(at, "Mia Ross", LEAD, status="invited")
    at_once([partial(come_in, mia.account)] * 8)
    assert fresh(mia).is_active
    events = Event.objects.filter(chain=at.public_id)
    assert events.filter(type="member.joined").count() == 1
    assert events.filter(type="organisation.joined").count() == 1
    assert events.filter(type="organisation.entered").count() == 8
    at.refresh_from_db()
    assert at.status == "active"
    assert_whole(at)


def test_two_first_log_ins_of_two_people_make_one_organisation_active(rounds: Rounds) -> None:
    with Team(2) as team:
        for number in range(rounds(100)):
            at = organisation(f"R{number:03}", "Trust", status="invited")
            people = [member(at, f"Mia Ross{n}{number}", LEAD, status="invited") for n in range(2)]
            team.at_once([partial(come_in, row.account) for row in people])
            joined = Event.objects.filter(chain=at.public_id, type="organisation.joined")
            assert joined.count() == 1
    assert_whole()


def test_deactivating_somebody_who_is_just_coming_in(rounds: Rounds, leeds: Leeds) -> None:
    """Either comes first; afterwards they are out, and no session can go on there."""
    rosa = leeds.rosa
    with Team(3) as team:
        for _ in range(rounds(200)):
            team.at_once(
                [
                    partial(come_in, rosa.account),
                    partial(come_in, rosa.account),
                    partial(deactivate_member, actor=leeds.priya.account, membership=fresh(rosa)),
                ],
                refusals=(NotInThatState,),
            )
            assert fresh(rosa).is_deactivated
            assert not LevelSnapshot.objects.filter(membership=rosa).exists()
            Membership.objects.filter(pk=rosa.pk).update(
                status=Status.ACTIVE,
                deactivated_at=None,
                deactivated_by=None,
                deactivated_reason="",
            )
            counts.recount([rosa.organisation_id])
    assert_whole(leeds.organisation)


def test_lowering_somebody_who_is_just_logging_in(rounds: Rounds, leeds: Leeds) -> None:
    """Whatever comes first, no session holds more than the level that is stored now."""
    adam = leeds.adam
    lower = Standing(RECORDER, vaccinator=False)
    with Team(2) as team:
        for _ in range(rounds(200)):
            Membership.objects.filter(pk=adam.pk).update(level=ADMINISTRATOR, reduced_at=None)
            LevelSnapshot.objects.all().delete()
            team.at_once(
                [
                    partial(log_in, adam.account),
                    partial(
                        change_member,
                        actor=leeds.priya.account,
                        membership=fresh(adam),
                        standing=lower,
                    ),
                ]
            )
            kept = LevelSnapshot.objects.filter(membership=adam).values_list("level", flat=True)
            assert set(kept) <= {RECORDER}


def test_cancelling_an_invitation_that_is_just_being_accepted(rounds: Rounds, leeds: Leeds) -> None:
    """One of the two happens; the history says which, and the row agrees."""
    with Team(2) as team:
        for number in range(rounds(200)):
            row = member(leeds.organisation, f"Una Byrne{number}", status="invited")
            cancel = partial(cancel_invitation, actor=leeds.priya.account, membership=row)
            team.at_once([partial(come_in, row.account), cancel], refusals=(NotInThatState,))
            mine = Event.objects.filter(subject=row.account.public_id)
            happened = set(mine.values_list("type", flat=True))
            is_in = fresh(row).is_active
            assert ("member.joined" in happened) is is_in
            assert ("member.invitation_cancelled" in happened) is not is_in
    assert_whole(leeds.organisation)


def test_logging_in_while_being_changed_everywhere_never_deadlocks(rounds: Rounds) -> None:
    places = [organisation(f"R{n}X", f"Trust {n}") for n in range(4)]
    leads = [member(at, f"Lead Number{n}", LEAD) for n, at in enumerate(places)]
    rows = [member(places[0], "Rosa Keane", ADMINISTRATOR)]
    rows += [member(at, rows[0].account, ADMINISTRATOR) for at in places[1:]]
    with Team(6) as team:
        for number in range(rounds(100)):
            flip = Standing([RECORDER, ADMINISTRATOR][number % 2], vaccinator=bool(number % 2))
            team.at_once(
                [
                    partial(log_in, rows[0].account),
                    partial(log_in, rows[0].account),
                    *(
                        partial(
                            change_member,
                            actor=lead.account,
                            membership=fresh(row),
                            standing=replace(flip),
                        )
                        for lead, row in zip(leads, rows, strict=True)
                    ),
                ]
            )
    assert_whole(*places)
    assert fresh(rows[0]).clock_on == timezone.localdate()
