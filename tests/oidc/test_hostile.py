"""Providers that are broken, mistaken or hostile: nobody gets in, and each page says what to do.

Every case here is the honest flow of ``test_flow`` with one thing changed.
"""

import logging
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from joserfc.jwk import OctKey, RSAKey
from pytest_django import Settings

from ravs.accounts.models import Account, Identity, Session
from ravs.accounts.oidc import discovery
from ravs.audit.models import Event
from tests.oidc.browser import Browser, query_of
from tests.oidc.provider import (
    GONE,
    Person,
    Provider,
    key,
    signed,
    signed_with_public_key,
    unsigned,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]

Change = Callable[[Provider], None]
NOW = 1782907200
NOON = "2026-07-01T12:00:00Z"


def script(**changes: Any) -> Change:
    def change(provider: Provider) -> None:
        for name, value in changes.items():
            setattr(provider.script, name, value)

    return change


def claims(**changes: Any) -> Change:
    return script(claims=changes)


def another_issuer(provider: Provider) -> None:
    provider.script.claims = {"iss": f"{provider.issuer}/"}


def hashed_with_public_key(provider: Provider) -> None:
    provider.script.forge = signed_with_public_key(key("RS256"))


def wrong_key(provider: Provider) -> None:
    """Names the published key, is signed by another of the same kind."""
    forger = key("RS256", "forgers-key")
    provider.script.published = [key("RS256")]
    provider.script.forge = lambda header, said: signed(header, said, forger)


def unpublished_key(provider: Provider) -> None:
    provider.script.published = [key("RS256")]
    provider.script.signing_key = key("RS256", "forgers-key")


def no_key_named_of_two(provider: Provider) -> None:
    provider.script.published = [key("RS256"), key("RS256", "forgers-key")]
    provider.script.header = {"kid": GONE}


def key_of_another_algorithm(provider: Provider) -> None:
    """The key is published for RS256; the token says PS256."""
    published = key("RS256")
    same = {name: value for name, value in published.as_dict(private=True).items() if name != "alg"}
    provider.script.published = [published]
    provider.script.signing_key = RSAKey.import_key(same)
    provider.script.header = {"alg": "PS256"}


def key_in_the_header(provider: Provider) -> None:
    forger = key("ES256", "forgers-key")
    provider.script.algorithm = "ES256"
    provider.script.published = [key("ES256")]
    provider.script.signing_key = forger
    provider.script.header = {"jwk": forger.as_dict(private=False), "kid": GONE}


def not_advertised(provider: Provider) -> None:
    provider.script.discovery = {"id_token_signing_alg_values_supported": ["ES256"]}


def advertises_only_what_we_refuse(provider: Provider) -> None:
    provider.script.discovery = {"id_token_signing_alg_values_supported": ["none", "HS256"]}
    hashed_with_public_key(provider)


def hashed_with_our_secret(provider: Provider) -> None:
    secret = OctKey.import_key("test-client-secret")
    provider.script.forge = lambda header, said: signed({**header, "alg": "HS256"}, said, secret)


def tampered(provider: Provider) -> None:
    """Honestly signed, then given another body."""
    honest = key("RS256")

    def forge(header: dict[str, Any], said: dict[str, Any]) -> str:
        theirs = signed(header, {**said, "email": "mallory@rw3.nhs.uk"}, honest).split(".")
        ours = signed(header, said, honest).split(".")
        return ".".join([ours[0], ours[1], theirs[2]])

    provider.script.forge = forge


def another_subject_at_userinfo(provider: Provider) -> None:
    provider.script.email_in_token = False
    provider.script.userinfo = {"sub": "subject-of-mallory"}


def no_subject_at_userinfo(provider: Provider) -> None:
    provider.script.email_in_token = False
    provider.script.userinfo = {"sub": GONE}


# What is changed, and the reason that the log gives.
START_AGAIN: dict[str, tuple[Change, str]] = {
    "alg none": (script(forge=unsigned), "'none' is not allowed"),
    "HS256 with the public key": (hashed_with_public_key, "'HS256' is not allowed"),
    "HS256 with the client's secret": (hashed_with_our_secret, "'HS256' is not allowed"),
    "only refused algorithms advertised": (
        advertises_only_what_we_refuse,
        "'HS256' is not allowed",
    ),
    "algorithm not advertised": (not_advertised, "'RS256' is not allowed"),
    "wrong key": (wrong_key, "BadSignatureError"),
    "unpublished key": (unpublished_key, "No key for kid"),
    "key in the token's own header": (key_in_the_header, "BadSignatureError"),
    "no key named, two would fit": (no_key_named_of_two, "does not say which key"),
    "key of another algorithm": (key_of_another_algorithm, "No key for kid"),
    "tampered body": (tampered, "BadSignatureError"),
    "unknown critical header": (
        script(header={"crit": ["exp"], "exp": 1}),
        "Unsupported ['exp'] in header",
    ),
    "another kind of token": (script(header={"typ": "at+jwt"}), "of another kind"),
    "log-out token": (script(header={"typ": "logout+jwt"}), "of another kind"),
    "expired 61 seconds ago": (claims(exp=NOW - 61), "token is expired"),
    "expired 60 seconds ago": (claims(exp=NOW - 60), "token is expired"),
    "never expires": (claims(exp=GONE), "Missing claim: 'exp'"),
    "expires at a word": (claims(exp="tomorrow"), "Claim 'exp'"),
    "expires at not-a-number": (claims(exp=float("nan")), "Claim 'exp'"),
    "not before 61 seconds from now": (claims(nbf=NOW + 61), "not yet valid"),
    "issued 61 seconds from now": (claims(iat=NOW + 61), "issued in the future"),
    "issued before the attempt": (claims(iat=NOW - 61), "older than the attempt"),
    "issued ten minutes ago": (claims(iat=NOW - 600), "older than the attempt"),
    "not issued at all": (claims(iat=GONE), "Missing claim: 'iat'"),
    "audience is another": (claims(aud="somebody-else"), "Invalid claim: 'aud'"),
    "audience begins like us": (claims(aud="ravs-too"), "Invalid claim: 'aud'"),
    "audience is missing": (claims(aud=GONE), "Missing claim: 'aud'"),
    "audience list without us": (claims(aud=["somebody", "else"]), "Invalid claim: 'aud'"),
    "audience list is empty": (claims(aud=[]), "Invalid claim: 'aud'"),
    "several audiences, made for nobody": (
        claims(aud=["ravs", "somebody"]),
        "Missing claim: 'azp'",
    ),
    "several audiences, made for another": (
        claims(aud=["ravs", "somebody"], azp="somebody"),
        "Invalid claim: 'azp'",
    ),
    "made for another": (claims(azp="somebody"), "Invalid claim: 'azp'"),
    "issuer with a slash more": (another_issuer, "Invalid claim: 'iss'"),
    "issuer is another": (claims(iss="https://evil.example"), "Invalid claim: 'iss'"),
    "issuer is missing": (claims(iss=GONE), "Missing claim: 'iss'"),
    "issuer is a list": (claims(iss=["https://evil.example"]), "Claim 'iss'"),
    "nonce of another attempt": (claims(nonce="somebody-elses"), "Invalid claim: 'nonce'"),
    "nonce is missing": (claims(nonce=GONE), "Missing claim: 'nonce'"),
    "nonce is empty": (claims(nonce=""), "Invalid claim: 'nonce'"),
    "subject is missing": (claims(sub=GONE), "Missing claim: 'sub'"),
    "subject is empty": (claims(sub=""), "Invalid claim: 'sub'"),
    "subject is a number": (claims(sub=17), "Claim 'sub'"),
    "subject is too long": (claims(sub="s" * 256), "subject is not one"),
    "subject holds a null": (claims(sub="ada\x00"), "subject is not one"),
    "access token was swapped": (
        claims(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
        "Invalid claim: 'at_hash'",
    ),
    "no ID token": (script(token=lambda granted: {**granted, "id_token": None}), "no ID token"),
    "ID token is an object": (
        script(token=lambda granted: {**granted, "id_token": {}}),
        "no ID token",
    ),
    "ID token is nonsense": (
        script(token=lambda granted: {**granted, "id_token": "a.b.c"}),
        "DecodeError",
    ),
    "userinfo speaks of another": (another_subject_at_userinfo, "somebody else"),
    "userinfo speaks of nobody": (no_subject_at_userinfo, "somebody else"),
    "code is refused": (
        script(status={"token": 400}, body={"token": '{"error": "invalid_grant"}'}),
        "refuses the code",
    ),
    "person said no": (script(answer={"code": GONE, "error": "access_denied"}), "gave no code"),
    "neither code nor error": (script(answer={"code": GONE}), "gave no code"),
    "answer names another issuer": (
        script(answer={"iss": "https://evil.example"}),
        "another issuer",
    ),
    "answer should name its issuer": (
        script(discovery={"authorization_response_iss_parameter_supported": True}),
        "another issuer",
    ),
    "state is missing": (script(answer={"state": GONE}), "no attempt"),
    "state is another": (script(answer={"state": "s" * 43}), "no attempt"),
}

NOT_PROVED: dict[str, Change] = {
    "verified is a word": claims(email_verified="true"),
    "verified is a number": claims(email_verified=1),
    "verified is false": claims(email_verified=False),
    "verified is null": claims(email_verified=None),
    "address is a list": claims(email=["ada.jones@rw3.nhs.uk"]),
    "address is none": claims(email="ada.jones"),
    "address has a second at": claims(email="mallory@evil.example\uff20x@rw3.nhs.uk"),
    "no address anywhere": script(email_in_token=False, userinfo={"email": GONE}),
    "not verified, no userinfo": script(
        claims={"email_verified": GONE}, discovery={"userinfo_endpoint": GONE}
    ),
    "proof without its address": script(claims={"email_verified": GONE}, userinfo={"email": GONE}),
}

DOWN: dict[str, Change] = {
    "discovery fails": script(status={"discovery": 500}),
    "discovery is missing": script(status={"discovery": 404}),
    "discovery is nonsense": script(body={"discovery": "<html>"}),
    "discovery is a list": script(body={"discovery": "[]"}),
    "discovery redirects": script(status={"discovery": 302}),
    "discovered issuer is another": script(discovery={"issuer": "https://evil.example"}),
    "discovery names no token endpoint": script(discovery={"token_endpoint": GONE}),
    "discovery names clear text": script(discovery={"token_endpoint": "http://evil.example/t"}),
    "keys fail": script(status={"jwks": 500}),
    "keys are nonsense": script(body={"jwks": "<html>"}),
    "there are no keys": script(body={"jwks": '{"keys": []}'}),
    "keys are secrets": script(body={"jwks": '{"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}'}),
    "token endpoint fails": script(status={"token": 500}),
    "token endpoint is nonsense": script(body={"token": "<html>"}),
    "token endpoint gives a list": script(body={"token": "[]"}),
    "token endpoint gives odd types": script(
        token=lambda granted: {**granted, "expires_in": ["soon"]}
    ),
    "token endpoint does not know us": script(
        status={"token": 401}, body={"token": '{"error": "invalid_client"}'}
    ),
    "userinfo fails": script(email_in_token=False, status={"userinfo": 503}),
    "userinfo is nonsense": script(email_in_token=False, body={"userinfo": "<html>"}),
    "provider says it is busy": script(answer={"code": GONE, "error": "temporarily_unavailable"}),
}


def try_to_sign_in(visitor: Browser) -> Any:
    """As far as the provider lets one come."""
    response = visitor.get("/sign-in")
    return visitor.come_back(response["Location"]) if response.status_code == 302 else response


def assert_nobody_got_in(visitor: Browser, response: Any, status: int, heading: str) -> None:
    assert response.status_code == status, response.content.decode()
    assert heading in response.content.decode()
    assert not visitor.is_signed_in()
    assert not Session.objects.exclude(account=None).exists()
    assert not Identity.objects.exists()
    assert not Event.objects.filter(type__in=["sign_in.succeeded", "identity.bound"]).exists()


@pytest.mark.parametrize("case", START_AGAIN)
def test_it_believes_no_bad_answer(
    visitor: Browser, ada: Account, provider: Provider, case: str, caplog: pytest.LogCaptureFixture
) -> None:
    with time_machine.travel(NOON, tick=False):
        change, reason = START_AGAIN[case]
        change(provider)
        caplog.set_level(logging.INFO)

        response = try_to_sign_in(visitor)

        told = [line for line in caplog.messages if line.startswith("log-in refused")]
        assert len(told) == 1
        assert reason in told[0]
        assert_nobody_got_in(visitor, response, 400, "Start logging in again")


@pytest.mark.parametrize("case", NOT_PROVED)
def test_it_takes_no_address_that_is_not_vouched_for(
    visitor: Browser, ada: Account, provider: Provider, case: str
) -> None:
    NOT_PROVED[case](provider)

    response = try_to_sign_in(visitor)

    assert_nobody_got_in(visitor, response, 403, "We could not check your email address")
    assert Event.objects.filter(type="sign_in.refused_unverified").count() == 1


@pytest.mark.parametrize("case", DOWN)
def test_it_says_that_the_provider_is_down(
    visitor: Browser, ada: Account, provider: Provider, case: str
) -> None:
    DOWN[case](provider)

    response = try_to_sign_in(visitor)

    assert_nobody_got_in(visitor, response, 503, "You cannot log in at the moment")


@pytest.mark.parametrize("endpoint", ["discovery", "jwks", "token"])
def test_it_waits_for_no_slow_provider(
    visitor: Browser,
    ada: Account,
    provider: Provider,
    endpoint: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ravs.accounts.oidc.discovery.TIMEOUT_SECONDS", 0.2)
    monkeypatch.setattr("ravs.accounts.oidc.client.TIMEOUT_SECONDS", 0.2)
    provider.script.seconds = {endpoint: 1.0}

    response = try_to_sign_in(visitor)

    assert_nobody_got_in(visitor, response, 503, "You cannot log in at the moment")


def test_it_lets_people_who_are_signed_in_go_on_while_the_provider_is_down(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    visitor.sign_in()
    provider.script.status = {"discovery": 500, "jwks": 500, "token": 500}
    provider.__exit__()

    assert visitor.is_signed_in()


def test_it_sends_nobody_to_a_provider_that_has_gone_down_since(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    """The browser would end at an error page of its own, which tells nobody what to do."""
    with time_machine.travel(NOON, tick=False) as clock:
        assert visitor.sign_in().status_code == 302
        clock.shift(discovery.SURE_SECONDS)
        provider.__exit__()

        response = Browser(provider).get("/sign-in")
        assert visitor.is_signed_in()

    assert response.status_code == 503
    assert "You cannot log in at the moment" in response.content.decode()


def test_it_asks_a_provider_that_is_down_once_in_a_few_seconds(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        provider.script.status = {"discovery": 500}
        for _ in range(3):
            assert visitor.get("/sign-in").status_code == 503
        assert provider.asked["discovery"] == 1

        provider.script.status = {}
        clock.shift(discovery.FAILURE_SECONDS)
        assert visitor.sign_in().status_code == 302


def test_it_looks_for_unknown_keys_once_in_a_few_seconds(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        unpublished_key(provider)
        for _ in range(3):
            assert visitor.sign_in().status_code == 400
        assert provider.asked["jwks"] == 2  # the first reading, and one more look

        clock.shift(10)
        visitor.sign_in()
        assert provider.asked["jwks"] == 3


def test_it_takes_an_answer_once(visitor: Browser, ada: Account, provider: Provider) -> None:
    answer = visitor.answer_of_provider(visitor.go_away())
    assert visitor.get(answer).status_code == 302

    again = visitor.get(answer)

    assert again.status_code == 400
    assert "You are already logged in as Ada Jones" in again.content.decode()
    assert provider.asked["token"] == 1
    assert Session.objects.filter(account=ada).count() == 1


def test_it_refuses_a_code_that_was_used_before(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    """The code of one attempt, played again under the state of the next."""
    first = query_of(visitor.answer_of_provider(visitor.go_away()))
    visitor.get(f"/sign-in/callback?code={first['code']}&state={first['state']}")
    thief = Browser(provider)
    state = query_of(thief.go_away())["state"]

    response = thief.get(f"/sign-in/callback?code={first['code']}&state={state}")

    assert response.status_code == 400
    assert not thief.is_signed_in()


def test_it_refuses_a_code_that_somebody_else_was_given(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    """PKCE: a stolen code is worth nothing in another browser."""
    stolen = query_of(visitor.answer_of_provider(visitor.go_away()))["code"]
    thief = Browser(provider)
    state = query_of(thief.go_away())["state"]

    response = thief.get(f"/sign-in/callback?code={stolen}&state={state}")

    assert response.status_code == 400
    assert not thief.is_signed_in()


def test_it_refuses_an_answer_in_a_browser_that_asked_nothing(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    answer = visitor.answer_of_provider(visitor.go_away())
    victim = Browser(provider)

    assert victim.get(answer).status_code == 400
    assert not victim.is_signed_in()
    assert visitor.get(answer).status_code == 302


def test_it_refuses_an_answer_that_took_an_hour(visitor: Browser, ada: Account) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        url = visitor.go_away()
        clock.shift(3601)

        assert visitor.come_back(url).status_code == 400


def test_it_wants_an_answer_whose_issuer_is_right_when_it_names_one(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    provider.script.discovery = {"authorization_response_iss_parameter_supported": True}
    provider.script.answer = {"iss": provider.issuer}

    assert visitor.sign_in().status_code == 302


def test_it_refuses_somebody_whom_the_provider_did_not_ask_again(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        visitor.sign_in()
        clock.shift(31 * 60 + 1)
        assert "You were logged out" in visitor.get("/sign-in").content.decode()
        url = visitor.go_away(again="yes")
        assert query_of(url)["prompt"] == "login"
        provider.script.claims = {"auth_time": NOW}
        assert visitor.come_back(url).status_code == 400

        provider.script.claims = {"auth_time": NOW + 31 * 60 + 1}
        assert visitor.come_back(visitor.go_away(again="yes")).status_code == 302


def test_it_names_the_address_it_does_not_know(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    provider.script.person = Person("subject-of-bob", "Bob.O'Smith@rw3.nhs.uk")

    response = visitor.sign_in()

    assert_nobody_got_in(visitor, response, 403, "We do not recognise your email address")
    assert "Bob.O&#39;Smith@rw3.nhs.uk" in response.content.decode()
    event = Event.objects.get()
    assert event.type == "sign_in.refused_unknown"
    assert event.subject is None
    assert "smith" not in str(event.data).lower()
    assert len(event.data["address_hash"]) == 64


def test_it_makes_no_account(visitor: Browser, ada: Account, provider: Provider) -> None:
    provider.script.person = Person("subject-of-bob", "bob.smith@rw3.nhs.uk")

    visitor.sign_in()

    assert Account.objects.count() == 1


def test_it_writes_no_secret_and_no_address_into_the_log(
    visitor: Browser, ada: Account, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    provider.script.person = Person("subject-of-bob", "bob.smith@rw3.nhs.uk")
    url = visitor.go_away()
    answer = visitor.answer_of_provider(url)
    caplog.clear()

    visitor.get(answer)

    assert caplog.messages
    for secret in (
        "bob.smith",
        "subject-of-bob",
        "test-client-secret",
        query_of(answer)["code"],
        query_of(url)["state"],
        "eyJ",
    ):
        assert not [line for line in caplog.messages if secret in line]


def test_it_shows_a_stranger_nothing_that_depends_on_who_is_known(
    provider: Provider, ada: Account, settings: Settings
) -> None:
    """Before the provider has proved an address, known and unknown people see the same."""
    provider.script.claims = {"email_verified": False}
    pages = []
    for address in (ada.email, "nobody@rw3.nhs.uk"):
        provider.script.person = Person(email=address)
        pages.append(Browser(provider).sign_in())

    (known, unknown) = (page.content.decode() for page in pages)
    assert without_tokens(known) == without_tokens(unknown)


def without_tokens(page: str) -> list[str]:
    return [
        line
        for line in page.splitlines()
        if "csrfmiddlewaretoken" not in line and "nonce" not in line
    ]
