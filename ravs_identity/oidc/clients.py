"""Registering the services that send people here."""

from collections.abc import Iterable

from allauth.idp.oidc.models import Client
from django.db import transaction

SCOPES = ["openid", "email", "profile"]
UNNAMED = "the service"


@transaction.atomic
def register(
    *,
    client_id: str,
    name: str,
    secret: str,
    redirect_uris: Iterable[str],
    logout_uris: Iterable[str] = (),
) -> bool:
    """Make a client be as told: first-party, confidential, code flow. Whether anything changed."""
    client = Client.objects.select_for_update().filter(pk=client_id).first()
    known = client is not None
    client = client or Client(pk=client_id)
    before = _facts(client) if known else None
    client.name = name or client.name or UNNAMED
    client.type = Client.Type.CONFIDENTIAL
    client.skip_consent = True
    client.allow_uri_wildcards = False
    client.set_scopes(SCOPES)
    client.set_default_scopes(["openid"])
    client.set_grant_types([Client.GrantType.AUTHORIZATION_CODE.value])
    client.set_response_types([Client.ResponseType.CODE.value])
    client.set_redirect_uris(list(redirect_uris))
    client.set_post_logout_redirect_uris(list(logout_uris))
    if not known or not client.check_secret(secret):
        client.set_secret(secret)
    if _facts(client) == before:
        return False
    client.save()
    return True


def _facts(client: Client) -> tuple[object, ...]:
    return (
        client.name,
        client.secret,
        client.type,
        client.skip_consent,
        client.redirect_uris,
        client.scopes,
        client.grant_types,
        client.response_types,
        tuple(client.get_post_logout_redirect_uris()),
    )
