"""OpenID Connect, driven by a kept client library against a real port."""

import json
import threading
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest
import time_machine
from allauth.core.internal import jwkkit
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwk, jwt
from joserfc.jwk import KeySet

from ravs_identity import services
from ravs_identity.keys import NoSigningKey, open_keys
from ravs_identity.models import Person, SigningKey
from ravs_identity.oidc.clients import register
from ravs_identity.tests.conftest import (
    AFTERWARDS,
    CALLBACK,
    NEW_PASSWORD,
    PASSWORD,
    SECRET,
    Visitor,
    newest_link,
)

# The library checks log-out addresses with a Django field whose default will change one day.
pytestmark = pytest.mark.filterwarnings("ignore:The default scheme will be changed")

VERIFIER = "v" * 64
WISH = {
    "response_type": "code",
    "client_id": "ravs",
    "redirect_uri": CALLBACK,
    "scope": "openid email profile",
    "state": "state-1",
    "nonce": "nonce-1",
    "code_challenge": create_s256_code_challenge(VERIFIER),
    "code_challenge_method": "S256",
}


def wish(**changes: str | None) -> str:
    parameters = {k: v for k, v in {**WISH, **changes}.items() if v is not None}
    return f"/openid/authorize?{urlencode(parameters)}"


def given(response: httpx2.Response) -> dict[str, str]:
    """What the visitor is sent to the service with."""
    target = response.headers["location"]
    assert target.startswith(f"{CALLBACK}?"), target
    return {key: values[0] for key, values in parse_qs(urlsplit(target).query).items()}


def metadata(address: str) -> dict[str, Any]:
    where = f"{address}/.well-known/openid-configuration"
    answer: dict[str, Any] = httpx2.get(where, timeout=60).json()
    return answer


def redeem(address: str, code: str, **changes: str | None) -> httpx2.Response:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
        **changes,
    }
    return httpx2.post(
        f"{address}/openid/token",
        data={k: v for k, v in form.items() if v is not None},
        auth=("ravs", SECRET),
    )


def claims(address: str, token: str) -> dict[str, Any]:
    """The claims of an ID token whose signature is the provider's."""
    keys = KeySet.import_key_set(httpx2.get(metadata(address)["jwks_uri"]).json())
    return dict(jwt.decode(token, keys, algorithms=["RS256"]).claims)


def test_the_whole_road_with_a_kept_client_library(
    address: str, visitor: Visitor, ben: Person
) -> None:
    found = metadata(address)
    with OAuth2Session(
        "ravs",
        SECRET,
        scope="openid email profile",
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
    ) as service:
        url, state = service.create_authorization_url(
            found["authorization_endpoint"], code_verifier=VERIFIER, nonce="nonce-1"
        )
        begun = int(time.time())
        arrived = visitor.sign_in(url, ben.email)
        token = service.fetch_token(
            found["token_endpoint"],
            authorization_response=arrived.headers["location"],
            code_verifier=VERIFIER,
            state=state,
        )
        person = service.get(found["userinfo_endpoint"]).json()
    said = claims(address, token["id_token"])
    assert said["iss"] == address == found["issuer"]
    assert said["aud"] == "ravs"
    assert said["sub"] == str(ben.pk)
    assert said["nonce"] == "nonce-1"
    assert (said["email"], said["email_verified"]) == (ben.email, True)
    assert (said["given_name"], said["family_name"]) == ("Ben", "Okafor")
    assert begun <= said["auth_time"] <= said["iat"] <= int(time.time())
    assert said["exp"] == said["iat"] + 300
    assert person["sub"] == said["sub"]
    assert person["email_verified"] is True
    assert "refresh_token" not in token


def test_discovery_offers_what_there_is(address: str) -> None:
    found = metadata(address)
    assert found["issuer"] == address
    assert found["response_types_supported"] == ["code"]
    assert found["grant_types_supported"] == ["authorization_code"]
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["id_token_signing_alg_values_supported"] == ["RS256"]
    for name, value in found.items():
        if name.endswith(("_endpoint", "_uri")):
            assert value.startswith(f"{address}/"), name
            assert httpx2.get(value).status_code != 404, name
    assert "registration_endpoint" not in found
    assert "device_authorization_endpoint" not in found


def test_the_published_key_is_public_and_strong(address: str) -> None:
    [key] = httpx2.get(metadata(address)["jwks_uri"]).json()["keys"]
    assert set(key) <= {"kty", "n", "e", "kid", "alg", "use", "key_ops"}
    assert len(urlsafe_b64decode(key["n"] + "==")) * 8 == 3072
    assert jwk.import_key(key).kid == key["kid"]


def test_a_key_is_opened_once_however_many_log_in(registered: None) -> None:
    (pem,) = open_keys()
    assert jwkkit.load_pem(pem) is jwkkit.load_pem(pem)
    with pytest.raises(ValueError, match=r".+"):
        jwkkit.load_pem("no key")


def test_the_stored_key_is_of_no_use_alone(address: str, settings: Any) -> None:
    assert "BEGIN ENCRYPTED PRIVATE KEY" in SigningKey.objects.get().pem
    settings.SECRET_KEY = "another-secret-0123456789-abcdefghijklm"
    with pytest.raises(NoSigningKey, match="IDENTITY_SECRET_KEY"):
        open_keys()


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": None},
        {"code_challenge": VERIFIER, "code_challenge_method": "plain"},
        {"code_challenge": None},
        {"code_challenge": "short"},
        {"code_challenge_method": "s256"},
    ],
)
def test_pkce_is_a_must(visitor: Visitor, ben: Person, changes: dict[str, str | None]) -> None:
    visitor.sign_in("/sign-in", ben.email)
    answer = given(visitor.open(wish(**changes)))
    assert answer["error"] == "invalid_request"
    assert answer["state"] == "state-1"
    assert "code" not in answer


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://evil.example/sign-in/callback"},
        {"redirect_uri": "http://127.0.0.1:9999/sign-in/callback"},
        {"redirect_uri": f"{CALLBACK}/"},
        {"redirect_uri": f"{CALLBACK}?x=1"},
        {"redirect_uri": f"{CALLBACK}#x"},
        {"redirect_uri": "http://x@127.0.0.1:8000/sign-in/callback"},
        {"redirect_uri": "HTTP://127.0.0.1:8000/sign-in/callback"},
        {"redirect_uri": None},
        {"client_id": "somebody-else"},
        {"client_id": None},
    ],
)
def test_a_wrong_client_or_address_is_told_to_the_person_only(
    visitor: Visitor, ben: Person, changes: dict[str, str | None]
) -> None:
    for response in (visitor.open(wish(**changes)),):
        assert response.status_code == 400
        assert "We cannot sign you in this way" in response.text
    visitor.sign_in("/sign-in", ben.email)
    assert visitor.open(wish(**changes)).status_code == 400


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "id_token token"}, "unauthorized_client"),
        ({"response_type": "code id_token"}, "unauthorized_client"),
        ({"scope": "openid admin"}, "invalid_scope"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_what_is_not_offered_is_refused(
    visitor: Visitor, ben: Person, changes: dict[str, str | None], error: str
) -> None:
    if error != "login_required":
        visitor.sign_in("/sign-in", ben.email)
    response = visitor.open(wish(**changes))
    target = response.headers["location"]
    assert target.startswith(CALLBACK)
    answer = parse_qs(urlsplit(target).query) | parse_qs(urlsplit(target).fragment)
    assert "code" not in answer
    assert "access_token" not in answer
    assert answer["error"] != []


def code_for(visitor: Visitor, ben: Person) -> str:
    return given(visitor.sign_in(wish(), ben.email))["code"]


def test_a_code_works_once(address: str, visitor: Visitor, ben: Person) -> None:
    code = code_for(visitor, ben)
    assert redeem(address, code).status_code == 200
    again = redeem(address, code)
    assert again.status_code == 400
    assert again.json()["error"] == "invalid_grant"


@pytest.mark.postgres
def test_a_code_works_once_however_many_ask_together(
    address: str, visitor: Visitor, ben: Person
) -> None:
    code = code_for(visitor, ben)
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.append(redeem(address, code).status_code))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] + [400] * 7


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": None},
        {"code_verifier": "w" * 64},
        {"code_verifier": WISH["code_challenge"]},
        {"redirect_uri": "http://127.0.0.1:9999/sign-in/callback"},
        {"redirect_uri": None},
        {"grant_type": "password"},
        {"grant_type": "client_credentials"},
        {"grant_type": "refresh_token", "refresh_token": "x"},
        {"grant_type": None},
    ],
)
def test_a_code_is_worth_nothing_without_all_that_belongs_to_it(
    address: str, visitor: Visitor, ben: Person, changes: dict[str, str | None]
) -> None:
    answer = redeem(address, code_for(visitor, ben), **changes)
    assert answer.status_code == 400
    assert "id_token" not in answer.text


def test_a_code_is_worth_nothing_to_another_client(
    address: str, visitor: Visitor, ben: Person
) -> None:
    register(client_id="other", name="Other", secret="other-secret", redirect_uris=[CALLBACK])
    code = code_for(visitor, ben)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }
    for auth in (("other", "other-secret"), ("ravs", "wrong"), ("ravs", ""), None):
        answer = httpx2.post(f"{address}/openid/token", data=form, auth=auth)
        assert answer.status_code in {400, 401}
        assert "id_token" not in answer.text


def test_a_code_dies_after_a_minute(address: str, visitor: Visitor, ben: Person) -> None:
    code = code_for(visitor, ben)
    with time_machine.travel(time.time() + 61):
        assert redeem(address, code).json()["error"] == "invalid_grant"


def test_a_code_of_somebody_deactivated_meanwhile_is_worth_nothing(
    address: str, visitor: Visitor, ben: Person
) -> None:
    code = code_for(visitor, ben)
    services.update_person(
        person=ben, first_name="Ben", last_name="Okafor", external_id="", is_active=False
    )
    assert redeem(address, code).json()["error"] == "invalid_grant"


def test_an_access_token_ends_with_deactivation_and_with_a_new_password(
    address: str, visitor: Visitor, another_visitor: Callable[[], Visitor], ben: Person
) -> None:
    token = redeem(address, code_for(visitor, ben)).json()["access_token"]

    def status() -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return httpx2.get(f"{address}/openid/userinfo", headers=headers, timeout=60).status_code

    assert status() == 200
    services.send_reset(person=ben)
    services.reset_password(token=newest_link(ben).rsplit("/", 1)[1], password=NEW_PASSWORD)
    assert status() == 401


def test_one_sign_in_serves_until_the_service_asks_for_more(
    address: str, visitor: Visitor, ben: Person
) -> None:
    first = claims(address, redeem(address, code_for(visitor, ben)).json()["id_token"])
    second = claims(
        address, redeem(address, given(visitor.open(wish()))["code"]).json()["id_token"]
    )
    assert second["auth_time"] == first["auth_time"]


@pytest.mark.parametrize("asking", [{"prompt": "login"}, {"max_age": "0"}, {"max_age": "60"}])
def test_the_password_is_asked_for_again_when_the_service_wants_it(
    address: str, visitor: Visitor, ben: Person, asking: dict[str, str | None]
) -> None:
    first = claims(address, redeem(address, code_for(visitor, ben)).json()["id_token"])
    with time_machine.travel(time.time() + 120):
        page = visitor.open(wish(**asking))
        assert "Enter your password again" in page.text
        wrong = visitor.submit(page, password="Wrong-Password-1")
        assert "The password you entered is not correct" in wrong.text
        code = given(visitor.submit(wrong, password=PASSWORD))["code"]
        said = claims(address, redeem(address, code).json()["id_token"])
    assert said["auth_time"] >= first["auth_time"] + 120


def test_a_recent_enough_sign_in_is_not_asked_again(visitor: Visitor, ben: Person) -> None:
    code_for(visitor, ben)
    assert "code" in given(visitor.open(wish(max_age="600")))


@pytest.mark.parametrize("asking", [{"prompt": "login"}, {"max_age": "0"}])
def test_somebody_not_signed_in_is_asked_once(
    visitor: Visitor, ben: Person, asking: dict[str, str | None]
) -> None:
    assert "code" in given(visitor.sign_in(wish(**asking), ben.email))


def test_a_silent_wish_is_never_answered_with_a_page(visitor: Visitor, ben: Person) -> None:
    assert given(visitor.open(wish(prompt="none")))["error"] == "login_required"
    code_for(visitor, ben)
    with time_machine.travel(time.time() + 120):
        answer = given(visitor.open(wish(prompt="none", max_age="60")))
    assert answer["error"] == "login_required"


def test_log_out_at_the_service_is_log_out_here(
    address: str, visitor: Visitor, ben: Person
) -> None:
    id_token = redeem(address, code_for(visitor, ben)).json()["id_token"]
    leaving = urlencode(
        {"id_token_hint": id_token, "post_logout_redirect_uri": AFTERWARDS, "state": "s-2"}
    )
    response = visitor.open(f"/openid/sign-out?{leaving}")
    assert response.headers["location"] == f"{AFTERWARDS}?state=s-2"
    assert "Sign in" in visitor.open("/").text


def test_a_log_out_that_proves_nothing_is_confirmed_first(
    address: str, visitor: Visitor, ben: Person
) -> None:
    code_for(visitor, ben)
    leaving = urlencode({"client_id": "ravs", "post_logout_redirect_uri": AFTERWARDS})
    page = visitor.open(f"/openid/sign-out?{leaving}")
    assert "Do you want to sign out?" in page.text
    assert "You are signed in" in visitor.open("/").text
    stayed = visitor.submit(page, action="stay")
    assert stayed.headers["location"] == AFTERWARDS
    assert "You are signed in" in visitor.open("/").text
    visitor.submit(page, action="sign-out")
    assert "You are signed in" not in visitor.open("/").text


def test_a_foreign_site_cannot_press_the_button(visitor: Visitor, ben: Person) -> None:
    code_for(visitor, ben)
    visitor.http.post(f"{visitor.origin}/openid/sign-out", data={"action": "sign-out"})
    assert "You are signed in" in visitor.open("/").text


@pytest.mark.parametrize(
    "target", ["http://evil.example/", "http://127.0.0.1:9999/", f"{AFTERWARDS}x", "//evil.example"]
)
def test_log_out_leads_to_registered_addresses_only(
    address: str, visitor: Visitor, ben: Person, target: str
) -> None:
    id_token = redeem(address, code_for(visitor, ben)).json()["id_token"]
    leaving = urlencode({"id_token_hint": id_token, "post_logout_redirect_uri": target})
    response = visitor.open(f"/openid/sign-out?{leaving}")
    assert response.status_code == 400
    assert "location" not in response.headers


def test_the_issuer_is_the_setting_whatever_the_request_says(
    address: str, visitor: Visitor, ben: Person
) -> None:
    visitor.http.headers.update(
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil"}
    )
    answer = redeem(address, code_for(visitor, ben)).json()
    assert claims(address, answer["id_token"])["iss"] == address
    spoofed = httpx2.get(
        f"{address}/.well-known/openid-configuration", headers={"Host": "evil"}, timeout=60
    )
    assert spoofed.status_code == 400


def test_a_forged_token_opens_nothing(address: str, visitor: Visitor, ben: Person) -> None:
    id_token = redeem(address, code_for(visitor, ben)).json()["id_token"]
    header, body, _ = id_token.split(".")
    said = json.loads(urlsafe_b64decode(body + "=="))
    for token in (id_token, f"{header}.{body}.", "x"):
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx2.get(f"{address}/openid/userinfo", headers=headers, timeout=60)
        assert answer.status_code == 401
    assert said["sub"] == str(ben.pk)


def test_the_token_endpoint_can_be_worn_out_by_nobody(
    address: str, registered: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ravs_identity.oidc import views

    monkeypatch.setitem(views.LIMITS, "token_refused", "3/m/ip")
    answers = [redeem(address, f"code-{n}").status_code for n in range(5)]
    assert answers == [400, 400, 400, 400, 429]


def test_registering_twice_changes_nothing_and_otherwise_what_is_told(registered: None) -> None:
    same: dict[str, Any] = {
        "client_id": "ravs",
        "name": "Record a vaccination",
        "secret": SECRET,
        "redirect_uris": [CALLBACK],
        "logout_uris": [AFTERWARDS],
    }
    assert register(**same) is False
    assert register(**{**same, "secret": "another-secret"}) is True
    assert register(**{**same, "redirect_uris": [CALLBACK, f"{CALLBACK}2"]}) is True
