"""What ID tokens and userinfo say, and which key signs them."""

import hashlib
from collections.abc import Iterable
from typing import Any, Literal

from allauth.core import context
from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client, PrivateKey
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError

from ravs_identity.keys import open_keys
from ravs_identity.models import Person

SIGNED_IN_FOR = 120


class OIDCAdapter(DefaultOIDCAdapter):  # type: ignore[misc]
    """The issuer is the operator's setting; an address counts as proved by activation only."""

    def get_issuer(self) -> str:
        return str(settings.PUBLIC_URL)

    def get_claims(
        self,
        purpose: Literal["id_token", "userinfo"],
        user: Person,
        client: Client,
        scopes: Iterable[str],
        email: str | None = None,
        **_kwargs: Any,
    ) -> dict[str, Any]:
        claims: dict[str, Any] = {"sub": self.get_user_sub(client, user)}
        if "email" in scopes:
            claims |= {"email": user.email, "email_verified": user.is_activated}
        if "profile" in scopes:
            names = {
                "name": user.get_full_name(),
                "given_name": user.first_name,
                "family_name": user.last_name,
                "preferred_username": user.email,
            }
            claims |= {claim: name for claim, name in names.items() if name}
        return claims

    def populate_id_token(
        self,
        id_token: dict[str, Any],
        client: Client,
        scopes: Iterable[str],
        **_kwargs: Any,
    ) -> None:
        """When the person typed their password: the session knew, the token request does not."""
        signed_in_at = recall_sign_in(str(context.request.POST.get("code", "")))
        if signed_in_at is not None:
            id_token["auth_time"] = signed_in_at

    def get_user_by_sub(self, client: Client, sub: str) -> Person | None:
        try:
            person: Person | None = super().get_user_by_sub(client, sub)
        except ValidationError:
            return None
        return person

    def list_private_keys(
        self, *, did_activate: Literal[True] | None = None, is_active: Literal[True] | None = None
    ) -> list[PrivateKey]:
        return [PrivateKey(pem=pem) for pem in open_keys()]


def note_sign_in(code: str, signed_in_at: int) -> None:
    """Remember for an authorisation code when its person signed in."""
    cache.set(_key(code), signed_in_at, timeout=SIGNED_IN_FOR)


def recall_sign_in(code: str) -> int | None:
    found: int | None = cache.get(_key(code))
    return found


def _key(code: str) -> str:
    return f"ravs_identity.signed-in:{hashlib.sha256(code.encode()).hexdigest()}"
