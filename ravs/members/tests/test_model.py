"""Any sequence of acts leaves what the reference says: states, counts, a lead, a whole history."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ravs.accounts.models import Account
from ravs.accounts.normalise import email_key
from ravs.accounts.sessions import SessionStore
from ravs.audit.models import Event
from ravs.core.dates import london_today
from ravs.members import services
from ravs.members.entry import services as entry
from ravs.members.models import Level, Membership
from ravs.members.nightly import run_night
from ravs.members.refusals import MemberRefusal
from ravs.members.services.change import Standing
from ravs.members.services.details import Details
from ravs.members.tests.reference import LEAD, NO, OK, SAME, Reference, Row
from ravs.organisations.models import Organisation
from tests.evidence import assert_whole, tally
from tests.fixtures import Rounds
from tests.people import NOON, account, member, organisation

PLACES = ("RR8", "RW3")
PEOPLE = ("ann", "ben", "cat", "dot")
place, who = st.sampled_from(PLACES), st.sampled_from(PEOPLE)
actor = st.one_of(st.just("ann"), who)
level, vaccinator = st.sampled_from(Level.values), st.booleans()


class Members(RuleBasedStateMachine):
    """The product beside its reference, act by act, in a transaction that is undone."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(NOON, tick=False)
        self.traveller = self.clock.start()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.reference = Reference(today=london_today())
        self.places: dict[str, Organisation] = {}
        self.events = 0

    def teardown(self) -> None:
        try:
            assert_whole()
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)
            self.clock.stop()

    @initialize()
    def begin(self) -> None:
        """Ann leads both places; nobody else is anywhere."""
        ann = account("Ann Poe", "ann@nhs.net")
        today = self.reference.today
        for ods in PLACES:
            self.places[ods] = organisation(ods, f"Trust {ods}")
            self.reference.open[ods] = True
            member(self.places[ods], ann, Level.LEAD_ADMINISTRATOR)
            self.reference.rows[ods, "ann"] = Row(
                LEAD, False, "active", today, came=True, clock=today
            )
        self.events = Event.objects.count()

    def row(self, ods: str, name: str) -> Membership:
        return Membership.objects.select_related("account").get(
            organisation__ods=ods, account__email_key=email_key(f"{name}@nhs.net")
        )

    def person(self, name: str) -> Account | None:
        return Account.objects.filter(email_key=email_key(f"{name}@nhs.net")).first()

    def act(self, expected: str, verb: Callable[[], Any]) -> None:
        """Do it for real: refused, done with an event, or the same as before without one."""
        before = {ods: bool(self.reference.leads(ods)) for ods in PLACES}
        try:
            verb()
            happened = OK if Event.objects.count() > self.events else SAME
        except MemberRefusal:
            happened = NO
        assert happened == expected
        if happened != OK:
            assert Event.objects.count() == self.events
        self.events = Event.objects.count()
        for ods, had_one in before.items():
            assert not had_one or self.reference.leads(ods), "no person's act takes the last lead"

    @rule(actor=actor, ods=place, name=who, level=level, vaccinator=vaccinator)
    def add(self, actor: str, ods: str, name: str, level: str, vaccinator: bool) -> None:
        by = self.person(actor)
        if by is None:
            return
        details = Details(
            email=f"{name.upper()}@nhs.net",
            first_name=name.capitalize(),
            last_name="Poe",
            level=Level(level),
            vaccinator=vaccinator,
        )
        self.act(
            self.reference.add(actor, ods, name, level, vaccinator),
            lambda: services.invite_member(
                actor=by, organisation=self.places[ods], details=details
            ),
        )

    @rule(actor=actor, ods=place, name=who, verb=st.sampled_from(["resend", "cancel"]))
    def invitation(self, actor: str, ods: str, name: str, verb: str) -> None:
        by = self.person(actor)
        if by is None or (ods, name) not in self.reference.rows:
            return
        do = {"resend": services.resend_invitation, "cancel": services.cancel_invitation}[verb]
        expected = getattr(self.reference, verb)(actor, ods, name)
        self.act(expected, lambda: do(actor=by, membership=self.row(ods, name)))

    @rule(actor=actor, ods=place, name=who, level=level, vaccinator=vaccinator)
    def change(self, actor: str, ods: str, name: str, level: str, vaccinator: bool) -> None:
        by = self.person(actor)
        if by is None or (ods, name) not in self.reference.rows:
            return
        standing = Standing(Level(level), vaccinator=vaccinator)
        self.act(
            self.reference.change(actor, ods, name, level, vaccinator),
            lambda: services.change_member(
                actor=by, membership=self.row(ods, name), standing=standing
            ),
        )

    @rule(actor=actor, ods=place, name=who, verb=st.sampled_from(["deactivate", "reactivate"]))
    def access(self, actor: str, ods: str, name: str, verb: str) -> None:
        by = self.person(actor)
        if by is None or (ods, name) not in self.reference.rows:
            return
        do = {
            "deactivate": services.deactivate_member,
            "reactivate": services.reactivate_member,
        }[verb]
        expected = getattr(self.reference, verb)(actor, ods, name)
        self.act(expected, lambda: do(actor=by, membership=self.row(ods, name)))

    @rule(actor=actor, ods=place)
    def reactivate_all(self, actor: str, ods: str) -> None:
        by = self.person(actor)
        if by is None:
            return
        self.act(
            self.reference.reactivate_all(actor, ods),
            lambda: services.reactivate_lapsed(
                actor=by, organisation=self.places[ods], lapsed_by=timezone.now()
            ),
        )

    @rule(ods=place, name=who)
    def log_in(self, ods: str, name: str) -> None:
        person = self.person(name)
        if person is None:
            return
        expected = self.reference.log_in(ods, name)
        session = SessionStore().sign_in(person)
        entry.lapse_at_the_door(person)
        usable = entry.sign_in(account=person, session=session)
        chosen = next((m for m in usable if m.organisation.ods == ods), None)
        assert (chosen is not None) == (expected == OK)
        if chosen is not None:
            entry.enter_organisation(account=person, session=session, membership=chosen)
        self.events = Event.objects.count()

    @rule(days=st.sampled_from([1, 7, 8, 16, 29, 59, 90]))
    def days_pass(self, days: int) -> None:
        self.traveller.shift(timedelta(days=days))
        self.reference.today += timedelta(days=days)

    @rule()
    def the_night(self) -> None:
        self.reference.night()
        for _ in run_night(today=london_today()):
            pass
        self.events = Event.objects.count()

    @precondition(lambda self: self.places)
    @rule(ods=place)
    def the_region_acts(self, ods: str) -> None:
        """It deactivates an organisation, or takes that back."""
        self.reference.open[ods] = not self.reference.open[ods]
        closing = {
            "status": "deactivated",
            "deactivated_at": timezone.now(),
            "closes_on": date(2099, 1, 1),
        }
        opening = {"status": "active", "deactivated_at": None, "closes_on": None}
        wanted = opening if self.reference.open[ods] else closing
        Organisation.objects.filter(ods=ods).update(**wanted)

    @invariant()
    def it_stands_as_the_reference_says(self) -> None:
        rows = Membership.objects.select_related("account", "organisation")
        found = {(r.organisation.ods, r.account.email_key.partition("@")[0]): r for r in rows}
        assert found.keys() == self.reference.rows.keys()
        for key, row in found.items():
            assert of(row) == self.reference.rows[key], key
        for ods, at in self.places.items():
            assert tally(at) == self.reference.tally(ods)


def of(row: Membership) -> Row:
    """A row of the product in the reference's words."""
    return Row(
        level=row.level,
        vaccinator=row.vaccinator,
        state=row.status,
        sent=row.invite_sent_on,
        sends=row.invite_count,
        end=row.invitation_end,
        came=row.first_login_at is not None,
        clock=row.clock_on,
        why=row.deactivated_reason,
        warned=row.warned_day,
    )


def test_any_sequence_of_acts(db: None, rounds: Rounds) -> None:
    run_state_machine_as_test(
        Members,
        settings=settings(
            max_examples=rounds(250),
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
