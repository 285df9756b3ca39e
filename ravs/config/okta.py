"""What settings follow from ``OKTA_…``: all that is needed, or no start."""

import json
import os
import re
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, RSAKey

from ravs.core import env
from ravs.core.env import BadSetting
from ravs.integrations.identity.okta.account import ACTIVATION_DAYS, OktaAccount
from ravs.integrations.identity.okta.tokens import ALGORITHMS, algorithm

ID = re.compile(r"[0-9A-Za-z]{1,64}")
ATTRIBUTE = re.compile(r"[A-Za-z][0-9A-Za-z_]{0,63}")
STANDARD = frozenset({"login", "email", "firstName", "lastName"})
SHORTEST_RSA = 2048
PEM = "-----BEGIN"


def okta() -> OktaAccount:
    """Which Okta, how to prove who we are there, and what to let people into."""
    app_id, group_id = _id("OKTA_APP_ID"), _id("OKTA_GROUP_ID")
    if bool(app_id) == bool(group_id):
        raise BadSetting("OKTA_APP_ID or OKTA_GROUP_ID must be set, and not both.")
    token = _optional_secret("OKTA_API_TOKEN")
    client_id = env.text("OKTA_CLIENT_ID", "")
    if bool(token) == bool(client_id):
        raise BadSetting("OKTA_API_TOKEN or OKTA_CLIENT_ID must be set, and not both.")
    return OktaAccount(
        org_url=_org_url(),
        api_token=token,
        client_id=client_id,
        private_key=_private_key() if client_id else None,
        app_id=app_id,
        group_id=group_id,
        external_id_attribute=_attribute(),
        activation_days=env.integer("OKTA_ACTIVATION_DAYS", ACTIVATION_DAYS, least=1, most=365),
    )


def _org_url() -> str:
    address = env.url("OKTA_ORG_URL", origin=True)
    if "-admin." in address:
        raise BadSetting("OKTA_ORG_URL must be the address people log in at, without -admin.")
    return address


def _id(name: str) -> str:
    value = env.text(name, "")
    if value and not ID.fullmatch(value):
        raise BadSetting(f"{name} must be an id as Okta gives it: letters and digits only.")
    return value


def _attribute() -> str:
    name = env.text("OKTA_EXTERNAL_ID_ATTRIBUTE", "")
    if name and (name in STANDARD or not ATTRIBUTE.fullmatch(name)):
        raise BadSetting(
            "OKTA_EXTERNAL_ID_ATTRIBUTE must be the variable name of a custom attribute."
        )
    return name


def _optional_secret(name: str) -> str:
    value = env.secret(name, "")
    if not value.isascii() or " " in value:
        raise BadSetting(f"{name} must be as Okta gave it, without spaces.")
    return value


def _private_key() -> Key:
    """A private key as JWK or PEM; where a line must hold it all, ``\\n`` stands for a new one."""
    key = _key_of(_document("OKTA_PRIVATE_KEY"))
    if key is None or not key.is_private:
        raise BadSetting("OKTA_PRIVATE_KEY must be a private RSA or EC key, as JWK or PEM.")
    if isinstance(key, RSAKey) and key.raw_value.key_size < SHORTEST_RSA:
        raise BadSetting(f"OKTA_PRIVATE_KEY must have at least {SHORTEST_RSA} bits.")
    if algorithm(key) not in ALGORITHMS:
        raise BadSetting("OKTA_PRIVATE_KEY is for an algorithm or a curve that Okta does not take.")
    return key


def _key_of(text: str) -> RSAKey | ECKey | None:
    for kind in (RSAKey, ECKey):
        try:
            return kind.import_key(text if PEM in text else json.loads(text))
        except (JoseError, ValueError, TypeError, AttributeError, RecursionError):
            continue
    return None


def _document(name: str) -> str:
    """A secret that may have several lines, from ``NAME`` or the file that ``NAME_FILE`` names."""
    value = os.environ.get(name, "").strip()
    file = env.text(f"{name}_FILE", "")
    if value and file:
        raise BadSetting(f"Set either {name} or {name}_FILE, not both.")
    if file:
        try:
            value = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise BadSetting(f"{name}_FILE names a file that cannot be read.") from error
    if not value:
        raise BadSetting(f"{name} must be set.")
    return value.replace("\\n", "\n") if PEM in value else value
