"""The twin is worth what it shares with Okta's documentation: states, errors, lists, tokens."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from ravs.core import http
from ravs.core.ids import new_id
from ravs.integrations.identity.okta import tokens
from tests.okta.apps import ASSERTION_TYPE
from tests.okta.org import STATES
from tests.okta.twin import API_TOKEN, Twin, okta
from tests.okta.world import CLIENT_ID, SERVICE_APP_SCOPES, service_app_key

pytestmark = pytest.mark.once

MO = "mo.khan@leeds.nhs.uk"
PROFILE = {"firstName": "Mo", "lastName": "Khan", "email": MO, "login": MO}


@pytest.fixture(scope="module")
def running() -> Iterator[Twin]:
    with okta() as twin:
        yield twin


@pytest.fixture
def twin(running: Twin) -> Twin:
    url = running.url
    running.__init__()  # type: ignore[misc]
    running.url = url
    return running


def ask(twin: Twin, method: str, path: str, token: str = f"SSWS {API_TOKEN}", **how: Any) -> Any:
    with http.client(headers={"Authorization": token}) as door:
        return door.request(method, f"{twin.url}{path}", **how)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["errorCode"]


ALLOWED = {
    "activate": {"STAGED": "PROVISIONED", "DEPROVISIONED": "PROVISIONED"},
    "reactivate": {"PROVISIONED": "PROVISIONED", "RECOVERY": "RECOVERY"},
    "suspend": {"ACTIVE": "SUSPENDED"},
    "unsuspend": {"SUSPENDED": "ACTIVE"},
    "unlock": {"LOCKED_OUT": "ACTIVE"},
    "deactivate": {s: "DEPROVISIONED" for s in STATES if s != "DEPROVISIONED"},
    "expire_password": {"ACTIVE": "PASSWORD_EXPIRED", "RECOVERY": "PASSWORD_EXPIRED"},
    "reset_password": dict.fromkeys(
        ("PROVISIONED", "ACTIVE", "RECOVERY", "PASSWORD_EXPIRED", "LOCKED_OUT"), "RECOVERY"
    ),
}
"""From which states each operation leads where; from any other it is refused."""


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", ALLOWED)
def test_a_change_of_state_is_made_or_refused(twin: Twin, verb: str, state: str) -> None:
    person = twin.org.hold(MO, state)
    answer = ask(twin, "POST", f"/api/v1/users/{person.id}/lifecycle/{verb}")
    assert answer.is_success is (state in ALLOWED[verb])
    assert person.status == ALLOWED[verb].get(state, state)


def test_only_activations_send_a_mail_and_only_if_asked_to(twin: Twin) -> None:
    person = twin.org.hold(MO, "STAGED")
    for verb, send in (("activate", "false"), ("reactivate", "true"), ("reactivate", "false")):
        path = f"/api/v1/users/{person.id}/lifecycle/{verb}?sendEmail={send}"
        assert ask(twin, "POST", path).status_code == 200
    assert twin.org.mails[MO] == 1


def test_a_login_is_one_persons_in_any_case_and_any_state(twin: Twin) -> None:
    twin.org.hold(MO.upper(), "DEPROVISIONED")
    answer = ask(twin, "POST", "/api/v1/users", json={"profile": PROFILE})
    assert code(answer) == (400, "E0000001")
    assert "already exists" in answer.text


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, 200),
        ({"firstName": ""}, 400),
        ({"login": "mo"}, 400),
        ({"lastName": "K" * 51}, 400),
        ({"shoeSize": 9}, 400),
    ],
)
def test_a_profile_is_checked(twin: Twin, change: dict[str, Any], status: int) -> None:
    answer = ask(twin, "POST", "/api/v1/users", json={"profile": PROFILE | change})
    assert answer.status_code == status


@pytest.mark.parametrize(("activate", "status"), [("true", "PROVISIONED"), ("false", "STAGED")])
def test_somebody_made_waits_for_activation(twin: Twin, activate: str, status: str) -> None:
    path = f"/api/v1/users?activate={activate}"
    assert ask(twin, "POST", path, json={"profile": PROFILE}).json()["status"] == status
    assert twin.org.mails[MO] == (status == "PROVISIONED")


def test_somebody_is_found_by_id_login_and_short_name(twin: Twin) -> None:
    person = twin.org.hold(MO)
    for key in (person.id, MO, MO.upper(), "mo.khan"):
        assert ask(twin, "GET", f"/api/v1/users/{key}").json()["id"] == person.id
    assert code(ask(twin, "GET", "/api/v1/users/nobody@nhs.net")) == (404, "E0000007")


def test_a_search_reads_an_index_and_a_filter_the_truth(twin: Twin) -> None:
    twin.org.indexes_at_once = False
    twin.org.hold(MO)
    path, question = "/api/v1/users", f'profile.email eq "{MO}"'
    assert ask(twin, "GET", path, params={"search": question}).json() == []
    assert len(ask(twin, "GET", path, params={"filter": question}).json()) == 1
    twin.org.finish()
    assert len(ask(twin, "GET", path, params={"search": question}).json()) == 1


def test_lists_have_pages_and_leave_out_those_who_are_gone(twin: Twin) -> None:
    twin.org.hold("gone@nhs.net", "DEPROVISIONED")
    for number in range(5):
        twin.org.hold(f"nurse{number}@nhs.net")
    seen, path = [], "/api/v1/users?limit=2"
    while path:
        answer = ask(twin, "GET", path)
        seen += [person["profile"]["login"] for person in answer.json()]
        path = answer.links.get("next", {}).get("url", "").removeprefix(twin.url)
    assert seen == [f"nurse{number}@nhs.net" for number in range(5)]


def test_rates_are_counted_and_told(twin: Twin) -> None:
    twin.rates["GET", "/api/v1/users/*"] = 2
    answers = [ask(twin, "GET", f"/api/v1/users/{who}@nhs.net") for who in "abc"]
    left = [answer.headers["x-rate-limit-remaining"] for answer in answers]
    if left == ["1", "0", "0"]:  # unless a minute ended between
        assert code(answers[-1]) == (429, "E0000047")
    assert int(answers[-1].headers["x-rate-limit-reset"]) > time.time()


@pytest.mark.parametrize("token", ["", "SSWS wrong", "Bearer wrong", f"Bearer {API_TOKEN}"])
def test_nobody_comes_in_without_a_token(twin: Twin, token: str) -> None:
    assert code(ask(twin, "GET", "/api/v1/users", token=token)) == (401, "E0000011")


class TestTokens:
    def give(self, twin: Twin, scope: str = SERVICE_APP_SCOPES, **changed: Any) -> Any:
        twin.service_apps.register(CLIENT_ID, service_app_key(), SERVICE_APP_SCOPES)
        address = f"{twin.url}/oauth2/v1/token"
        assertion = tokens.assertion(CLIENT_ID, address, service_app_key())
        if changed:
            now = int(time.time())
            honest = {"iss": CLIENT_ID, "sub": CLIENT_ID, "aud": address, "exp": now + 60}
            key = changed.pop("key", service_app_key())
            header = {"alg": "RS256", "kid": key.kid}
            assertion = jwt.encode(header, honest | {"jti": new_id().hex} | changed, key)
        form = {
            "grant_type": "client_credentials",
            "scope": scope,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion,
        }
        with http.client() as door:
            first = door.post(address, data=form)
            self.again = door.post(address, data=form)
        return first

    def test_an_assertion_is_good_once(self, twin: Twin) -> None:
        answer = self.give(twin)
        token = answer.json()["access_token"]
        assert ask(twin, "GET", "/api/v1/users", token=f"Bearer {token}").status_code == 200
        assert self.again.status_code == 401

    def test_a_token_opens_what_its_scopes_say(self, twin: Twin) -> None:
        token = self.give(twin, scope="okta.users.manage").json()["access_token"]
        path = "/api/v1/apps/0oaRavs/users/00u1"
        assert code(ask(twin, "GET", path, token=f"Bearer {token}")) == (403, "E0000006")

    @pytest.mark.parametrize(
        "changed",
        [
            {"iss": "somebody"},
            {"sub": "somebody"},
            {"aud": "https://elsewhere.example/oauth2/v1/token"},
            {"exp": 1},
            {"exp": 99999999999},
            {"key": RSAKey.generate_key(2048, {"kid": "of-the-service-app"})},
        ],
        ids=["issuer", "subject", "audience", "ended", "endless", "key"],
    )
    def test_an_assertion_that_is_not_whole_is_not_believed(
        self, twin: Twin, changed: dict[str, Any]
    ) -> None:
        answer = self.give(twin, **changed)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")

    def test_scopes_that_were_not_granted_are_not_given(self, twin: Twin) -> None:
        answer = self.give(twin, scope="okta.logs.read")
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")
