"""The Okta directory before an Okta that refuses, limits, dawdles, lies or breaks off."""

import json
import logging
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
import time_machine
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st
from joserfc.jwk import RSAKey

from ravs.core import http
from ravs.core.tests.peer import Answer, peer
from ravs.integrations.identity.okta import rates, tokens
from ravs.integrations.identity.okta.account import OktaAccount
from ravs.integrations.identity.okta.directory import OktaDirectory
from ravs.integrations.identity.port import (
    AccountStatus,
    DirectoryError,
    Ensured,
    IdentityDirectory,
    Resent,
)
from tests.okta import org
from tests.okta.twin import API_TOKEN, GARBAGE, HALF, Mood, Twin, okta
from tests.okta.world import APP_ID, CLIENT_ID, by_service_app, by_token

pytestmark = pytest.mark.once

MO = "Mo.Khan@leeds.nhs.uk"
PUBLIC_ID = UUID("0190163d-8694-739b-aea5-966c26f8ad91")

Call = Callable[[IdentityDirectory], object]
CALLS: dict[str, Call] = {
    "ensure": lambda directory: directory.ensure_account(
        email=MO, first_name="Mohammed", last_name="Khan", external_id=PUBLIC_ID
    ),
    "resend": lambda directory: directory.resend_activation(email=MO, external_id=PUBLIC_ID),
    "status": lambda directory: directory.status(email=MO, timeout=5),
}
EVERY_CALL = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())


@pytest.fixture
def twin() -> Iterator[Twin]:
    with okta() as running:
        yield running


def failing(
    twin: Twin, call: Call = CALLS["status"], account: OktaAccount | None = None
) -> DirectoryError:
    with pytest.raises(DirectoryError) as caught:
        call(OktaDirectory(account or by_token(twin)))
    return caught.value


class TestRefusals:
    @EVERY_CALL
    @pytest.mark.parametrize(
        ("status", "permanent", "hint"),
        [
            (302, True, ""),
            (400, True, ""),
            (401, True, "does not accept the token"),
            (403, True, "lacks a right or a scope"),
            (408, False, ""),
            (409, False, ""),
            (429, False, ""),
            (500, False, ""),
            (502, False, ""),
            (503, False, ""),
            (504, False, ""),
            (418, True, ""),
            (419, True, ""),
            (520, False, ""),
            (599, False, ""),
        ],
    )
    def test_it_tells_what_passes_from_what_an_operator_must_mend(
        self, twin: Twin, call: Call, status: int, permanent: bool, hint: str
    ) -> None:
        twin.be(Mood(status=status))
        said = failing(twin, call)
        assert said.permanent is permanent
        assert str(said).startswith(f"localhost answered {status}")
        assert hint in str(said)

    @EVERY_CALL
    @pytest.mark.parametrize(
        "mood",
        [
            pytest.param(GARBAGE, id="a web page"),
            pytest.param(HALF, id="half an answer"),
            pytest.param(Mood(body=b""), id="nothing"),
            pytest.param(Mood(body=b"[]"), id="a list"),
            pytest.param(Mood(body=b'"hello"'), id="a text"),
            pytest.param(Mood(body=b"{}"), id="an empty object"),
            pytest.param(Mood(body=b"[" * 100_000), id="without bottom"),
            pytest.param(Mood(body=b'{"id":' + b"9" * 10_000 + b"}"), id="a number without end"),
            pytest.param(Mood(body=b"\xff\xfe{"), id="no text"),
            pytest.param(
                Mood(body=b"{}", headers={"Content-Encoding": "gzip"}), id="not what it says"
            ),
        ],
    )
    def test_nonsense_is_a_failure_that_may_pass(self, twin: Twin, call: Call, mood: Mood) -> None:
        twin.org.hold(MO, org.PROVISIONED)
        twin.be(mood)
        assert not failing(twin, call).permanent

    @pytest.mark.parametrize(
        "half",
        [
            {"id": "00u1", "status": "ACTIVE"},
            {"id": "00u1", "profile": {"login": MO}},
            {"status": "ACTIVE", "profile": {"login": MO}},
            {"id": "00u1", "status": 7, "profile": {"login": MO}},
            {"id": "00u1", "status": "ACTIVE", "profile": {"login": None}},
            {"id": "00u1", "status": "ACTIVE", "profile": []},
        ],
    )
    def test_half_a_person_is_nobody(self, twin: Twin, half: dict[str, Any]) -> None:
        twin.org.hold(MO)
        twin.be(Mood(body=json.dumps(half).encode()))
        assert not failing(twin).permanent

    def test_a_list_that_leads_elsewhere_is_not_followed(self, twin: Twin) -> None:
        onward = {"Link": '<https://elsewhere.example/api/v1/users?after=1>; rel="next"'}
        twin.be(Mood(headers=onward), path="/users$")
        assert OktaDirectory(by_token(twin)).status(email=MO).state == "missing"
        assert len(twin.asked) == 2

    def test_a_list_without_end_is_left(self, twin: Twin) -> None:
        onward = {"Link": f'<{twin.url}/api/v1/users?search=id%20pr>; rel="next"'}
        twin.be(Mood(headers=onward), path="/users$")
        assert not failing(twin).permanent
        assert len(twin.asked) < 20

    @pytest.mark.parametrize(
        ("address", "permanent"), [("http://localhost:1", False), ("http://192.0.2.7", True)]
    )
    def test_an_address_where_nobody_is(self, address: str, permanent: bool) -> None:
        account = OktaAccount(org_url=address, api_token=API_TOKEN, app_id=APP_ID)
        with pytest.raises(DirectoryError) as caught:
            OktaDirectory(account).status(email=MO, timeout=5)
        assert caught.value.permanent is permanent


class TestTime:
    @pytest.mark.parametrize("mood", [Mood(before=120), Mood(drip=0.05)])
    def test_a_slow_okta_is_left_behind(self, twin: Twin, mood: Mood) -> None:
        twin.org.hold(MO)
        twin.be(mood)
        begun = time.monotonic()
        with pytest.raises(DirectoryError) as caught:
            OktaDirectory(by_token(twin)).status(email=MO, timeout=0.3)
        assert time.monotonic() - begun < 60
        assert not caught.value.permanent

    def test_nothing_is_begun_when_the_time_is_up(
        self, twin: Twin, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whoever asked has gone: an account must not be made behind their back."""
        monkeypatch.setattr("ravs.integrations.identity.okta.directory.OVERALL_SECONDS", 0.0)
        assert not failing(twin, CALLS["ensure"]).permanent
        assert twin.asked == []


class TestRates:
    @EVERY_CALL
    def test_it_waits_until_the_rate_begins_anew(self, twin: Twin, call: Call) -> None:
        headers = {"X-Rate-Limit-Reset": str(int(time.time()) + 3000)}
        twin.be(Mood(status=429, headers=headers))
        said = failing(twin, call)
        assert not said.permanent
        assert 2000 < (said.retry_after or 0) <= 3000

    def test_it_counts_by_the_clock_of_okta(self) -> None:
        """Ours may be an hour wrong; the answer says what time it is there."""
        headers = {"Date": "Mon, 23 Nov 2026 10:00:00 GMT", "X-Rate-Limit-Reset": "1795428045"}
        assert rates.until_reset(http.Response(429, headers=headers)) == 45.0

    @pytest.mark.parametrize(
        ("headers", "wait"),
        [
            ({}, 60.0),
            ({"X-Rate-Limit-Reset": "soon"}, 60.0),
            ({"X-Rate-Limit-Reset": "9" * 40}, 60.0),
            ({"X-Rate-Limit-Reset": "0"}, 1.0),
            ({"X-Rate-Limit-Reset": "99999999999"}, 86400.0),
            ({"Retry-After": "30", "X-Rate-Limit-Reset": "0"}, 30.0),
        ],
    )
    def test_odd_headers_lead_to_no_odd_wait(
        self, twin: Twin, headers: dict[str, str], wait: float
    ) -> None:
        twin.be(Mood(status=429, headers=headers))
        assert failing(twin).retry_after == wait

    def test_a_request_that_okta_said_it_would_refuse_is_not_made(self, twin: Twin) -> None:
        """Sixty people are added at once; Okta takes two of them a minute."""
        twin.rates["POST", "/api/v1/users"] = 2
        directory = OktaDirectory(by_token(twin))

        def add(number: int) -> Ensured:
            return directory.ensure_account(
                email=f"nurse{number}@nhs.net",
                first_name="A",
                last_name="Nurse",
                external_id=PUBLIC_ID,
            )

        with time_machine.travel("2026-11-23 10:00:10+00:00", tick=False):
            add(1)
            add(2)
            for number in (3, 4):
                with pytest.raises(DirectoryError) as caught:
                    add(number)
                assert not caught.value.permanent
                assert 0 < (caught.value.retry_after or 0) <= 60
        assert len(twin.requests("POST", "/users$")) == 2 + len(twin.requests("POST", "/apps/"))
        with time_machine.travel("2026-11-23 10:01:10+00:00", tick=False):
            add(3)
        assert len(twin.org.people) == 3


class TestServiceApps:
    @pytest.fixture(autouse=True)
    def no_tokens(self) -> None:
        tokens._granted.clear()

    def test_one_token_serves_many_calls(self, twin: Twin) -> None:
        account = by_service_app(twin, group=False)
        for _ in range(3):
            OktaDirectory(account).status(email=MO)
        assert len(twin.service_apps.assertions) == 1
        assert twin.requests("POST", "/oauth2/v1/token")[0].headers["content-type"] == (
            "application/x-www-form-urlencoded"
        )

    def test_a_token_is_renewed_shortly_before_its_end(self, twin: Twin) -> None:
        account = by_service_app(twin)
        with time_machine.travel("2026-11-23 10:00:00+00:00", tick=False):
            OktaDirectory(account).status(email=MO)
        with time_machine.travel("2026-11-23 10:58:59+00:00", tick=False):
            OktaDirectory(account).status(email=MO)
        assert len(twin.service_apps.assertions) == 1
        with time_machine.travel("2026-11-23 10:59:01+00:00", tick=False):
            OktaDirectory(account).status(email=MO)
        assert len(twin.service_apps.assertions) == 2

    def test_a_token_taken_back_is_asked_for_anew(self, twin: Twin) -> None:
        account = by_service_app(twin)
        OktaDirectory(account).status(email=MO)
        twin.service_apps.revoke_all()
        assert OktaDirectory(account).status(email=MO).state == "missing"
        assert len(twin.service_apps.assertions) == 2

    def test_a_token_that_is_never_accepted_is_asked_for_twice_at_most(self, twin: Twin) -> None:
        account = by_service_app(twin)
        twin.be(Mood(status=401), path="/api/v1/")
        assert failing(twin, account=account).permanent
        assert len(twin.service_apps.assertions) == 2

    def test_a_key_that_okta_does_not_know_is_said_so(self, twin: Twin) -> None:
        by_service_app(twin)
        other = RSAKey.generate_key(2048, {"kid": "of-the-service-app"})
        account = OktaAccount(
            org_url=twin.url, client_id=CLIENT_ID, private_key=other, app_id=APP_ID
        )
        said = failing(twin, account=account)
        assert said.permanent
        assert "does not accept the key" in str(said)

    def test_scopes_that_were_not_granted_are_said_so(self, twin: Twin) -> None:
        account = by_service_app(twin)
        twin.service_apps.apps[CLIENT_ID].scopes = {"okta.users.read"}
        said = failing(twin, account=account)
        assert said.permanent
        assert "scopes" in str(said)

    @pytest.mark.parametrize(
        "body",
        [
            b"<html>",
            b"{}",
            b'{"access_token": "x"}',
            b'{"access_token": "", "expires_in": 3600}',
            b'{"access_token": "a\\nb", "expires_in": 3600}',
            b'{"access_token": "x", "expires_in": "soon"}',
            b'{"access_token": "x", "expires_in": true}',
        ],
    )
    def test_an_odd_token_is_a_failure_that_may_pass(self, twin: Twin, body: bytes) -> None:
        account = by_service_app(twin)
        twin.be(Mood(body=body), path="/token")
        assert not failing(twin, account=account).permanent

    def test_the_token_endpoint_has_rates_of_its_own(self, twin: Twin) -> None:
        headers = {"X-Rate-Limit-Reset": str(int(time.time()) + 3000)}
        twin.be(Mood(status=429, headers=headers), path="/token")
        said = failing(twin, account=by_service_app(twin))
        assert not said.permanent
        assert 2000 < (said.retry_after or 0) <= 3000

    def test_an_outage_of_the_token_endpoint_passes(self, twin: Twin) -> None:
        account = by_service_app(twin)
        twin.be(Mood(status=503), path="/token", times=1)
        assert not failing(twin, account=account).permanent
        assert OktaDirectory(account).status(email=MO).state == "missing"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=12), inner, max_size=4)
        | st.fixed_dictionaries(
            {},
            optional={
                "id": st.just("00u1") | st.just("../x") | inner,
                "status": st.sampled_from([*org.STATES, "ODD"]) | inner,
                "profile": st.fixed_dictionaries({"login": st.just(MO), "email": inner}) | inner,
                "activated": st.just("2026-06-08T09:00:00.000Z") | inner,
                "transitioningToStatus": inner,
                "errorCode": st.just("E0000001") | inner,
                "access_token": inner,
                "expires_in": inner,
            },
        )
    ),
    max_leaves=15,
)


@given(payload=ANYTHING, status=st.sampled_from([200, 201, 204, 400, 403, 404, 409, 500]))
@tries(max_examples=120, deadline=None)
def test_no_answer_whatever_breaks_more_than_the_call(payload: Any, status: int) -> None:
    answer = Answer.scim(payload, status=status)
    with peer(lambda _asked: answer) as other:
        account = OktaAccount(org_url=other.url, api_token=API_TOKEN, app_id=APP_ID)
        for call in CALLS.values():
            assert isinstance(_said(call, account), AccountStatus | Ensured | Resent | str)


def _said(call: Call, account: OktaAccount) -> object:
    try:
        return call(OktaDirectory(account))
    except DirectoryError as error:
        return str(error)


class TestSecrets:
    """Neither tokens nor assertions nor people's addresses leave by the back door."""

    @pytest.mark.parametrize(
        "mood",
        [
            Mood(),
            Mood(status=400),
            Mood(status=401),
            Mood(status=403),
            Mood(status=429),
            Mood(status=503),
            GARBAGE,
            HALF,
            Mood(before=9),
        ],
    )
    @pytest.mark.parametrize("service_app", [False, True])
    @pytest.mark.parametrize("path", ["/api/v1/", "/oauth2/"])
    def test_nothing_that_went_wrong_tells_them(
        self,
        twin: Twin,
        caplog: pytest.LogCaptureFixture,
        mood: Mood,
        service_app: bool,
        path: str,
    ) -> None:
        tokens._granted.clear()
        account = by_service_app(twin) if service_app else by_token(twin)
        twin.be(mood, path=path)
        told = ""
        with caplog.at_level(logging.DEBUG):
            try:
                OktaDirectory(account).status(email=MO, timeout=0.5)
            except DirectoryError as error:
                told = "".join(traceback.format_exception(error)) + repr(error)
                told += repr(error.__cause__)
        told += caplog.text
        secrets = [API_TOKEN, *twin.service_apps.given, *twin.service_apps.assertions]
        assert not [secret for secret in secrets if secret in told]
        assert MO not in told

    def test_a_token_that_cannot_stand_in_a_header_is_not_told_either(self, twin: Twin) -> None:
        for broken in (f"{API_TOKEN}\n{API_TOKEN}", f"{API_TOKEN}é"):
            account = OktaAccount(org_url=twin.url, api_token=broken, app_id=APP_ID)
            said = failing(twin, account=account)
            assert said.permanent
            assert API_TOKEN not in "".join(traceback.format_exception(said))
