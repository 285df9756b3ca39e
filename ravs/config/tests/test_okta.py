"""The settings of Okta: whole and sound, or no start; and no secret in what is said."""

import json
import runpy
import traceback
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, RSAKey

from ravs.config.tests.test_production import COMPLETE
from ravs.core.env import BadSetting
from ravs.integrations.identity.okta.account import OktaAccount
from ravs.integrations.identity.okta.tokens import algorithm

pytestmark = pytest.mark.once

BY_TOKEN = {
    "IDENTITY_PROVIDER": "okta",
    "OKTA_ORG_URL": "https://trust.okta-emea.com",
    "OKTA_API_TOKEN": "00aQ-a-token-that-nobody-may-read",
    "OKTA_APP_ID": "0oa1gjh63g214q0Hq0g4",
}
EVERY = (*BY_TOKEN, "OKTA_CLIENT_ID", "OKTA_PRIVATE_KEY", "OKTA_PRIVATE_KEY_FILE",
         "OKTA_GROUP_ID", "OKTA_EXTERNAL_ID_ATTRIBUTE", "OKTA_ACTIVATION_DAYS",
         "OKTA_API_TOKEN_FILE", "IDENTITY_PROVIDER_NAME")  # fmt: skip
RSA = RSAKey.generate_key(2048, {"kid": "first"})
PEM = RSA.as_pem(private=True).decode()
BY_SERVICE_APP = {
    "OKTA_API_TOKEN": "",
    "OKTA_CLIENT_ID": "0oaServiceApp",
    "OKTA_PRIVATE_KEY": json.dumps(RSA.as_dict(private=True)),
}


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Any:
    def start(**changed: str) -> dict[str, Any]:
        for name in EVERY:
            monkeypatch.delenv(name, raising=False)
        for name, value in (COMPLETE | BY_TOKEN | changed).items():
            monkeypatch.setenv(name, value)
        return runpy.run_module("ravs.config.settings.production")

    return start


def refusal(started: Any, **changed: str) -> str:
    with pytest.raises(BadSetting) as caught:
        started(**changed)
    told = "".join(traceback.format_exception(caught.value))
    assert BY_TOKEN["OKTA_API_TOKEN"] not in told
    for secret in (changed.get("OKTA_PRIVATE_KEY"), changed.get("OKTA_API_TOKEN")):
        assert not secret or secret not in told
    return str(caught.value)


def test_it_starts_with_a_token(started: Any) -> None:
    settings = started()
    account: OktaAccount = settings["OKTA"]
    assert settings["IDENTITY_DIRECTORY"].endswith("okta.directory.OktaDirectory")
    assert settings["IDENTITY_PROVIDER_NAME"] == "Okta"
    assert (account.org_url, account.app_id) == (BY_TOKEN["OKTA_ORG_URL"], BY_TOKEN["OKTA_APP_ID"])
    assert account.api_token == BY_TOKEN["OKTA_API_TOKEN"]
    assert account.activation_days == 7
    assert account.external_id_attribute == ""


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(json.dumps(RSA.as_dict(private=True)), id="JWK"),
        pytest.param(PEM, id="PEM"),
        pytest.param(PEM.replace("\n", "\\n"), id="PEM on one line"),
        pytest.param(
            ECKey.generate_key("P-384").as_pem(private=True).decode(), id="elliptic curve"
        ),
    ],
)
def test_it_starts_with_a_service_app(started: Any, written: str) -> None:
    account: OktaAccount = started(**BY_SERVICE_APP | {"OKTA_PRIVATE_KEY": written})["OKTA"]
    assert account.private_key is not None
    assert algorithm(account.private_key) in {"RS256", "ES384"}
    assert account.scopes == "okta.users.manage okta.apps.manage"


def test_it_asks_for_no_more_than_it_needs(started: Any) -> None:
    group = {"OKTA_APP_ID": "", "OKTA_GROUP_ID": "00g1emaKYZTWRYYRRTSK"}
    assert started(**group)["OKTA"].scopes == "okta.users.manage okta.groups.manage"


def test_it_reads_a_key_of_several_lines_from_a_file(started: Any, tmp_path: Path) -> None:
    file = tmp_path / "okta.pem"
    file.write_text(PEM)
    changed = BY_SERVICE_APP | {"OKTA_PRIVATE_KEY": "", "OKTA_PRIVATE_KEY_FILE": str(file)}
    assert started(**changed)["OKTA"].private_key is not None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"OKTA_ORG_URL": ""}, "OKTA_ORG_URL must be set"),
        ({"OKTA_ORG_URL": "http://trust.okta.com"}, "OKTA_ORG_URL must begin with https"),
        ({"OKTA_ORG_URL": "https://trust.okta.com/api/v1"}, "OKTA_ORG_URL must be scheme"),
        ({"OKTA_ORG_URL": "https://trust-admin.okta.com"}, "OKTA_ORG_URL must be the address"),
        ({"OKTA_APP_ID": ""}, "OKTA_APP_ID or OKTA_GROUP_ID must be set"),
        ({"OKTA_GROUP_ID": "00g1emaKYZTWRYYRRTSK"}, "OKTA_APP_ID or OKTA_GROUP_ID must be set"),
        ({"OKTA_APP_ID": "../users"}, "OKTA_APP_ID must be an id"),
        ({"OKTA_API_TOKEN": ""}, "OKTA_API_TOKEN or OKTA_CLIENT_ID must be set"),
        ({"OKTA_CLIENT_ID": "0oa"}, "OKTA_API_TOKEN or OKTA_CLIENT_ID must be set"),
        ({"OKTA_API_TOKEN": "SSWS 00aQ"}, "OKTA_API_TOKEN must be as Okta gave it"),
        ({"OKTA_ACTIVATION_DAYS": "0"}, "OKTA_ACTIVATION_DAYS must be"),
        ({"OKTA_EXTERNAL_ID_ATTRIBUTE": "login"}, "OKTA_EXTERNAL_ID_ATTRIBUTE must be"),
        ({"OKTA_EXTERNAL_ID_ATTRIBUTE": "a b"}, "OKTA_EXTERNAL_ID_ATTRIBUTE must be"),
        (BY_SERVICE_APP | {"OKTA_PRIVATE_KEY": ""}, "OKTA_PRIVATE_KEY must be set"),
        (BY_SERVICE_APP | {"OKTA_PRIVATE_KEY": "hunter2hunter2"}, "OKTA_PRIVATE_KEY must be a"),
        (BY_SERVICE_APP | {"OKTA_PRIVATE_KEY": '"text"'}, "OKTA_PRIVATE_KEY must be a"),
        (
            BY_SERVICE_APP | {"OKTA_PRIVATE_KEY": json.dumps(RSA.as_dict(private=False))},
            "OKTA_PRIVATE_KEY must be a private",
        ),
        (
            BY_SERVICE_APP | {"OKTA_PRIVATE_KEY_FILE": "/nowhere"},
            "Set either OKTA_PRIVATE_KEY or OKTA_PRIVATE_KEY_FILE",
        ),
        (
            BY_SERVICE_APP | {"OKTA_PRIVATE_KEY": "", "OKTA_PRIVATE_KEY_FILE": "/nowhere"},
            "OKTA_PRIVATE_KEY_FILE names a file that cannot be read",
        ),
    ],
)
def test_it_refuses_half_a_configuration_by_name(
    started: Any, changed: dict[str, str], said: str
) -> None:
    assert refusal(started, **changed).startswith(said)


@pytest.mark.filterwarnings("ignore:Key size")
def test_it_refuses_a_key_that_is_too_short(started: Any) -> None:
    short = RSAKey.generate_key(1024).as_pem(private=True).decode()
    changed = BY_SERVICE_APP | {"OKTA_PRIVATE_KEY": short}
    assert "at least 2048 bits" in refusal(started, **changed)


def test_it_refuses_a_curve_that_okta_does_not_take(started: Any) -> None:
    other = ECKey.generate_key("secp256k1").as_pem(private=True).decode()
    assert "a curve" in refusal(started, **BY_SERVICE_APP | {"OKTA_PRIVATE_KEY": other})


def test_no_secret_shows_where_the_settings_are_shown(started: Any) -> None:
    shown = repr(started(**BY_SERVICE_APP)["OKTA"]) + repr(started()["OKTA"])
    assert BY_TOKEN["OKTA_API_TOKEN"] not in shown
    assert "Key" not in shown
