"""What stands in the Authorization header: an API token, or one that a service app was given.

A service app proves itself with an assertion it signs (RFC 7523, ``private_key_jwt``), the only
way in which Okta gives out tokens for its own API.
"""

import threading
import time
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.jwk import Key

from ravs.core import http
from ravs.core.ids import new_id
from ravs.integrations.identity.okta import rates
from ravs.integrations.identity.okta.account import OktaAccount
from ravs.integrations.identity.okta.people import Unreadable
from ravs.integrations.identity.port import DirectoryError

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS = 300
SPARE_SECONDS = 60
LONGEST_SECONDS = 24 * 60 * 60
ALGORITHMS = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512")
USUAL = {"RSA": "RS256", "P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}
HINTS = {
    "invalid_client": "it does not accept the key of the service app",
    "invalid_scope": "the service app was not granted the scopes it needs",
    "invalid_dpop_proof": "the service app must not require proof of possession (DPoP)",
    "unauthorized_client": "the service app may not use client credentials",
}


@dataclass(frozen=True)
class _Granted:
    token: str
    until: float


_granted: dict[tuple[str, str, str], _Granted] = {}
_lock = threading.Lock()


def authorisation(okta: OktaAccount, client: Any) -> str:
    """The header's value; asks for a token when there is none, or none that lasts."""
    if okta.private_key is None:
        return f"SSWS {okta.api_token}"
    with _lock:
        granted = _granted.get(_key(okta))
    if granted is None or granted.until <= time.time():
        granted = _ask(okta, client, okta.private_key)
        with _lock:
            _granted[_key(okta)] = granted
    return f"Bearer {granted.token}"


def forget(okta: OktaAccount) -> bool:
    """Drop a token that was refused; whether there was one that could be asked for anew."""
    with _lock:
        return _granted.pop(_key(okta), None) is not None


def _key(okta: OktaAccount) -> tuple[str, str, str]:
    return okta.org_url, okta.client_id, okta.scopes


def _ask(okta: OktaAccount, client: Any, key: Key) -> _Granted:
    address = f"{okta.org_url}/oauth2/v1/token"
    form = {
        "grant_type": "client_credentials",
        "scope": okta.scopes,
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion(okta.client_id, address, key),
    }
    response = client.post(address, data=form)
    said = _json(response)
    if not response.is_success:
        raise _refusal(response, said.get("error"))
    token, seconds = said.get("access_token"), said.get("expires_in")
    is_usable = isinstance(token, str) and token.isascii() and token.isprintable() and token
    if not is_usable or isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise Unreadable("a token")
    lasts = min(max(float(seconds), 0.0), LONGEST_SECONDS)
    return _Granted(str(token), time.time() + lasts - min(SPARE_SECONDS, lasts / 2))


def assertion(client_id: str, audience: str, key: Key) -> str:
    """What the service app signs to say who it is; good once, and for five minutes."""
    now = int(time.time())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "iat": now,
        "exp": now + ASSERTION_SECONDS,
        "jti": new_id().hex,
    }
    header = {"alg": algorithm(key)} | ({"kid": key.kid} if key.kid else {})
    return jwt.encode(header, claims, key, algorithms=[header["alg"]])


def algorithm(key: Key) -> str:
    """The key's own word, else the usual one of its kind; empty where there is none."""
    told = key.as_dict(private=False)
    return str(told.get("alg") or USUAL.get(str(told.get("crv") or key.key_type), ""))


def _refusal(response: http.Response, error: object) -> DirectoryError:
    refused = rates.refusal(response)
    hint = HINTS.get(str(error), "")
    reason = f"{refused} to the service app's request for a token"
    return DirectoryError(
        f"{reason}: {hint}" if hint else reason,
        permanent=refused.permanent,
        retry_after=refused.retry_after,
    )


def _json(response: http.Response) -> dict[str, Any]:
    """The answer as an object; nonsense counts as an empty one."""
    try:
        said = response.json()
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
