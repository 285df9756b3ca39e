"""Any sequence of acts leaves what the reference says: states, counts, a lead, a whole history;
and at the identity provider the accounts, links and letters that should be there.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
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
from ravs.core.dates import london_date, london_today
from ravs.integrations.identity.port import Condition
from ravs.mail.models import Message
from ravs.members import identity_drain, services
from ravs.members.entry import services as entry
from ravs.members.models import IdentityCall, Level, Membership
from ravs.members.nightly import run_night
from ravs.members.refusals import MemberRefusal
from ravs.members.services.change import Standing
from ravs.members.services.details import Details
from ravs.members.tests.reference import (
    AT_THE_PROVIDER,
    LEAD,
    NO,
    OK,
    SAME,
    Heard,
    Kept,
    Reference,
    Row,
)
from ravs.organisations.models import Organisation
from tests.directory import PROVIDER, Provider
from tests.evidence import assert_whole, tally
from tests.fixtures import Rounds
from tests.people import NOON, account, member, organisation

PLACES = ("RR8", "RW3")
PEOPLE = ("ann", "ben", "cat", "dot")
place, who = st.sampled_from(PLACES), st.sampled_from(PEOPLE)
actor = st.one_of(st.just("ann"), who)
level, vaccinator = st.sampled_from(Level.values), st.booleans()
pick = st.integers(0, 7)
"""Which of the rows or accounts there are: most acts are about somebody who is there."""

Keys = dict[int, tuple[str, str]]
"""Place and person of each membership."""


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
        self.mood = "up"
        PROVIDER.reset()

    def teardown(self) -> None:
        try:
            assert_whole()
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)
            self.clock.stop()
            PROVIDER.reset()

    @initialize(tells=st.sampled_from([True, True, False]))
    def begin(self, tells: bool) -> None:
        """Ann leads both places and has just added the others somewhere. At the provider Ben has
        an account that works, and Dot one that she never activated."""
        self.reference.tells = PROVIDER.tells_activation = PROVIDER.supports_resend = tells
        for name, activated in (("ann", True), ("ben", True), ("dot", False)):
            PROVIDER.hold(f"{name}@nhs.net", activated=activated)
            self.reference.kept[name] = Kept(activated=activated)
        self.reference.heard["ann"] = Heard()
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
        for ods, name in (("RR8", "cat"), ("RW3", "dot"), ("RW3", "ben")):
            self.add("ann", ods, name, Level.RECORDER, vaccinator=False)

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

    @rule(
        actor=actor,
        ods=place,
        name=who,
        level=level,
        vaccinator=vaccinator,
        mistaken=st.sampled_from([False, False, True]),
    )
    def somebody_is_added(
        self, actor: str, ods: str, name: str, level: str, vaccinator: bool, mistaken: bool
    ) -> None:
        """Perhaps by mistake, and the invitation is cancelled at once."""
        self.add(actor, ods, name, level, vaccinator)
        if mistaken and (ods, name) in self.reference.rows:
            self.renew_or_cancel(actor, ods, name, "cancel")

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

    def one_of_the_rows(self, pick: int) -> tuple[str, str]:
        keys = sorted(self.reference.rows)
        return keys[pick % len(keys)]

    @rule(
        actor=actor,
        pick=pick,
        verb=st.sampled_from(["resend", "resend", "cancel"]),
        days=st.sampled_from([0, 8]),
    )
    def invitation(self, actor: str, pick: int, verb: str, days: int) -> None:
        """Perhaps a good week later, when an invitation may be sent again."""
        if days:
            self.days_pass(days)
        self.renew_or_cancel(actor, *self.one_of_the_rows(pick), verb)

    def renew_or_cancel(self, actor: str, ods: str, name: str, verb: str) -> None:
        by = self.person(actor)
        if by is None:
            return
        do = {"resend": services.resend_invitation, "cancel": services.cancel_invitation}[verb]
        expected = getattr(self.reference, verb)(actor, ods, name)
        self.act(expected, lambda: do(actor=by, membership=self.row(ods, name)))

    @rule(actor=actor, pick=pick, level=level, vaccinator=vaccinator)
    def change(self, actor: str, pick: int, level: str, vaccinator: bool) -> None:
        by, (ods, name) = self.person(actor), self.one_of_the_rows(pick)
        if by is None:
            return
        standing = Standing(Level(level), vaccinator=vaccinator)
        self.act(
            self.reference.change(actor, ods, name, level, vaccinator),
            lambda: services.change_member(
                actor=by, membership=self.row(ods, name), standing=standing
            ),
        )

    @rule(actor=actor, pick=pick, verb=st.sampled_from(["deactivate", "reactivate"]))
    def access(self, actor: str, pick: int, verb: str) -> None:
        by, (ods, name) = self.person(actor), self.one_of_the_rows(pick)
        if by is None:
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

    @rule(pick=pick, at_once=st.booleans())
    def come_in(self, pick: int, at_once: bool) -> None:
        """Log in and go to one organisation; perhaps straight from the activation e-mail."""
        ods, name = self.one_of_the_rows(pick)
        if at_once:
            self.the_worker()
            self.follow_link(name)
        self.log_in(ods, name)

    def log_in(self, ods: str, name: str) -> None:
        person = self.person(name)
        assert person is not None
        expected = self.reference.log_in(ods, name)
        if expected == AT_THE_PROVIDER:
            return
        session = SessionStore().sign_in(person)
        entry.lapse_at_the_door(person)
        usable = entry.sign_in(account=person, session=session)
        chosen = next((m for m in usable if m.organisation.ods == ods), None)
        assert (chosen is not None) == (expected == OK)
        if chosen is not None:
            entry.enter_organisation(account=person, session=session, membership=chosen)
        self.events = Event.objects.count()

    @rule(days=st.sampled_from([1, 7, 8, 16, 29, 59, 90]))
    def some_days_pass(self, days: int) -> None:
        self.days_pass(days)

    def days_pass(self, days: int) -> None:
        self.traveller.shift(timedelta(days=days))
        self.reference.today += timedelta(days=days)
        self.reference.time_passes()

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

    @rule()
    def a_worker_comes_round(self) -> None:
        self.the_worker()

    def the_worker(self) -> None:
        """It asks the provider whatever is due, and is answered, refused or left waiting."""
        due, before = self.reference.due(), self.attempts()
        identity_drain.drain()
        tried = [key for key, times in self.attempts().items() if times > before.get(key, 0)]
        if self.mood == "silent":
            assert len(tried) == min(1, len(due))
            assert set(tried) <= set(due)
            for key in tried:
                self.reference.provider_is_silent(key)
        elif self.mood == "refusing":
            self.reference.provider_refuses()
        else:
            self.reference.worker()
        self.events = Event.objects.count()

    def attempts(self) -> dict[tuple[str, str], int]:
        """How often the provider was asked for the latest call of each membership."""
        return {
            key: attempts for key, (_, _, attempts) in latest_calls(keys_of(everybody())).items()
        }

    @rule(mood=st.sampled_from(["up", "silent", "refusing"]))
    def the_provider_turns(self, mood: str) -> None:
        """It is asked at once what it makes of what is due, and once more soon after."""
        self.mood = mood
        if mood == "up":
            PROVIDER.up()
        else:
            PROVIDER.down(permanent=mood == "refusing")
        self.the_worker()
        self.the_worker()

    @rule(pick=pick)
    def open_a_letter(self, pick: int) -> None:
        self.follow_link(self.one_of_the_rows(pick)[1])

    def follow_link(self, name: str) -> None:
        """Somebody opens their activation e-mail."""
        if self.reference.follow_link(name) == OK:
            PROVIDER.activate(f"{name}@nhs.net")

    @rule(name=who, suspended=st.booleans())
    def the_provider_suspends(self, name: str, suspended: bool) -> None:
        """Its own operators suspend an account, or end that."""
        if name not in self.reference.kept:
            return
        self.reference.kept[name].suspended = suspended
        held = PROVIDER.accounts[f"{name}@nhs.net"]
        held.stands = Condition.SUSPENDED if suspended else None

    @rule(pick=pick)
    def the_provider_switches_off(self, pick: int) -> None:
        """Only what we made is switched on again when the person is added."""
        _, name = self.one_of_the_rows(pick)
        kept = self.reference.kept.get(name)
        if kept is None or not kept.ours:
            return
        kept.on = PROVIDER.accounts[f"{name}@nhs.net"].active = False

    @rule(name=who, activated=st.booleans())
    def made_elsewhere(self, name: str, activated: bool) -> None:
        """Another hand makes an account at the provider for somebody who has none."""
        if name not in self.reference.kept:
            PROVIDER.hold(f"{name}@nhs.net", activated=activated)
            self.reference.kept[name] = Kept(activated=activated)

    @invariant()
    def it_stands_as_the_reference_says(self) -> None:
        rows = everybody()
        keys = keys_of(rows)
        found = {keys[row.pk]: of(row) for row in rows}
        assert found.keys() == self.reference.rows.keys()
        for key, row in found.items():
            assert row == self.reference.rows[key], key
        for ods, at in self.places.items():
            assert tally(at) == self.reference.tally(ods)
        self.the_provider_stands_as_it_says(rows, keys)
        self.everybody_was_welcomed_as_it_says(rows, keys)

    def the_provider_stands_as_it_says(self, rows: list[Membership], keys: Keys) -> None:
        people = {name_of(row.account): row.account for row in rows}
        assert people.keys() == self.reference.heard.keys()
        for name, person in people.items():
            assert heard_of(person) == self.reference.heard[name], name
        calls = {key: call[:2] for key, call in latest_calls(keys).items()}
        assert calls == {key: (c.state, c.outcome) for key, c in self.reference.calls.items()}
        assert kept_by(PROVIDER, people) == self.reference.kept

    def everybody_was_welcomed_as_it_says(self, rows: list[Membership], keys: Keys) -> None:
        about = {row.public_id: keys[row.pk] for row in rows}
        sent: dict[tuple[str, str], list[str]] = {}
        welcomes = Message.objects.filter(kind__startswith="welcome_").order_by("pk")
        for whom, kind in welcomes.values_list("about", "kind"):
            sent.setdefault(about[whom], []).append(kind)
        assert sent == self.reference.welcomes


def everybody() -> list[Membership]:
    return list(Membership.objects.select_related("account", "organisation"))


def keys_of(rows: list[Membership]) -> Keys:
    return {row.pk: (row.organisation.ods, name_of(row.account)) for row in rows}


def latest_calls(keys: Keys) -> dict[tuple[str, str], tuple[str, str, int]]:
    """State, outcome and tries of the latest call of each membership."""
    calls = IdentityCall.objects.order_by("pk")
    return {
        keys[row]: (state, outcome, attempts)
        for row, state, outcome, attempts in calls.values_list(
            "membership", "state", "outcome", "attempts"
        )
    }


def name_of(person: Account) -> str:
    return person.email_key.partition("@")[0]


def heard_of(person: Account) -> Heard:
    ends = person.activation_expires_at
    return Heard(person.identity_state, ends and london_date(ends))


def kept_by(provider: Provider, accounts: dict[str, Account]) -> dict[str, Kept]:
    """The provider's accounts in the reference's words."""
    ids = {person.public_id for person in accounts.values()}
    return {
        held.email.casefold().partition("@")[0]: Kept(
            ours=held.external_id in ids,
            activated=held.activated,
            on=held.active,
            suspended=held.stands == Condition.SUSPENDED,
            link_ends=held.expires and london_date(held.expires),
            mails=[each.casefold() for each in provider.letters].count(held.email.casefold()),
        )
        for held in provider.accounts.values()
    }


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


@pytest.mark.once
def test_any_sequence_of_acts(db: None, provider: Provider, rounds: Rounds) -> None:
    run_state_machine_as_test(
        Members,
        settings=settings(
            max_examples=rounds(200, part=20),
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
