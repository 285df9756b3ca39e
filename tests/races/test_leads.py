"""Whatever lead administrators do to each other at once, at least one of them remains."""

import random
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from django.db import connection

from ravs.accounts.models import Account
from ravs.audit.models import Event
from ravs.members import counts
from ravs.members.models import Level, Membership, Status
from ravs.members.refusals import LastLeadAdministrator, MemberRefusal, NotALeadAdministrator
from ravs.members.services import change_member, deactivate_member, reactivate_member
from ravs.members.services.change import Standing
from tests.evidence import assert_whole, fresh
from tests.fixtures import Rounds
from tests.people import LEAD, RECORDER, member, organisation
from tests.races.together import Team, at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def leads(count: int) -> list[Membership]:
    at = organisation()
    return [member(at, f"Lead Number{n}", LEAD) for n in range(count)]


def demote(actor: Account, row: Membership) -> object:
    standing = replace(Standing.of(row), level=RECORDER)
    return change_member(actor=actor, membership=row, standing=standing)


def deactivate(actor: Account, row: Membership) -> object:
    return deactivate_member(actor=actor, membership=row)


def all_lead_again(rows: list[Membership]) -> None:
    Membership.objects.filter(pk__in=[row.pk for row in rows]).update(
        level=LEAD,
        status=Status.ACTIVE,
        deactivated_at=None,
        deactivated_by=None,
        deactivated_reason="",
    )
    counts.recount([rows[0].organisation_id])


@pytest.mark.parametrize("act", [demote, deactivate])
def test_two_leads_against_each_other(
    rounds: Rounds, act: Callable[[Account, Membership], object]
) -> None:
    """The first wins; the second finds that they lead no more. Nobody deadlocks."""
    one, two = leads(2)
    with Team(2) as team:
        for _ in range(rounds(1000, part=20)):
            results = team.at_once(
                [partial(act, one.account, two), partial(act, two.account, one)],
                refusals=(NotALeadAdministrator, LastLeadAdministrator),
            )
            assert sum(isinstance(result, Exception) for result in results) == 1
            assert one.organisation.memberships.active_lead_administrators().count() == 1
            all_lead_again([one, two])
    assert_whole(one.organisation)


@pytest.mark.parametrize("act", [demote, deactivate])
def test_two_leads_who_both_step_down(
    rounds: Rounds, act: Callable[[Account, Membership], object]
) -> None:
    one, two = leads(2)
    with Team(2) as team:
        for _ in range(rounds(300)):
            results = team.at_once(
                [partial(act, one.account, one), partial(act, two.account, two)],
                refusals=(LastLeadAdministrator,),
            )
            assert sum(isinstance(result, Exception) for result in results) == 1
            assert one.organisation.memberships.active_lead_administrators().count() == 1
            all_lead_again([one, two])


def anything(chance: random.Random, rows: list[Membership]) -> Callable[[], object]:
    """One lead's random act upon another, or upon themselves."""
    actor, target = chance.choice(rows).account, fresh(chance.choice(rows))
    level = chance.choice(list(Level))
    standing = Standing(level, vaccinator=chance.random() < 0.5)
    return chance.choice(
        [
            partial(change_member, actor=actor, membership=target, standing=standing),
            partial(deactivate_member, actor=actor, membership=target),
            partial(reactivate_member, actor=actor, membership=target),
        ]
    )


@pytest.mark.parametrize("count", [2, 3, 5])
def test_a_storm_of_leads_leaves_one(rounds: Rounds, count: int) -> None:
    """Eight threads; a ninth looks all the while, and never sees an organisation without one."""
    rows = leads(count)
    at = rows[0].organisation
    over, seen = threading.Event(), []

    def look() -> None:
        while not over.is_set():
            seen.append(at.memberships.active_lead_administrators().count())

    def storm(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(rounds(3300, part=20) // 8):
            try:
                anything(chance, rows)()
            except MemberRefusal:
                continue

    watcher = threading.Thread(target=lambda: (look(), connection.close()))
    watcher.start()
    try:
        at_once([partial(storm, seed) for seed in range(8)])
    finally:
        over.set()
        watcher.join()
    assert seen
    assert min(seen) >= 1
    assert at.memberships.active_lead_administrators().exists()
    assert_whole(at)


def test_the_same_change_fifty_times_at_once_is_one_change() -> None:
    lead, other = leads(2)
    standing = Standing(Level.ADMINISTRATOR, vaccinator=True)
    at_once(
        [
            partial(change_member, actor=lead.account, membership=other, standing=standing)
            for _ in range(50)
        ]
    )
    assert Event.objects.filter(type="member.changed").count() == 1
    assert_whole(lead.organisation)
