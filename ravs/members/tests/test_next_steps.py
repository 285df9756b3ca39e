"""Every state of ours crossed with every state of the provider: a right next step, in words."""

import re
import string
from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from ravs.integrations.identity.okta.people import CONDITIONS
from ravs.integrations.identity.port import ACTIVATION, ActivationState, Condition
from ravs.members.account_page import ACTIONS
from ravs.members.identity_words import HERE, SILENCE, STEPS, THERE
from ravs.members.next_steps import NEXT_STEPS, Facts, Here, Step, next_step
from tests.okta.org import STATES

pytestmark = pytest.mark.once

HELP = {
    Step.HELP,
    Step.HELP_THEN_RESEND,
    Step.HELP_THEN_REACTIVATE,
    Step.HELP_THEN_ADD,
}
OURS_TO_MEND = {Step.RESEND, Step.REACTIVATE, Step.ADD_AGAIN}
SHUT_ELSEWHERE = {Condition.SUSPENDED, Condition.CLOSED, Condition.SWITCHED_OFF}
WORDS = {
    "name": "Mo Khan",
    "first_name": "Mo",
    "email": "mo.khan@nhs.net",
    "organisation": "Leeds Teaching Hospitals",
    "provider": "Okta",
    "help": "the service desk",
    "support": "support@ravs.test",
    "starts": "1 May 2026",
    "ends": "1 June 2026",
    "lapse_days": 90,
    "invitation_days": 90,
    "sends": 10,
    "resend_from": "12 March 2026",
}
CODES = re.compile("|".join((*STATES, r"E\d{7}", "[A-Z]{4,}", "_", "None", "[{}]")))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("here", Here)
def test_every_state_of_okta_and_ours_has_a_next_step_in_words(here: Here, state: str) -> None:
    condition = CONDITIONS[state]
    said = [
        HERE[here].format(**WORDS),
        THERE[condition].format(**WORDS),
        STEPS[NEXT_STEPS[here, condition]].format(**WORDS),
    ]
    for sentence in said:
        assert sentence.strip().endswith((".", "?"))
        assert not CODES.search(sentence)
        assert "  " not in sentence


def test_every_pair_stands_in_the_table_and_nothing_else() -> None:
    assert set(NEXT_STEPS) == set(product(Here, Condition))
    assert set(HERE) == set(Here)
    assert set(THERE) == set(ACTIVATION) == set(Condition)
    assert set(STEPS) == set(Step)


def test_every_sentence_names_only_what_a_page_knows() -> None:
    for sentence in (*HERE.values(), *THERE.values(), *STEPS.values(), SILENCE):
        named = {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
        assert named <= set(WORDS)
        assert not CODES.search(sentence.format(**WORDS))


@pytest.mark.parametrize("condition", Condition)
@pytest.mark.parametrize("here", Here)
class TestWhatAStepMustNotDo:
    def test_nobody_is_told_to_undo_what_was_shut_elsewhere(
        self, here: Here, condition: Condition
    ) -> None:
        step = NEXT_STEPS[here, condition]
        if condition in SHUT_ELSEWHERE:
            assert step in HELP | {Step.SUPPORT}

    def test_nothing_is_wrong_only_where_nothing_is(self, here: Here, condition: Condition) -> None:
        step = NEXT_STEPS[here, condition]
        if step in {Step.NOTHING, Step.LOG_IN, Step.TRY}:
            assert here in {Here.ACTIVE, Here.INVITED}
            assert condition == (Condition.UNTOLD if step == Step.TRY else Condition.WORKING)

    def test_whoever_has_an_account_mends_their_password_themselves(
        self, here: Here, condition: Condition
    ) -> None:
        step = NEXT_STEPS[here, condition]
        if step in {Step.RESET, Step.UNLOCK}:
            assert here in {Here.ACTIVE, Here.INVITED}
            assert ACTIVATION[condition] == ActivationState.ACTIVE

    def test_a_step_is_one_that_works_in_our_state(self, here: Here, condition: Condition) -> None:
        fits = {
            Step.RESEND: {Here.INVITED, Here.INVITATION_LAPSED},
            Step.ACTIVATE: {Here.INVITED},
            Step.REACTIVATE: {Here.DEACTIVATED, Here.LAPSED, Here.ENDED},
            Step.HELP_THEN_REACTIVATE: {Here.DEACTIVATED, Here.LAPSED, Here.ENDED},
            Step.ADD_AGAIN: {Here.INVITATION_CANCELLED},
            Step.CHANGE_DATES: {Here.NOT_STARTED, Here.OVER},
            Step.SUPPORT: {Here.ORGANISATION_DEACTIVATED, Here.ORGANISATION_CLOSED},
        }
        assert here in fits.get(NEXT_STEPS[here, condition], set(Here))


MOMENTS = st.one_of(st.none(), st.integers(-30, 30))


@given(
    here=st.sampled_from(Here),
    condition=st.sampled_from(Condition),
    link_days=MOMENTS,
    waits=st.booleans(),
    failed=st.booleans(),
    may_add=st.booleans(),
    may_resend=st.booleans(),
    sends=st.integers(0, 12),
)
def test_whatever_else_is_known_the_step_can_be_taken(
    here: Here,
    condition: Condition,
    link_days: int | None,
    waits: bool,
    failed: bool,
    may_add: bool,
    may_resend: bool,
    sends: int,
) -> None:
    now = timezone.now()
    facts = Facts(
        now=now,
        link_ends=None if link_days is None else now + timedelta(days=link_days),
        waits_for_provider=waits,
        send_failed=failed,
        may_add=may_add,
        may_resend=may_resend,
        sends=sends,
    )
    step = next_step(here, condition, facts)
    assert step != Step.RESEND or (may_resend and may_add)
    assert step != Step.ADD_AGAIN or may_add
    assert step != Step.ACTIVATE or link_days is None or link_days > 0
    assert step in HELP or NEXT_STEPS[here, condition] not in HELP
    assert condition not in SHUT_ELSEWHERE or step not in OURS_TO_MEND


def test_an_invite_sent_too_often_is_begun_anew(settings: Settings) -> None:
    facts = Facts(now=timezone.now(), sends=settings.INVITATION_MOST_SENDS)
    assert next_step(Here.INVITED, Condition.MISSING, facts) == Step.INVITE_ANEW
    facts = Facts(now=timezone.now(), sends=1)
    assert next_step(Here.INVITED, Condition.MISSING, facts) == Step.RESEND_LATER


def test_a_button_leads_on_from_each_step_that_is_ours_to_take() -> None:
    assert set(ACTIONS) == OURS_TO_MEND | {Step.INVITE_ANEW, Step.CHANGE_DATES}
