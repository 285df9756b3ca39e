"""The SCIM adapter before providers that fail, lie, dawdle or have manners of their own."""

import json
import logging
import time
import traceback
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st
from pytest_django import Settings
from scim2_models import ScimFilter
from scim2_models.path import CompareOperator, Comparison

from ravs.core import http
from ravs.core.ids import new_id
from ravs.core.tests.peer import Answer, Asked, Script, peer
from ravs.integrations.identity import mapping
from ravs.integrations.identity.mapping import ACTIVATION
from ravs.integrations.identity.port import (
    AccountStatus,
    ActivationState,
    DirectoryError,
    Ensured,
    Found,
    IdentityDirectory,
    Resent,
    directory,
)
from ravs.integrations.identity.scim import ScimDirectory
from ravs.integrations.identity.tests import contract
from ravs.integrations.identity.tests.worlds import LIST, TOKEN, USER, generic_scim

MO = "Mo.Khan@leeds.nhs.uk"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
EXPIRES = "2026-06-08T09:00:00Z"
PUBLIC_ID = UUID("0190163d-8694-739b-aea5-966c26f8ad91")

Call = Callable[[IdentityDirectory], object]
CALLS: dict[str, Call] = {
    "ensure": lambda scim: ensure_mo(scim, PUBLIC_ID),
    "resend": lambda scim: scim.resend_activation(email=MO, external_id=PUBLIC_ID),
    "status": lambda scim: scim.status(email=MO, timeout=5),
}


def ensure_mo(directory: IdentityDirectory, external_id: UUID) -> Ensured:
    return contract.ensure_mo(directory, external_id, MO)


def record(**more: Any) -> dict[str, Any]:
    return {"schemas": [USER], "id": "7", "userName": MO, "active": True} | more


def ours(**more: Any) -> dict[str, Any]:
    return record(externalId=str(PUBLIC_ID), **more)


def told(state: str) -> dict[str, Any]:
    return {ACTIVATION: {"state": state, "expires": EXPIRES}}


def people(*records: dict[str, Any], **more: Any) -> Answer:
    return Answer.scim(
        {"schemas": [LIST], "totalResults": len(records), "Resources": list(records)} | more
    )


def error(status: int, keyword: str | None = None) -> Answer:
    said = {"schemas": [ERROR], "status": str(status), "detail": f"{MO} {TOKEN}"}
    return Answer.scim(said | ({"scimType": keyword} if keyword else {}), status=status)


def once_each(*answers: Answer) -> Script:
    """Answer each request with the next answer; one more request fails the test."""
    waiting = iter(answers)
    return lambda _asked: next(waiting)


def asking(script: Script, call: Call = CALLS["status"]) -> Any:
    with peer(script) as provider:
        return call(ScimDirectory(f"{provider.url}/scim/v2", TOKEN))


def failing(script: Script, call: Call = CALLS["status"]) -> DirectoryError:
    with pytest.raises(DirectoryError) as caught:
        asking(script, call)
    return caught.value


class TestTheQuestion:
    def test_it_is_put_as_scim_puts_it(self) -> None:
        with peer(once_each(people(), Answer.scim(ours(), status=201))) as provider:
            CALLS["ensure"](ScimDirectory(f"{provider.url}/scim/v2/", TOKEN))
        look_up, creation = provider.asked
        assert (look_up.method, look_up.path) == ("GET", "/scim/v2/Users")
        assert look_up.query == {"filter": f'userName eq "{MO}"'}
        assert look_up.headers["authorization"] == f"Bearer {TOKEN}"
        assert (creation.method, creation.path) == ("POST", "/scim/v2/Users")
        assert creation.headers["content-type"] == "application/scim+json"
        assert creation.json == {
            "schemas": [USER],
            "externalId": str(PUBLIC_ID),
            "userName": MO,
            "name": {
                "givenName": "Mohammed",
                "familyName": "Khan",
                "formatted": "Mohammed Khan",
            },
            "displayName": "Mohammed Khan",
            "emails": [{"value": MO, "type": "work", "primary": True}],
            "active": True,
        }

    def test_a_wish_for_another_activation_is_one_attribute(self) -> None:
        script = once_each(people(ours(**told("pending"))), Answer(status=204))
        with peer(script) as provider:
            CALLS["resend"](ScimDirectory(provider.url, TOKEN))
        change = provider.asked[1]
        assert (change.method, change.path) == ("PATCH", "/Users/7")
        assert change.json["Operations"] == [
            {"op": "replace", "path": f"{ACTIVATION}:resend", "value": True}
        ]

    @given(st.text())
    def test_whatever_stands_in_an_address_stays_a_value(self, address: str) -> None:
        sent = mapping.search(address).filter
        read = ScimFilter(str(sent)).ast
        assert isinstance(read, Comparison)
        assert (str(read.attr_path), read.op, read.value) == (
            "userName",
            CompareOperator.eq,
            address,
        )

    @given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
    @tries(max_examples=60, deadline=None)
    def test_whatever_stands_in_an_address_arrives(self, address: str) -> None:
        with peer(lambda _asked: people()) as provider:
            ScimDirectory(provider.url, TOKEN).status(email=address, timeout=10)
        [asked] = provider.asked
        read = ScimFilter(asked.query["filter"]).ast
        assert isinstance(read, Comparison)
        assert read.value == address


class TestWhatARecordMeans:
    @pytest.mark.parametrize(
        ("found", "means"),
        [
            (ours(**told("pending")), Found.NEW),
            (ours(**told("active")), Found.EXISTING),
            (ours(), Found.NEW),
            (record(**told("pending")), Found.PENDING),
            (record(**told("active")), Found.EXISTING),
            (record(), Found.EXISTING),
            (record(externalId=str(PUBLIC_ID).upper()), Found.EXISTING),
            (record(externalId="somebody-else"), Found.EXISTING),
        ],
    )
    def test_for_somebody_who_is_added(self, found: dict[str, Any], means: Found) -> None:
        answer: Ensured = asking(once_each(people(found)), CALLS["ensure"])
        assert answer.found == means
        assert (answer.activation_expires_at is not None) == (
            means != Found.EXISTING and ACTIVATION in found
        )

    @pytest.mark.parametrize(
        ("answer", "state"),
        [
            (people(), ActivationState.MISSING),
            (people(record()), ActivationState.ACTIVE),
            (people(record(**told("active"))), ActivationState.ACTIVE),
            (people(record(**told("pending"))), ActivationState.PENDING),
            (people(record(active=False)), ActivationState.UNKNOWN),
            (people(record(active=False, **told("pending"))), ActivationState.UNKNOWN),
        ],
    )
    def test_for_somebody_who_is_looked_up(self, answer: Answer, state: ActivationState) -> None:
        status: AccountStatus = asking(once_each(answer))
        assert status.state == state
        assert (status.activation_expires_at is not None) == (state == ActivationState.PENDING)

    @pytest.mark.parametrize(
        ("answers", "means"),
        [
            ([people(ours())], Resent.UNSUPPORTED),
            ([people(ours(**told("active")))], Resent.NOT_NEEDED),
            ([people(ours(**told("pending"))), Answer.scim(ours())], Resent.SENT),
            ([people(ours(**told("pending"))), Answer(status=204)], Resent.SENT),
            ([people(ours(**told("pending"))), error(501)], Resent.UNSUPPORTED),
            (
                [people(ours(**told("pending"))), error(409), people(ours(**told("active")))],
                Resent.NOT_NEEDED,
            ),
        ],
    )
    def test_for_an_activation_sent_again(self, answers: list[Answer], means: Resent) -> None:
        assert asking(once_each(*answers), CALLS["resend"]) == means

    def test_ours_comes_before_any_other_at_an_address(self) -> None:
        found = people(record(id="1", **told("active")), ours(**told("pending")))
        assert asking(once_each(found), CALLS["ensure"]).found == Found.NEW

    def test_a_provider_that_does_not_filter_is_not_believed(self) -> None:
        everybody = [record(id=str(n), userName=f"user{n}@leeds.nhs.uk") for n in range(50)]
        assert asking(lambda _asked: people(*everybody)).state == ActivationState.MISSING

    def test_an_account_of_ours_is_switched_on(self) -> None:
        script = once_each(people(ours(active=False, **told("active"))), Answer(status=204))
        with peer(script) as provider:
            answer = ensure_mo(ScimDirectory(provider.url, TOKEN), PUBLIC_ID)
        assert provider.asked[1].json["Operations"] == [
            {"op": "replace", "path": "active", "value": True}
        ]
        assert answer.found == Found.EXISTING

    @pytest.mark.parametrize("call", [CALLS["ensure"], CALLS["resend"]])
    def test_an_account_of_others_stays_switched_off(self, call: Call) -> None:
        said = failing(once_each(people(record(active=False))), call)
        assert said.permanent
        assert str(said) == "the account is switched off at the identity provider"


class TestManners:
    """Shapes that well-known providers are seen to answer with."""

    @pytest.mark.parametrize(
        "found",
        [
            pytest.param({"emails": [{"value": "not an address", "$ref": "x"}]}, id="emails"),
            pytest.param({"emails": None, "name": None}, id="nulls"),
            pytest.param({"roles": ["nurse"], "groups": "all"}, id="other attributes"),
            pytest.param({"active": "True"}, id="active as text"),
            pytest.param({"schemas": [USER, "urn:example:vendor:2.0:User"]}, id="schemas"),
            pytest.param({"urn:example:vendor:2.0:User": {"team": 3}}, id="their extension"),
            pytest.param({"meta": {"resourceType": "User", "location": "Users/7"}}, id="meta"),
            pytest.param({"userName": MO.upper()}, id="capitals"),
        ],
    )
    @pytest.mark.parametrize(
        "content_type", ["application/scim+json", "application/json; charset=utf-8"]
    )
    def test_a_record_is_read_all_the_same(self, found: dict[str, Any], content_type: str) -> None:
        body = json.loads(people(record(**found)).body)
        answer = Answer.scim(body, headers={"Content-Type": content_type})
        assert asking(once_each(answer)).state == ActivationState.ACTIVE

    @pytest.mark.parametrize("status", [200, 201])
    def test_a_creation_may_answer_either_way(self, status: int) -> None:
        made = Answer.scim(record(), status=status)
        assert asking(once_each(people(), made), CALLS["ensure"]).found in Found

    @pytest.mark.parametrize(
        "conflict", [error(409), error(409, "uniqueness"), error(400, "uniqueness")]
    )
    def test_somebody_else_was_quicker(self, conflict: Answer) -> None:
        script = once_each(people(), conflict, people(ours(**told("pending"))))
        assert asking(script, CALLS["ensure"]).found == Found.NEW

    def test_somebody_else_was_quicker_but_does_not_show_yet(self) -> None:
        said = failing(once_each(people(), error(409), people()), CALLS["ensure"])
        assert not said.permanent


class TestFailures:
    @pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
    @pytest.mark.parametrize(
        ("status", "permanent"),
        [
            (400, True), (401, True), (403, True), (404, True), (302, True),
            (408, False), (429, False), (500, False), (502, False), (503, False), (504, False),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize(
        "spoken", [error, lambda status: Answer(status=status, body=b"<html>")]
    )
    def test_it_tells_what_passes_from_what_an_operator_must_mend(
        self, call: Call, status: int, permanent: bool, spoken: Callable[[int], Answer]
    ) -> None:
        said = failing(lambda _asked: spoken(status), call)
        assert said.permanent is permanent
        assert str(said).startswith(f"localhost answered {status}")

    def test_it_hands_on_how_long_to_wait(self) -> None:
        busy = Answer(status=429, headers={"Retry-After": "90"})
        assert failing(once_each(busy)).retry_after == 90.0

    @pytest.mark.parametrize(
        "answer",
        [
            pytest.param(Answer(), id="nothing"),
            pytest.param(Answer(status=204), id="no content"),
            pytest.param(Answer(body=b"<html>Welcome</html>"), id="a web page"),
            pytest.param(Answer.scim([]), id="a list"),
            pytest.param(Answer.scim("hello"), id="a text"),
            pytest.param(Answer.scim({}), id="an empty object"),
            pytest.param(Answer.scim({"schemas": [USER]}), id="no list"),
            pytest.param(Answer.scim({"schemas": 7}), id="odd schemas"),
            pytest.param(people(totalResults="many"), id="odd count"),
            pytest.param(people({"schemas": [USER]}), id="a record of nobody"),
            pytest.param(people(record(**{ACTIVATION: "pending"})), id="odd extension"),
            pytest.param(
                Answer(body=b"[" * 100_000, headers={"Content-Type": "application/json"}),
                id="without bottom",
            ),
            pytest.param(Answer(body=b'{"a":' + b"9" * 10_000 + b"}"), id="a number without end"),
            pytest.param(
                Answer(body=b"\xff\xfe{", headers={"Content-Type": "application/scim+json"}),
                id="no text",
            ),
            pytest.param(
                Answer(body=b"{}", headers={"Content-Encoding": "gzip"}), id="not what it says"
            ),
            pytest.param(Answer(body=b'{"schemas": [', drop_after=5), id="cut off"),
        ],
    )
    @pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
    def test_nonsense_is_a_failure_that_may_pass(self, answer: Answer, call: Call) -> None:
        assert not failing(lambda _asked: answer, call).permanent

    def test_a_silent_provider_is_left_behind(self) -> None:
        with peer(lambda _asked: Answer(before=120)) as provider:
            begun = time.monotonic()
            with pytest.raises(DirectoryError) as caught:
                ScimDirectory(provider.url, TOKEN).status(email=MO, timeout=0.3)
        assert time.monotonic() - begun < 60
        assert not caught.value.permanent

    def test_a_dripping_provider_is_left_behind(self) -> None:
        drip = Answer.scim({"schemas": [LIST], "totalResults": 0, "pad": "x" * 5000}, drip=0.05)
        with peer(lambda _asked: drip) as provider:
            begun = time.monotonic()
            with pytest.raises(DirectoryError):
                ScimDirectory(provider.url, TOKEN).status(email=MO, timeout=0.3)
        assert time.monotonic() - begun < 60

    @pytest.mark.parametrize(
        ("address", "permanent"),
        [("http://localhost:1", False), ("http://192.0.2.7/scim", True), ("nonsense", True)],
    )
    def test_an_address_where_nobody_is(self, address: str, permanent: bool) -> None:
        with pytest.raises(DirectoryError) as caught:
            ScimDirectory(address, TOKEN).status(email=MO, timeout=5)
        assert caught.value.permanent is permanent


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=12), inner, max_size=4)
        | st.fixed_dictionaries(
            {},
            optional={
                "schemas": st.just([LIST]) | st.just([USER]) | st.just([ERROR]) | inner,
                "totalResults": st.integers(-1, 3) | inner,
                "Resources": st.lists(inner, max_size=3) | inner,
                "userName": st.just(MO) | inner,
                "id": st.just("7") | inner,
                "active": st.booleans() | inner,
                "status": st.just("404") | inner,
                ACTIVATION: inner,
            },
        )
    ),
    max_leaves=15,
)


@given(payload=ANYTHING, status=st.sampled_from([200, 201, 204, 400, 404, 409, 500]))
@tries(max_examples=150, deadline=None)
def test_no_answer_whatever_breaks_more_than_the_call(payload: Any, status: int) -> None:
    with peer(lambda _asked: Answer.scim(payload, status=status)) as provider:
        for call in CALLS.values():
            assert isinstance(_said(call, provider.url), AccountStatus | Ensured | Resent | str)


def _said(call: Call, url: str) -> object:
    """What a call answers, or what it says went wrong; anything else breaks the test."""
    try:
        return call(ScimDirectory(url, TOKEN))
    except DirectoryError as error:
        return str(error)


class TestACrash:
    """The account is made, and the answer never comes."""

    def test_the_next_call_knows_the_account_as_ours(self) -> None:
        with generic_scim() as provider:
            with peer(_losing_creations(provider.url)) as line:
                broken = ScimDirectory(line.url, TOKEN)
                with pytest.raises(DirectoryError) as caught:
                    ensure_mo(broken, PUBLIC_ID)
            assert not caught.value.permanent
            assert len(provider.kept(MO)) == 1
            assert ensure_mo(provider.directory(), PUBLIC_ID).found == Found.NEW
            assert len(provider.kept(MO)) == 1


def _losing_creations(url: str) -> Script:
    """A line to ``url`` that breaks whenever the answer to a creation is on its way."""

    def pass_on(asked: Asked) -> Answer:
        headers = {name: asked.headers[name] for name in ("authorization", "content-type")}
        with http.client(base_url=url, headers=headers) as door:
            answer = door.request(
                asked.method, asked.path.lstrip("/"), params=asked.query, content=asked.body
            )
        drop_after = 20 if asked.method == "POST" else None
        kind = {"Content-Type": answer.headers["content-type"]}
        return Answer(answer.status_code, answer.content, kind, drop_after=drop_after)

    return pass_on


class TestSecrets:
    @pytest.mark.parametrize(
        "answer", [error(401), error(500), Answer(body=b"{"), Answer(before=9)]
    )
    def test_nothing_that_went_wrong_tells_the_token(
        self, answer: Answer, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.DEBUG), peer(lambda _asked: answer) as provider:
            try:
                ScimDirectory(provider.url, TOKEN).status(email=MO, timeout=0.5)
            except DirectoryError as error:
                told = "".join(traceback.format_exception(error)) + repr(error) + caplog.text
        assert TOKEN not in told
        assert MO not in told

    def test_a_token_that_cannot_stand_in_a_header_is_not_told_either(self) -> None:
        broken = f"{TOKEN}\n{TOKEN}"
        with peer(lambda _asked: people()) as provider, pytest.raises(DirectoryError) as caught:
            ScimDirectory(provider.url, broken).status(email=MO)
        assert caught.value.permanent
        assert TOKEN not in "".join(traceback.format_exception(caught.value))


class TestChoice:
    """Settings name the directory."""

    def test_the_operator_chose_scim(self, settings: Settings) -> None:
        with generic_scim() as provider:
            settings.IDENTITY_DIRECTORY = "ravs.integrations.identity.scim.ScimDirectory"
            settings.IDENTITY_SCIM_URL = provider.url
            settings.IDENTITY_SCIM_TOKEN = TOKEN
            assert ensure_mo(directory(), new_id()).found == Found.NEW
            assert len(provider.kept(MO)) == 1

    def test_the_operator_chose_none(self, settings: Settings) -> None:
        settings.IDENTITY_DIRECTORY = "ravs.integrations.identity.none.NoDirectory"
        assert not directory().makes_accounts
