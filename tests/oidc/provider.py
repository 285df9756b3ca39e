"""A scriptable OpenID provider: a real HTTP server on a loopback port, honest until told otherwise.

It does what the standard asks of a provider (codes work once, PKCE and the client's secret are
checked, tokens are signed by joserfc). A test changes what it says by writing to ``script``.
"""

import base64
import hmac
import json
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from authlib.oidc.core.util import create_half_hash  # type: ignore[import-untyped]
from joserfc import jws, jwt
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

CLIENT_ID = "ravs"
CLIENT_SECRET = "test-client-secret"

GONE = object()
"""As the value of a claim or of an entry of discovery: leave it out."""

MAKERS: dict[str, Callable[[str], Key]] = {
    "RS256": lambda kid: RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"}),
    "PS256": lambda kid: RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "PS256"}),
    "ES256": lambda kid: ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": "ES256"}),
    "EdDSA": lambda kid: OKPKey.generate_key("Ed25519", {"kid": kid, "use": "sig", "alg": "EdDSA"}),
}

_made: dict[tuple[str, str], Key] = {}


def key(algorithm: str, kid: str = "") -> Key:
    """A key pair, made once per run: making one takes longer than a test."""
    kid = kid or f"key-{algorithm}"
    if (algorithm, kid) not in _made:
        _made[algorithm, kid] = MAKERS[algorithm](kid)
    return _made[algorithm, kid]


@dataclass
class Person:
    """Who is sitting at the browser, as the provider knows them."""

    subject: str = "subject-of-ada"
    email: str = "ada.jones@rw3.nhs.uk"
    verified: object = True


@dataclass
class Script:
    """What the provider says and does. The defaults are honest."""

    person: Person = field(default_factory=Person)
    algorithm: str = "RS256"
    published: list[Key] | None = None
    signing_key: Key | None = None
    header: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    email_in_token: bool = True
    userinfo: dict[str, Any] = field(default_factory=dict)
    discovery: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, Any] = field(default_factory=dict)
    token: Callable[[dict[str, Any]], Any] = field(default=lambda granted: granted)
    forge: Callable[[dict[str, Any], dict[str, Any]], str] | None = None
    status: dict[str, int] = field(default_factory=dict)
    body: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Grant:
    nonce: str | None
    challenge: str
    redirect_uri: str


class Provider:
    """``with Provider() as provider:`` – then ``provider.issuer`` is where it lives."""

    def __init__(self) -> None:
        self.script = Script()
        self.asked: Counter[str] = Counter()
        self.last: dict[str, dict[str, str]] = {}
        self._grants: dict[str, Grant] = {}
        self._tokens: set[str] = set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )

    def __enter__(self) -> "Provider":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def signing_key(self) -> Key:
        return self.script.signing_key or key(self.script.algorithm)

    def published(self) -> list[Key]:
        return self.script.published or [self.signing_key()]

    # The endpoints: each returns status, headers and body.

    def discovery(self, _query: dict[str, str], _headers: Any) -> tuple[int, dict[str, str], str]:
        document = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/logout",
            "id_token_signing_alg_values_supported": ["RS256", "PS256", "ES256", "EdDSA", "HS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }
        return 200, {}, json.dumps(_changed(document, self.script.discovery))

    def jwks(self, _query: dict[str, str], _headers: Any) -> tuple[int, dict[str, str], str]:
        keys = [public.as_dict(private=False) for public in self.published()]
        return 200, {}, json.dumps({"keys": keys})

    def authorize(self, query: dict[str, str], _headers: Any) -> tuple[int, dict[str, str], str]:
        honest = (
            query.get("client_id") == CLIENT_ID
            and query.get("response_type") == "code"
            and query.get("code_challenge_method") == "S256"
            and "openid" in query.get("scope", "").split()
        )
        if not honest:
            return 400, {}, "not a request that this provider answers"
        code = secrets.token_urlsafe(16)
        self._grants[code] = Grant(
            query.get("nonce"), query["code_challenge"], query["redirect_uri"]
        )
        answer = _changed({"code": code, "state": query["state"]}, self.script.answer)
        return 302, {"Location": f"{query['redirect_uri']}?{urlencode(answer)}"}, ""

    def token(self, form: dict[str, str], headers: Any) -> tuple[int, dict[str, str], str]:
        if not self._is_the_client(form, headers):
            return 401, {}, json.dumps({"error": "invalid_client"})
        grant = self._grants.pop(form.get("code", ""), None)
        if grant is None or not _answers(grant, form):
            return 400, {}, json.dumps({"error": "invalid_grant"})
        access_token = secrets.token_urlsafe(16)
        self._tokens.add(access_token)
        granted = {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": self.id_token(grant, access_token),
        }
        return 200, {}, json.dumps(self.script.token(granted))

    def userinfo(self, _query: dict[str, str], headers: Any) -> tuple[int, dict[str, str], str]:
        if headers.get("Authorization", "").removeprefix("Bearer ") not in self._tokens:
            return 401, {}, json.dumps({"error": "invalid_token"})
        person = self.script.person
        told = {"sub": person.subject, "email": person.email, "email_verified": person.verified}
        return 200, {}, json.dumps(_changed(told, self.script.userinfo))

    def logout(self, query: dict[str, str], _headers: Any) -> tuple[int, dict[str, str], str]:
        return 302, {"Location": query.get("post_logout_redirect_uri", "/")}, ""

    # What they are made of.

    def id_token(self, grant: Grant, access_token: str) -> str:
        now = int(time.time())
        person = self.script.person
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": person.subject,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "at_hash": half_hash(access_token, self.script.algorithm),
        }
        if grant.nonce is not None:
            claims["nonce"] = grant.nonce
        if self.script.email_in_token:
            claims |= {"email": person.email, "email_verified": person.verified}
        claims = _changed(claims, self.script.claims)
        signer = self.signing_key()
        header = _changed(
            {"alg": self.script.algorithm, "kid": signer.kid, "typ": "JWT"}, self.script.header
        )
        if self.script.forge is not None:
            return self.script.forge(header, claims)
        return signed(header, claims, signer)

    def _is_the_client(self, form: dict[str, str], headers: Any) -> bool:
        given = headers.get("Authorization", "")
        if given.startswith("Basic "):
            pair = base64.b64decode(given.removeprefix("Basic ")).decode()
            name, _, secret = (unquote(part) for part in pair.partition(":"))
        else:
            name, secret = form.get("client_id", ""), form.get("client_secret", "")
        return (name, secret) == (CLIENT_ID, CLIENT_SECRET)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                """Tests are quiet."""

            def do_GET(self) -> None:
                self.answer(urlsplit(self.path).query)

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                self.answer(self.rfile.read(length).decode())

            def answer(self, query: str) -> None:
                path = urlsplit(self.path).path
                well_known = path == "/.well-known/openid-configuration"
                name = "discovery" if well_known else path.strip("/")
                provider.asked[name] += 1
                values = {name: found[-1] for name, found in parse_qs(query).items()}
                provider.last[name] = values
                time.sleep(provider.script.seconds.get(name, 0))
                status, headers, body = getattr(provider, name)(values, self.headers)
                body = provider.script.body.get(name, body)
                content = body.encode()
                self.send_response(provider.script.status.get(name, status))
                for header, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(header, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        return Handler


def signed(header: dict[str, Any], claims: dict[str, Any], signer: Key) -> str:
    """A token as its header says, however unwise."""
    registry = _Anything(algorithms=[header["alg"]], strict_check_header=False)
    return jwt.encode(header, claims, signer, registry=registry, default_type=None)


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """A token with ``alg: none`` and nothing where the signature belongs."""
    parts = [json.dumps(part).encode() for part in ({**header, "alg": "none"}, claims)]
    return ".".join([*map(_encoded, parts), ""])


def signed_with_public_key(public: Key) -> Callable[[dict[str, Any], dict[str, Any]], str]:
    """The old trick: the public key, as text, used as the secret of a keyed hash.

    By hand, for joserfc makes no such token."""
    secret = public.as_pem(private=False)

    def forge(header: dict[str, Any], claims: dict[str, Any]) -> str:
        parts = [
            _encoded(json.dumps(part).encode()) for part in ({**header, "alg": "HS256"}, claims)
        ]
        body = ".".join(parts)
        return f"{body}.{_encoded(hmac.digest(secret, body.encode(), 'sha256'))}"

    return forge


def half_hash(text: str, algorithm: str) -> str:
    made = create_half_hash(text, algorithm)
    return made.decode() if made else ""


class _Anything(jws.JWSRegistry):
    """Signs whatever it is given."""

    def get_alg(self, name: str) -> Any:
        return self.algorithms[name]

    def check_header(self, header: dict[str, Any]) -> None:
        pass


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def _answers(grant: Grant, form: dict[str, str]) -> bool:
    digest = sha256(form.get("code_verifier", "").encode()).digest()
    return _encoded(digest) == grant.challenge and form.get("redirect_uri") == grant.redirect_uri


def _changed(honest: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**honest, **changes}.items() if value is not GONE}
