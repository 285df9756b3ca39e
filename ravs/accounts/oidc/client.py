"""The code flow: sending somebody to the provider, and what their way back proves."""

import logging
from dataclasses import dataclass
from typing import Any

from authlib.common.urls import add_params_to_uri  # type: ignore[import-untyped]
from authlib.integrations.httpx_client import oauth2_client as over_httpx  # type: ignore[import-untyped]
from authlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]
from authlib.oauth2.client import OAuth2Client  # type: ignore[import-untyped]
from django.conf import settings
from django.urls import reverse

from ravs.accounts.normalise import InvalidEmail, email_key
from ravs.accounts.oidc import discovery, tokens
from ravs.accounts.oidc.attempts import Attempt
from ravs.accounts.oidc.discovery import Provider
from ravs.accounts.refusals import EmailNotProved, ProviderDown, StartAgain
from ravs.core import http

SCOPE = "openid email"
TIMEOUT_SECONDS = 5.0
TELLS_OF_TROUBLE = frozenset(
    {"server_error", "temporarily_unavailable", "invalid_client", "unauthorized_client"}
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Proved:
    """What the provider vouches for."""

    issuer: str
    subject: str
    email: str
    id_token: str


class _CodeClient(OAuth2Client):  # type: ignore[misc]
    """Authlib's client over a client of our one outbound door."""

    client_auth_class = over_httpx.OAuth2ClientAuth


def authorisation_url(attempt: Attempt) -> str:
    """Where to send the browser; raises ``ProviderDown``."""
    provider = discovery.provider(settings.OIDC_ISSUER, answered_within=discovery.SURE_SECONDS)
    extra = {"prompt": "login"} if attempt.anew else {}
    url, _ = _client(provider, session=None).create_authorization_url(
        provider.authorization_endpoint,
        state=attempt.state,
        nonce=attempt.nonce,
        code_verifier=attempt.verifier,
        **extra,
    )
    return str(url)


def proved(attempt: Attempt, answer: dict[str, str]) -> Proved:
    """What the query of the callback is worth; raises a ``SignInRefused``."""
    provider = discovery.provider(settings.OIDC_ISSUER)
    _check_answer(provider, answer)
    granted = _exchange(provider, attempt, answer["code"])
    access_token = granted.get("access_token")
    access_token = access_token if isinstance(access_token, str) else ""
    claims = tokens.claims_of(
        provider,
        granted.get("id_token"),
        client_id=settings.OIDC_CLIENT_ID,
        attempt=attempt,
        access_token=access_token,
    )
    if not _says_enough(claims) and access_token and provider.userinfo_endpoint:
        told = _userinfo(provider, claims["sub"], access_token)
    else:
        told = claims
    return Proved(
        issuer=provider.issuer,
        subject=claims["sub"],
        email=_proved_email(told),
        id_token=granted["id_token"],
    )


def logout_url(id_token: str) -> str:
    """Where the person is logged out at the provider too, or empty when it offers no such place.

    Raises ``ProviderDown``.
    """
    provider = discovery.provider(settings.OIDC_ISSUER, answered_within=discovery.SURE_SECONDS)
    if not provider.end_session_endpoint:
        return ""
    params = {
        "client_id": settings.OIDC_CLIENT_ID,
        "post_logout_redirect_uri": f"{settings.PUBLIC_URL}/",
    }
    if id_token:
        params["id_token_hint"] = id_token
    return str(add_params_to_uri(provider.end_session_endpoint, params))


def redirect_uri() -> str:
    """Fixed by a setting: what the request says its host was plays no part."""
    return f"{settings.PUBLIC_URL}{reverse('accounts:callback')}"


def _client(provider: Provider, session: Any) -> _CodeClient:
    return _CodeClient(
        session,
        client_id=settings.OIDC_CLIENT_ID,
        client_secret=settings.OIDC_CLIENT_SECRET,
        token_endpoint_auth_method=_auth_method(provider),
        scope=SCOPE,
        redirect_uri=redirect_uri(),
        code_challenge_method="S256",
    )


def _auth_method(provider: Provider) -> str:
    if not settings.OIDC_CLIENT_SECRET:
        return "none"
    if "client_secret_basic" in provider.auth_methods:
        return "client_secret_basic"
    return "client_secret_post"


def _check_answer(provider: Provider, answer: dict[str, str]) -> None:
    """Whose answer it is (RFC 9207: another provider's must not be mixed in), and what it says."""
    issuer = answer.get("iss")
    if (issuer is not None or provider.names_itself) and issuer != provider.issuer:
        raise StartAgain("The answer names another issuer.")
    error = answer.get("error")
    if error in TELLS_OF_TROUBLE:
        raise ProviderDown(f"The provider says {error}.")
    if error or not answer.get("code"):
        raise StartAgain("The provider gave no code.")


def _exchange(provider: Provider, attempt: Attempt, code: str) -> dict[str, Any]:
    try:
        with http.client(timeout=TIMEOUT_SECONDS) as session:
            granted = _client(provider, session).fetch_token(
                provider.token_endpoint,
                code=code,
                code_verifier=attempt.verifier,
                grant_type="authorization_code",
            )
    except OAuth2Error as error:
        logger.warning("identity provider: the code is refused: %s", error.error)
        if error.error in TELLS_OF_TROUBLE:
            raise ProviderDown(f"The provider says {error.error}.") from error
        raise StartAgain("The provider refuses the code.") from error
    except (http.HttpError, http.OutboundError) as error:
        logger.warning("identity provider: the token endpoint: %s", http.failure(error))
        raise ProviderDown from error
    except (ValueError, TypeError) as error:
        logger.warning("identity provider: the token endpoint answers nothing usable")
        raise ProviderDown from error
    return dict(granted)


def _says_enough(claims: dict[str, Any]) -> bool:
    """Address and proof come from one place, the ID token or userinfo; they are never mixed."""
    return "email" in claims and ("email_verified" in claims or settings.OIDC_TRUST_EMAIL)


def _userinfo(provider: Provider, subject: str, access_token: str) -> dict[str, Any]:
    """What userinfo says, if it speaks of the same person."""
    found = discovery.fetch_json(provider.userinfo_endpoint, Authorization=f"Bearer {access_token}")
    if found.get("sub") != subject:
        raise StartAgain("Userinfo speaks of somebody else.")
    return found


def _proved_email(claims: dict[str, Any]) -> str:
    """The address, if the provider vouches for it or the operator says that it owns it."""
    email = claims.get("email")
    if not isinstance(email, str):
        raise EmailNotProved
    if claims.get("email_verified") is not True and not settings.OIDC_TRUST_EMAIL:
        raise EmailNotProved(email)
    try:
        email_key(email)
    except InvalidEmail as error:
        raise EmailNotProved from error
    return email
