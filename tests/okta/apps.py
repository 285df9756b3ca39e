"""The twin's token endpoint: it knows service apps by their public keys, and believes no others."""

import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key

from ravs.core.tests.peer import Asked

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"]
LONGEST_ASSERTION = 3600


@dataclass
class ServiceApp:
    key: Key
    scopes: set[str]


@dataclass
class ServiceApps:
    """Apps by client id, and the tokens they were given."""

    apps: dict[str, ServiceApp] = field(default_factory=dict)
    lasts: float = 3600
    given: dict[str, tuple[set[str], float]] = field(default_factory=dict)
    assertions: list[str] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def register(self, client_id: str, key: Key, scopes: str) -> None:
        self.apps[client_id] = ServiceApp(key, set(scopes.split()))

    def revoke_all(self) -> None:
        self.given.clear()

    def scopes_of(self, token: str) -> set[str] | None:
        """``None`` for a token that was never given, was taken back or has ended."""
        scopes, until = self.given.get(token, (set(), 0.0))
        return scopes if until > time.time() else None

    def give(self, asked: Asked, *, audience: str) -> tuple[int, dict[str, Any]]:
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        if form.get("grant_type") != "client_credentials":
            return _no("unsupported_grant_type", 400)
        app = self._who(form, audience)
        if app is None:
            return _no("invalid_client", 401)
        wanted = set(form.get("scope", "").split())
        if not wanted or wanted - app.scopes:
            return _no("invalid_scope", 400)
        token = secrets.token_urlsafe(32)
        self.given[token] = (wanted, time.time() + self.lasts)
        return 200, {
            "token_type": "Bearer",
            "expires_in": int(self.lasts),
            "access_token": token,
            "scope": " ".join(sorted(wanted)),
        }

    def _who(self, form: dict[str, str], audience: str) -> ServiceApp | None:
        """RFC 7523, section 3, with Okta's limits."""
        assertion = form.get("client_assertion", "")
        self.assertions.append(assertion)
        for client_id, app in self.apps.items():
            try:
                token = jwt.decode(assertion, app.key, algorithms=ALGORITHMS)
            except (JoseError, ValueError):
                continue
            if self._is_good(token.claims, client_id, audience) and (
                form.get("client_assertion_type") == ASSERTION_TYPE
                and token.header.get("kid") in {None, app.key.kid}
            ):
                return app
        return None

    def _is_good(self, claims: dict[str, Any], client_id: str, audience: str) -> bool:
        now, ends, once = time.time(), claims.get("exp", 0), claims.get("jti", "")
        fresh = now < ends <= now + LONGEST_ASSERTION and once not in self._seen
        self._seen.add(once)
        return (
            fresh
            and claims.get("aud") == audience
            and claims.get("iss") == claims.get("sub") == client_id
        )


def _no(error: str, status: int) -> tuple[int, dict[str, Any]]:
    return status, {"error": error, "error_description": "The twin does not believe this."}
