"""The calls to the identity provider, and the welcome letter that each answer chooses."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone
from django.utils.module_loading import import_string
from time_machine import TimeMachineFixture

from ravs.accounts.models import Account, IdentityState
from ravs.integrations.identity.port import ActivationState, DirectoryError
from ravs.mail.models import Message
from ravs.members.identity_calls import Sending, look_up, sendings
from ravs.members.identity_drain import GIVE_UP_AFTER, LEASE, REST, drain
from ravs.members.models import IdentityCall, Level, Membership
from ravs.members.services import (
    cancel_invitation,
    deactivate_member,
    invite_member,
    resend_invitation,
)
from ravs.members.services.details import Details
from tests.clients import PageClient
from tests.directory import Killed, Provider
from tests.evidence import assert_whole, fresh, left_behind
from tests.people import NOON, Leeds, member, organisation

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]

MO = Details(
    email="mo.khan@nhs.net",
    first_name="Mo",
    last_name="Khan",
    level=Level.RECORDER,
    vaccinator=False,
)
NEW, KNOWN = "welcome_new", "welcome_existing"


@pytest.fixture
def mo(leeds: Leeds, provider: Provider) -> Membership:
    """Invited just now; nobody has asked the provider yet."""
    return invite_member(actor=leeds.priya.account, organisation=leeds.organisation, details=MO)


def letters() -> list[str]:
    welcomes = Message.objects.filter(kind__startswith="welcome").order_by("pk")
    return list(welcomes.values_list("kind", flat=True))


def later(call: IdentityCall) -> None:
    """The call is due again."""
    IdentityCall.objects.filter(pk=call.pk).update(next_attempt_at=timezone.now(), lease_until=None)


def test_somebody_new_gets_an_account_and_the_letter_with_activation(
    mo: Membership, provider: Provider
) -> None:
    with left_behind() as left:
        assert drain() == 1
    held = provider.accounts["mo.khan@nhs.net"]
    assert (held.external_id, held.first_name) == (mo.account.public_id, "Mo")
    assert provider.letters == ["mo.khan@nhs.net"]
    assert left.letters == [(NEW, "mo.khan@nhs.net")]
    assert left.events == ["account.identity_prepared"]
    account = fresh(mo).account
    assert account.identity_state == IdentityState.PENDING
    assert account.activation_expires_at == timezone.now() + timedelta(days=7)
    assert mo.identity_calls.get().state == IdentityCall.State.DONE
    assert_whole()


def test_somebody_known_to_the_provider_gets_the_letter_without(
    mo: Membership, provider: Provider
) -> None:
    provider.hold("mo.khan@nhs.net", activated=True)
    drain()
    assert letters() == [KNOWN]
    assert provider.letters == []
    assert fresh(mo).account.identity_state == IdentityState.ACTIVE


def test_somebody_who_never_activated_elsewhere_gets_a_renewed_activation(
    mo: Membership, provider: Provider
) -> None:
    provider.hold("mo.khan@nhs.net", activated=False)
    drain()
    assert letters() == [NEW]
    assert provider.letters == ["mo.khan@nhs.net"]


def test_invited_elsewhere_before_activating_renews_the_activation(
    mo: Membership, provider: Provider, time_machine: TimeMachineFixture
) -> None:
    """Known to the service, never activated at the provider (domain 3.8)."""
    drain()
    time_machine.shift(timedelta(days=10))
    second = organisation("RW3", "Manchester")
    invite_member(actor=None, organisation=second, details=MO)
    drain()
    assert letters() == [NEW, NEW]
    assert provider.letters == ["mo.khan@nhs.net"] * 2
    assert fresh(mo).account.activation_expires_at == timezone.now() + timedelta(days=7)


def test_invited_elsewhere_after_activating_is_told_to_log_in(
    mo: Membership, provider: Provider
) -> None:
    drain()
    provider.activate("mo.khan@nhs.net")
    invite_member(actor=None, organisation=organisation("RW3", "Manchester"), details=MO)
    drain()
    assert letters() == [NEW, KNOWN]
    assert len(provider.letters) == 1


def test_a_provider_that_does_not_tell_is_believed_less_than_a_log_in(
    mo: Membership, provider: Provider
) -> None:
    provider.tells_activation = False
    drain()
    PageClient().sign_in(mo.account)
    again = invite_member(actor=None, organisation=organisation("RW3", "Manchester"), details=MO)
    drain()
    assert letters() == [NEW, KNOWN]
    assert again.identity_calls.get().outcome == "existing"
    assert fresh(mo).account.identity_state == IdentityState.ACTIVE


def resent(leeds: Leeds, row: Membership) -> None:
    Membership.objects.filter(pk=row.pk).update(
        invite_sent_on=timezone.now().date() - timedelta(days=8)
    )
    resend_invitation(actor=leeds.priya.account, membership=row)
    drain()


def test_sending_again_renews_an_activation_that_is_awaited(
    leeds: Leeds, mo: Membership, provider: Provider, time_machine: TimeMachineFixture
) -> None:
    drain()
    time_machine.shift(timedelta(days=8))
    resent(leeds, mo)
    assert letters() == [NEW, NEW]
    assert len(provider.letters) == 2
    assert fresh(mo).account.activation_expires_at == timezone.now() + timedelta(days=7)


def test_sending_again_to_somebody_who_activated_meanwhile(
    leeds: Leeds, mo: Membership, provider: Provider
) -> None:
    drain()
    provider.activate("mo.khan@nhs.net")
    resent(leeds, mo)
    assert letters() == [NEW, KNOWN]
    assert len(provider.letters) == 1


def test_sending_again_where_the_provider_cannot(
    leeds: Leeds, mo: Membership, provider: Provider
) -> None:
    drain()
    provider.supports_resend = False
    resent(leeds, mo)
    assert letters() == [NEW, NEW]
    assert sendings([mo])[mo.pk] == Sending(resend_unsupported=True)


def test_an_account_that_is_gone_is_made_again(
    leeds: Leeds, mo: Membership, provider: Provider
) -> None:
    drain()
    provider.accounts.clear()
    resent(leeds, mo)
    assert letters() == [NEW, NEW]
    assert "mo.khan@nhs.net" in provider.accounts


def test_a_provider_that_is_down_delays_the_letter_and_loses_nothing(
    mo: Membership, provider: Provider, time_machine: TimeMachineFixture
) -> None:
    provider.down()
    waits = []
    for _ in range(4):
        assert drain() == 1
        call = mo.identity_calls.get()
        assert (call.state, call.last_error) == ("waiting", "no answer")
        waits.append(call.next_attempt_at - timezone.now())
        assert drain() == 0, "not before it is due"
        time_machine.shift(waits[-1])
    assert waits == sorted(waits)
    assert letters() == []
    assert sendings([mo])[mo.pk].waits_for_provider
    provider.up()
    drain()
    assert letters() == [NEW]
    assert sendings([mo])[mo.pk] == Sending()


def test_it_waits_as_long_as_the_provider_asks(mo: Membership, provider: Provider) -> None:
    provider.down(retry_after=900)
    drain()
    assert mo.identity_calls.get().next_attempt_at >= timezone.now() + timedelta(seconds=900)


def test_a_fault_that_only_an_operator_can_mend_ends_the_call_and_is_told(
    leeds: Leeds, mo: Membership, provider: Provider
) -> None:
    provider.down(permanent=True)
    with left_behind() as left:
        drain()
    assert mo.identity_calls.get().state == IdentityCall.State.FAILED
    assert left.events == ["account.identity_call_failed"]
    assert sendings([mo])[mo.pk].failed
    provider.up()
    resend_invitation(actor=leeds.priya.account, membership=mo)
    drain()
    assert letters() == [NEW]
    assert_whole()


def test_after_a_week_it_gives_up(
    mo: Membership, provider: Provider, time_machine: TimeMachineFixture
) -> None:
    provider.down()
    time_machine.shift(GIVE_UP_AFTER + timedelta(seconds=1))
    drain()
    assert mo.identity_calls.get().state == IdentityCall.State.FAILED


def invite_three(leeds: Leeds) -> None:
    for email in ("ann.poe@nhs.net", "ben.poe@nhs.net", "cat.poe@nhs.net"):
        details = replace(MO, email=email)
        invite_member(actor=leeds.priya.account, organisation=leeds.organisation, details=details)


def test_a_silent_provider_is_asked_once_and_then_left_alone_for_a_while(
    leeds: Leeds, provider: Provider, time_machine: TimeMachineFixture
) -> None:
    """The same worker sends the mail: it cannot wait for each of fifty people in turn."""
    invite_three(leeds)
    provider.down()
    assert drain() == 1
    assert drain() == 0
    time_machine.shift(REST)
    provider.up()
    assert drain() == 3
    assert letters() == [NEW] * 3


def test_a_provider_that_is_busy_is_left_alone_for_as_long_as_it_asks(
    leeds: Leeds, provider: Provider
) -> None:
    invite_three(leeds)
    provider.down(retry_after=900)
    drain()
    soon = timezone.now() + timedelta(seconds=899)
    assert not IdentityCall.objects.filter(next_attempt_at__lt=soon).exists()


def test_one_call_that_always_fails_delays_the_others_and_keeps_none_from_being_made(
    leeds: Leeds, mo: Membership, provider: Provider, time_machine: TimeMachineFixture
) -> None:
    def refuse_mo(_question: str) -> None:
        if provider.asking == mo.account.email:
            raise DirectoryError("no answer", permanent=False)

    provider.before = refuse_mo
    invite_three(leeds)
    assert drain() == 1
    time_machine.shift(REST)
    drain()
    time_machine.shift(REST)
    drain()
    assert letters() == [NEW] * 3
    assert mo.identity_calls.get().state == IdentityCall.State.WAITING


def test_a_fault_of_one_record_keeps_nobody_waiting(
    leeds: Leeds, mo: Membership, provider: Provider
) -> None:
    def refuse_mo(_question: str) -> None:
        if provider.asking == mo.account.email:
            raise DirectoryError("switched off", permanent=True)

    provider.before = refuse_mo
    invite_three(leeds)
    assert drain() == 4
    assert letters() == [NEW] * 3


@pytest.mark.parametrize("question", ["ensure", "resend", "status"])
def test_killed_between_the_answer_and_the_commit_the_next_worker_sends_the_right_letter(
    leeds: Leeds,
    mo: Membership,
    provider: Provider,
    time_machine: TimeMachineFixture,
    question: str,
) -> None:
    """The account was made, or the activation renewed, and nobody wrote it down."""
    if question != "ensure":
        drain()
        time_machine.shift(timedelta(days=8))
        resend_invitation(actor=leeds.priya.account, membership=mo)
    sent = len(letters())

    def die(asked: str) -> None:
        if asked == question:
            raise Killed

    provider.after = die
    with pytest.raises(Killed):
        drain()
    provider.up()
    assert len(letters()) == sent
    assert drain() == 0, "the lease has not run out"
    time_machine.shift(LEASE + timedelta(seconds=1))
    assert drain() == 1
    assert letters() == [NEW] * (sent + 1)
    assert len(provider.accounts) == 1
    assert_whole()


def test_an_activation_that_ran_out_unnoticed_is_renewed(
    leeds: Leeds, mo: Membership, provider: Provider, time_machine: TimeMachineFixture
) -> None:
    """The account was made, the worker died, the invitation was cancelled, and Mo added again."""

    def die(_question: str) -> None:
        raise Killed

    provider.after = die
    with pytest.raises(Killed):
        drain()
    provider.up()
    cancel_invitation(actor=leeds.priya.account, membership=mo)
    time_machine.shift(timedelta(days=10))
    invite_member(actor=leeds.priya.account, organisation=leeds.organisation, details=MO)
    drain()
    assert letters() == [NEW]
    assert provider.letters == ["mo.khan@nhs.net"] * 2
    assert fresh(mo).account.activation_expires_at == timezone.now() + timedelta(days=7)


def test_only_the_holder_of_the_lease_settles_a_call(mo: Membership, provider: Provider) -> None:
    """A worker that was away for longer than its lease finds that another has finished."""

    def taken_over(_question: str) -> None:
        provider.after = None
        IdentityCall.objects.update(lease_token=uuid4())

    provider.after = taken_over
    with left_behind() as left:
        drain()
    assert left.letters == []
    assert mo.identity_calls.get().state == IdentityCall.State.WAITING


@pytest.mark.parametrize("raises", [False, True])
def test_cancelled_while_the_provider_was_asked_sends_nothing(
    leeds: Leeds, mo: Membership, provider: Provider, *, raises: bool
) -> None:
    def cancel(_question: str) -> None:
        provider.after = None
        cancel_invitation(actor=leeds.priya.account, membership=mo)
        if raises:
            raise DirectoryError("no answer", permanent=True)

    provider.after = cancel
    drain()
    assert letters() == []
    assert mo.identity_calls.get().state == IdentityCall.State.DROPPED


def test_cancelled_before_is_not_asked_at_all(
    leeds: Leeds, mo: Membership, provider: Provider
) -> None:
    cancel_invitation(actor=leeds.priya.account, membership=mo)
    assert drain() == 0
    assert provider.asked == []


def test_somebody_who_got_in_first_needs_no_welcome(
    leeds: Leeds, mo: Membership, provider: Provider
) -> None:
    """The provider was down, but Mo had an account there and was told by his lead."""
    provider.hold("mo.khan@nhs.net", activated=True)
    Membership.objects.filter(pk=mo.pk).update(
        status="active", first_login_at=timezone.now(), clock_on=timezone.now().date()
    )
    drain()
    assert letters() == []
    deactivate_member(actor=leeds.priya.account, membership=mo)
    assert drain() == 0


def test_no_call_is_made_inside_a_transaction(
    mo: Membership, provider: Provider, settings: Any
) -> None:
    outside = len(connection.savepoint_ids)
    depths = []

    def look(_question: str) -> None:
        depths.append(len(connection.savepoint_ids))

    provider.before = provider.after = look
    drain()
    assert set(depths) == {outside}


def test_it_makes_no_more_than_it_was_asked_to(leeds: Leeds, provider: Provider) -> None:
    for number in range(3):
        invite_member(
            actor=leeds.priya.account,
            organisation=leeds.organisation,
            details=replace(MO, email=f"mo{number}@nhs.net"),
        )
    assert drain(limit=2) == 2
    assert drain(limit=2) == 1


def test_the_sweep_finds_it() -> None:
    assert drain in [import_string(path) for path in django_settings.DRAINS]


def test_without_a_provider_everybody_is_told_to_log_in(leeds: Leeds) -> None:
    row = invite_member(actor=leeds.priya.account, organisation=leeds.organisation, details=MO)
    drain()
    assert letters() == [KNOWN]
    assert fresh(row).account.activation_expires_at is None


class TestLookingUp:
    def test_it_asks_and_changes_nothing(self, db: None, provider: Provider) -> None:
        assert look_up("mo.khan@nhs.net", timeout=2) == ActivationState.MISSING
        provider.hold("mo.khan@nhs.net", activated=False)
        assert look_up("mo.khan@nhs.net", timeout=2) == ActivationState.PENDING
        provider.activate("mo.khan@nhs.net")
        assert look_up("MO.KHAN@nhs.net", timeout=2) == ActivationState.ACTIVE
        assert set(provider.asked) == {"status"}

    def test_no_answer_is_an_answer(self, db: None, provider: Provider) -> None:
        provider.down()
        assert look_up("mo.khan@nhs.net", timeout=2) == ActivationState.UNKNOWN

    def test_without_a_provider_nobody_is_asked(self, db: None) -> None:
        assert look_up("mo.khan@nhs.net", timeout=2) == ActivationState.ACTIVE


def test_states_are_read_for_a_whole_page_at_once(
    leeds: Leeds, provider: Provider, django_assert_num_queries: Any
) -> None:
    rows = [member(leeds.organisation, f"Ann Poe{n}", status="invited") for n in range(20)]
    for some in (rows[:1], rows):
        with django_assert_num_queries(3):
            assert set(sendings(some)) == {row.pk for row in some}
    assert Account.objects.filter(identity_state=IdentityState.PENDING).count() == 0
