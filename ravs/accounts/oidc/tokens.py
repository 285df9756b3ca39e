"""The ID token: which signatures and which claims are believed (OpenID Connect Core 3.1.3.7)."""

import time
from typing import Any

from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError, UnsupportedAlgorithmError
from joserfc.jwk import GuestProtocol, Key, KeyParameters, KeySet
from joserfc.jws import JWSRegistry

from ravs.accounts.oidc import discovery
from ravs.accounts.oidc.attempts import Attempt
from ravs.accounts.oidc.discovery import Provider
from ravs.accounts.refusals import StartAgain

LEEWAY_SECONDS = 60
LONGEST_SUBJECT = 255
TYPES = frozenset({"", "jwt"})


class _Registry(JWSRegistry):
    """Our algorithms and no other. Of an empty list the library makes its own recommendations,
    HS256 among them; here nothing is then allowed. Some providers put certificates into the
    header, so it may be longer than the library thinks."""

    max_header_length = 8192

    def get_alg(self, name: str) -> Any:
        if name not in (self.allowed or ()):
            raise UnsupportedAlgorithmError(f"Algorithm of '{name}' is not allowed")
        return self.algorithms[name]


def claims_of(
    provider: Provider, token: Any, *, client_id: str, attempt: Attempt, access_token: str
) -> dict[str, Any]:
    """The claims of an ID token that was made by this provider, for us, for this attempt, now.

    Raises ``StartAgain`` for every other, ``ProviderDown`` when its keys cannot be read.
    """
    if not isinstance(token, str):
        raise StartAgain("There is no ID token.")
    try:
        decoded = _decoded(provider, token)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": provider.issuer},
                "sub": {"essential": True},
                "aud": {"essential": True, "value": client_id},
            },
            {"nonce": attempt.nonce, "client_id": client_id, "access_token": access_token},
        )
        claims.validate(now=int(time.time()), leeway=LEEWAY_SECONDS)
    except (JoseError, ValueError, TypeError) as error:
        raise StartAgain(f"The ID token is refused: {type(error).__name__}: {error}") from error
    _check_time_and_kind(claims, attempt)
    return dict(claims)


def _decoded(provider: Provider, token: str) -> jwt.Token:
    registry = _Registry(algorithms=sorted(provider.algorithms), strict_check_header=False)
    try:
        return jwt.decode(token, _finder(discovery.keys(provider)), registry=registry)
    except InvalidKeyIdError:
        known = discovery.keys(provider, refetch=True)
        return jwt.decode(token, _finder(known), registry=registry)


def _finder(keys: KeySet) -> Any:
    """Finds the key that a token names, or the only one that fits when it names none."""

    def find(token: GuestProtocol) -> Key:
        header = token.headers()
        fitting: KeyParameters = {"alg": header["alg"], "use": "sig"}
        if header.get("kid"):
            return keys.get_by_kid(header["kid"], fitting)
        kind = JWSRegistry.algorithms[header["alg"]].key_type
        candidates = [
            key for key in keys if key.key_type == kind and key.get("alg") in {None, header["alg"]}
        ]
        if len(candidates) != 1:
            raise InvalidKeyIdError("The token does not say which key made it.")
        return candidates[0]

    return find


def _check_time_and_kind(claims: CodeIDToken, attempt: Attempt) -> None:
    """What the library leaves to us."""
    if str(claims.header.get("typ", "")).lower() not in TYPES:
        raise StartAgain("The token is of another kind.")
    subject = claims["sub"]
    if len(subject) > LONGEST_SUBJECT or not (subject.isascii() and subject.isprintable()):
        raise StartAgain("The subject is not one that the standard allows.")
    earliest = attempt.started_at - LEEWAY_SECONDS
    if claims["iat"] < earliest:
        raise StartAgain("The token is older than the attempt.")
    if attempt.anew and claims.get("auth_time") and claims["auth_time"] < earliest:
        raise StartAgain("The person was not asked to prove themselves again.")
