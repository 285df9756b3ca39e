"""What the Okta directory makes of people in each state, and of work that was broken off."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from ravs.integrations.identity.okta.account import OktaAccount
from ravs.integrations.identity.okta.directory import OktaDirectory
from ravs.integrations.identity.okta.people import CONDITIONS
from ravs.integrations.identity.port import (
    ActivationState,
    Condition,
    DirectoryError,
    Ensured,
    Found,
    Resent,
)
from tests.okta import org
from tests.okta.twin import API_TOKEN, BREAKS_OFF, Mood, Twin, okta
from tests.okta.world import APP_ID, GROUP_ID, by_token

pytestmark = pytest.mark.once

MO = "Mo.Khan@leeds.nhs.uk"
OTHER_LOGIN = "mkhan7@leeds-staff.local"
PUBLIC_ID = UUID("0190163d-8694-739b-aea5-966c26f8ad91")

EXISTING, NEW, PENDING = Found.EXISTING, Found.NEW, Found.PENDING


@pytest.fixture
def twin() -> Iterator[Twin]:
    with okta() as running:
        yield running


def ensure(twin: Twin, account: OktaAccount | None = None, **changed: Any) -> Ensured:
    person = {"email": MO, "first_name": "Mohammed", "last_name": "Khan"} | changed
    return OktaDirectory(account or by_token(twin)).ensure_account(external_id=PUBLIC_ID, **person)


def resend(twin: Twin) -> Resent:
    return OktaDirectory(by_token(twin)).resend_activation(email=MO, external_id=PUBLIC_ID)


def refusal(call: Any, *args: Any, **how: Any) -> DirectoryError:
    with pytest.raises(DirectoryError) as caught:
        call(*args, **how)
    return caught.value


def mails(twin: Twin) -> int:
    return twin.org.mails[MO.casefold()]


class TestTheQuestion:
    def test_somebody_new_is_made_invited_and_let_in(self, twin: Twin) -> None:
        ensure(twin)
        by_login, search, creation, assignment = twin.asked
        assert (by_login.method, by_login.path) == ("GET", "/api/v1/users/Mo.Khan%40leeds.nhs.uk")
        assert search.query == {
            "search": f'profile.login eq "{MO}" or profile.email eq "{MO}"',
        }
        assert (creation.method, creation.path) == ("POST", "/api/v1/users")
        assert creation.query == {"activate": "true"}
        assert creation.json == {
            "profile": {"firstName": "Mohammed", "lastName": "Khan", "email": MO, "login": MO}
        }
        [person] = twin.org.people.values()
        assert assignment.path == f"/api/v1/apps/{APP_ID}/users"
        assert assignment.json == {"id": person.id, "scope": "USER"}
        assert {a.headers["authorization"] for a in twin.asked} == {f"SSWS {API_TOKEN}"}
        assert mails(twin) == 1

    def test_a_group_is_joined_in_the_same_breath(self, twin: Twin) -> None:
        ensure(twin, by_token(twin, group=True))
        [person] = twin.org.people.values()
        assert twin.org.groups[GROUP_ID] == {person.id}
        assert twin.requests("POST")[0].json["groupIds"] == [GROUP_ID]
        assert len(twin.requests("PUT")) == 0

    def test_our_id_stands_where_the_operator_made_room_for_it(self, twin: Twin) -> None:
        twin.org.attributes.add("ravsId")
        ensure(twin, by_token(twin, attribute="ravsId"))
        [person] = twin.org.people.values()
        assert person.profile["ravsId"] == str(PUBLIC_ID)

    def test_names_are_as_long_as_okta_takes_them(self, twin: Twin) -> None:
        ensure(twin, first_name="M" * 80, last_name="K" * 80)
        [person] = twin.org.people.values()
        assert len(person.profile["firstName"]) == len(person.profile["lastName"]) == 50

    @pytest.mark.parametrize("address", ["me", "", "mo.khan", "mo\n@leeds.nhs.uk", "\ud800@x.uk"])
    def test_what_is_no_login_is_not_asked_for(self, twin: Twin, address: str) -> None:
        """Okta takes ids, short names and ``me`` in its place, and nothing for everybody."""
        twin.org.hold("mo.khan@nhs.net")
        directory = OktaDirectory(by_token(twin))
        assert directory.status(email=address).state == ActivationState.MISSING
        assert refusal(ensure, twin, email=address).permanent
        assert twin.asked == []

    def test_an_app_that_is_not_there_is_said_so(self, twin: Twin) -> None:
        twin.org.apps.clear()
        said = refusal(ensure, twin)
        assert said.permanent
        assert "localhost answered 404 (E0000007)" in str(said)
        assert "application or group" in str(said)

    def test_a_group_that_is_not_there_is_said_so(self, twin: Twin) -> None:
        twin.org.hold(MO)
        twin.org.groups.clear()
        assert "application or group" in str(refusal(ensure, twin, by_token(twin, group=True)))


STATES: dict[str, tuple[Found | None, Resent | None, Condition, int]] = {
    org.STAGED: (NEW, Resent.SENT, Condition.WAITING, 1),
    org.PROVISIONED: (PENDING, Resent.SENT, Condition.PENDING, 0),
    org.ACTIVE: (EXISTING, Resent.NOT_NEEDED, Condition.UNASSIGNED, 0),
    org.RECOVERY: (EXISTING, Resent.NOT_NEEDED, Condition.RECOVERING, 0),
    org.PASSWORD_EXPIRED: (EXISTING, Resent.NOT_NEEDED, Condition.PASSWORD_EXPIRED, 0),
    org.LOCKED_OUT: (EXISTING, Resent.NOT_NEEDED, Condition.LOCKED, 0),
    org.SUSPENDED: (None, None, Condition.SUSPENDED, 0),
    org.DEPROVISIONED: (None, None, Condition.CLOSED, 0),
}
"""By Okta's state: what adding the person answers, what sending again answers (``None``: fails
for good), how the account stands, and how many activation e-mails adding them causes."""


class TestEveryState:
    def test_the_tables_know_all_of_them(self) -> None:
        assert set(STATES) == set(CONDITIONS) == set(org.STATES)

    @pytest.mark.parametrize("state", STATES)
    def test_adding_somebody(self, twin: Twin, state: str) -> None:
        found, _, _, sent = STATES[state]
        person = twin.org.hold(MO, state)
        if found is None:
            assert refusal(ensure, twin).permanent
        else:
            assert ensure(twin).found == found
        assert (person.id in twin.org.apps[APP_ID]) is (found is not None)
        assert mails(twin) == sent
        assert person.status == (org.PROVISIONED if state == org.STAGED else state)

    @pytest.mark.parametrize("state", STATES)
    def test_sending_again(self, twin: Twin, state: str) -> None:
        resent = STATES[state][1]
        person = twin.org.hold(MO, state)
        if resent is None:
            assert refusal(resend, twin).permanent
        else:
            assert resend(twin) == resent
        assert mails(twin) == (resent == Resent.SENT)
        assert person.status == (org.PROVISIONED if state == org.STAGED else state)

    @pytest.mark.parametrize("state", STATES)
    def test_looking_somebody_up(self, twin: Twin, state: str) -> None:
        twin.org.hold(MO, state)
        before = twin.org.at(MO)
        status = OktaDirectory(by_token(twin)).status(email=MO)
        assert status.condition == STATES[state][2]
        assert twin.org.at(MO) == before
        assert {asked.method for asked in twin.asked} == {"GET"}

    def test_a_state_that_okta_invents_later_is_nobodys_guess(self, twin: Twin) -> None:
        twin.org.hold(MO, "HIBERNATING")
        assert refusal(ensure, twin).permanent
        status = OktaDirectory(by_token(twin)).status(email=MO)
        assert (status.state, status.condition) == (ActivationState.UNKNOWN, Condition.UNTOLD)

    def test_nothing_is_asked_of_an_account_that_okta_is_still_changing(self, twin: Twin) -> None:
        twin.org.activates_at_once = False
        ensure(twin)
        assert not refusal(ensure, twin).permanent
        assert not refusal(resend, twin).permanent
        twin.org.finish()
        assert ensure(twin).found == PENDING
        assert mails(twin) == 1

    def test_there_is_nobody_to_send_anything_to(self, twin: Twin) -> None:
        assert not refusal(resend, twin).permanent


class TestWhoMayComeIn:
    @pytest.mark.parametrize("group", [False, True])
    def test_an_account_that_is_let_in_works(self, twin: Twin, group: bool) -> None:
        account = by_token(twin, group=group)
        twin.page = 1
        person = twin.org.hold(MO)
        twin.org.groups["00gEverybody"] = {person.id}
        assert OktaDirectory(account).status(email=MO).condition == Condition.UNASSIGNED
        ensure(twin, account)
        ensure(twin, account)
        assert OktaDirectory(account).status(email=MO).condition == Condition.WORKING

    @pytest.mark.parametrize("status", [403, 500])
    def test_nothing_is_claimed_when_that_cannot_be_read(self, twin: Twin, status: int) -> None:
        twin.org.hold(MO)
        twin.be(Mood(status=status), path="/apps/")
        assert OktaDirectory(by_token(twin)).status(email=MO).condition == Condition.WORKING


class TestWhoIsMeant:
    def test_an_account_with_another_login_is_found_by_its_e_mail(self, twin: Twin) -> None:
        person = twin.org.hold(MO, login=OTHER_LOGIN)
        assert ensure(twin).found == EXISTING
        assert person.id in twin.org.apps[APP_ID]
        assert len(twin.org.people) == 1

    def test_an_index_that_lags_behind_hides_nobody_who_logs_in_with_the_address(
        self, twin: Twin
    ) -> None:
        twin.org.indexes_at_once = False
        ensure(twin)
        assert ensure(twin).found == PENDING
        assert len(twin.org.people) == 1

    def test_what_an_index_says_of_a_state_is_not_believed(self, twin: Twin) -> None:
        twin.org.hold(MO, login=OTHER_LOGIN)
        twin.org.indexes_at_once = False
        twin.org.put(OTHER_LOGIN, org.SUSPENDED)
        assert OktaDirectory(by_token(twin)).status(email=MO).condition == Condition.SUSPENDED

    def test_an_index_may_name_somebody_who_is_gone(self, twin: Twin) -> None:
        person = twin.org.hold(MO, login=OTHER_LOGIN)
        twin.org.indexes_at_once = False
        twin.org.delete(person)
        twin.org.delete(person)
        assert ensure(twin).found == NEW

    def test_a_shared_mailbox_opens_the_service_to_nobody(self, twin: Twin) -> None:
        for login in (OTHER_LOGIN, "akhan@leeds-staff.local"):
            twin.org.hold(MO, login=login)
        assert "several people" in str(refusal(ensure, twin))
        assert twin.org.apps[APP_ID] == set()

    def test_an_account_in_use_comes_before_those_that_were_given_up(self, twin: Twin) -> None:
        twin.org.hold(MO, org.DEPROVISIONED, login=OTHER_LOGIN)
        used = twin.org.hold(MO, login="akhan@leeds-staff.local")
        assert ensure(twin).found == EXISTING
        assert twin.org.apps[APP_ID] == {used.id}

    def test_ours_comes_before_others_with_the_same_e_mail(self, twin: Twin) -> None:
        twin.org.attributes.add("ravsId")
        twin.org.hold(MO, login=OTHER_LOGIN)
        ours = twin.org.hold(MO, login="akhan@leeds-staff.local", ravsId=str(PUBLIC_ID))
        ensure(twin, by_token(twin, attribute="ravsId"))
        assert twin.org.apps[APP_ID] == {ours.id}


class TestABrokenCall:
    @pytest.mark.parametrize("request_number", [1, 2, 3, 4])
    @pytest.mark.parametrize("attribute", ["", "ravsId"])
    @pytest.mark.parametrize("mood", [BREAKS_OFF, Mood(status=503)])
    def test_the_next_call_finishes_what_is_missing(
        self, twin: Twin, request_number: int, attribute: str, mood: Mood
    ) -> None:
        """Of the four requests of somebody new, any one may fail, before or after its work."""
        twin.org.attributes.add("ravsId")
        account = by_token(twin, attribute=attribute)
        twin.be(Mood(), times=request_number - 1)
        twin.be(mood, times=1)
        assert not refusal(ensure, twin, account).permanent
        twin.be_kind()
        made_before = len(twin.org.people)
        found = ensure(twin, account).found
        assert found == (NEW if attribute or not made_before else PENDING)
        [person] = twin.org.people.values()
        assert person.status == org.PROVISIONED
        assert twin.org.apps[APP_ID] == {person.id}
        assert mails(twin) == 1

    def test_somebody_else_was_quicker(self, twin: Twin) -> None:
        """At first they do not show, by login or in the index; then the login is taken."""
        twin.org.indexes_at_once = False
        twin.org.hold(MO, org.PROVISIONED)
        twin.be(Mood(status=404), method="GET", times=1)
        assert ensure(twin).found == PENDING
        assert len(twin.org.people) == 1

    def test_somebody_else_was_quicker_but_does_not_show_yet(self, twin: Twin) -> None:
        twin.org.indexes_at_once = False
        twin.org.hold(MO, org.PROVISIONED)
        twin.be(Mood(status=404), path="/users/")
        assert not refusal(ensure, twin).permanent

    def test_details_that_okta_does_not_take_fail_for_good(self, twin: Twin) -> None:
        account = by_token(twin, attribute="nobodyMadeThis")
        said = refusal(ensure, twin, account)
        assert said.permanent
        assert str(said).startswith("localhost answered 400 (E0000001): ")

    def test_an_account_activated_meanwhile_needs_nothing(self, twin: Twin) -> None:
        """Between our question and our wish the person followed the link they had."""
        person = twin.org.hold(MO, org.PROVISIONED)
        twin.be(Mood(body=_as_it_was(person)), method="GET", times=1)
        twin.org.follow_activation(MO)
        assert resend(twin) == Resent.NOT_NEEDED
        assert mails(twin) == 0

    def test_an_account_suspended_meanwhile_stays_so(self, twin: Twin) -> None:
        person = twin.org.hold(MO, org.STAGED)
        twin.be(Mood(body=_as_it_was(person)), method="GET", times=1)
        twin.org.put(MO, org.SUSPENDED)
        assert refusal(resend, twin).permanent
        assert person.status == org.SUSPENDED


def _as_it_was(person: org.Person) -> bytes:
    return json.dumps(person.told()).encode()


class TestTheLink:
    def test_it_ends_after_as_many_days_as_the_operator_says(self, twin: Twin) -> None:
        account = OktaAccount(
            org_url=twin.url, api_token=API_TOKEN, app_id=APP_ID, activation_days=3
        )
        ends = ensure(twin, account).activation_expires_at
        assert ends is not None
        assert timedelta(days=2, hours=23) < ends - timezone.now() <= timedelta(days=3)

    def test_one_sent_again_is_known_to_whoever_had_it_sent(self, twin: Twin) -> None:
        """Okta tells only when the first was sent."""
        person = twin.org.hold(MO, org.PROVISIONED)
        person.activated = person.status_changed = "2026-01-05T08:00:00.000Z"
        directory = OktaDirectory(by_token(twin))
        first = directory.status(email=MO).activation_expires_at
        directory.resend_activation(email=MO, external_id=PUBLIC_ID)
        second = directory.status(email=MO).activation_expires_at
        assert first is not None
        assert second is not None
        assert first.isoformat() == "2026-01-12T08:00:00+00:00"
        assert second > timezone.now()
