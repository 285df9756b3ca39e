"""The commands, as an operator runs them."""

import io
import json
from typing import Any

import click
import pytest
from allauth.idp.oidc.models import Client
from click.testing import CliRunner
from pytest_django import Settings

from ravs.core.env import BadSetting
from ravs_identity import operations
from ravs_identity.cli import identity
from ravs_identity.keys import ensure_signing_key, open_keys
from ravs_identity.models import Person, SigningKey
from ravs_identity.tests.conftest import AFTERWARDS, CALLBACK, PASSWORD, SECRET

ADA: dict[str, Any] = {
    "email": "Ada.Jones@trust.nhs.uk",
    "first_name": "Ada",
    "last_name": "Jones",
    "password": PASSWORD,
    "external_id": "0198-ada",
}


def add_client(**changes: Any) -> None:
    given: dict[str, Any] = {
        "client_id": "ravs",
        "name": "",
        "redirect_uris": (CALLBACK,),
        "logout_uris": (AFTERWARDS,),
        "variable": "OIDC_CLIENT_SECRET",
    }
    operations.add_client(**{**given, **changes})


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--help"],
        ["migrate", "--help"],
        ["serve", "--help"],
        ["client", "add", "--help"],
        ["people", "add", "--help"],
    ],
)
def test_help_needs_no_settings(arguments: list[str]) -> None:
    result = CliRunner().invoke(identity, arguments)
    assert result.output.startswith("Usage:")


def test_a_client_is_added_with_the_secret_of_the_environment(
    db: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OIDC_CLIENT_SECRET", SECRET)
    add_client()
    client = Client.objects.get(pk="ravs")
    assert client.get_redirect_uris() == [CALLBACK]
    assert client.get_post_logout_redirect_uris() == [AFTERWARDS]
    assert client.check_secret(SECRET)
    assert SECRET not in client.secret
    assert client.skip_consent
    assert not client.allow_uri_wildcards
    assert client.get_grant_types() == ["authorization_code"]
    add_client()
    said = capsys.readouterr().out.splitlines()
    assert said == ["Client ravs is registered.", "Client ravs was registered already."]


def test_a_client_without_secret_is_refused(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OIDC_CLIENT_SECRET", raising=False)
    with pytest.raises(BadSetting, match="OIDC_CLIENT_SECRET must be set"):
        add_client()
    assert not Client.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "http://ravs.trust.nhs.uk/sign-in/callback",
        "https://*.trust.nhs.uk/callback",
        "https://trust.nhs.uk/callback#x",
        "https://user@trust.nhs.uk/callback",
        "https:///callback",
        "javascript:alert(1)",
        "trust.nhs.uk/callback",
        "https://trust.nhs.uk/a b",
        "https://[/",
    ],
)
def test_an_unsafe_redirect_address_is_refused(db: None, address: str) -> None:
    with pytest.raises(click.ClickException, match="A redirect address must be https"):
        add_client(redirect_uris=(address,))
    with pytest.raises(click.ClickException, match="A redirect address must be https"):
        add_client(logout_uris=(address,))


def test_people_are_added_ready_to_sign_in_and_no_mail_is_sent(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    from ravs.mail.models import Message

    for _ in range(2):
        operations.add_people(source=io.StringIO(json.dumps([ADA])))
    ada = Person.objects.get()
    assert ada.email == "ada.jones@trust.nhs.uk"
    assert ada.external_id == "0198-ada"
    assert ada.is_activated
    assert ada.check_password(PASSWORD)
    assert not Message.objects.exists()
    assert capsys.readouterr().out.splitlines() == ["Added 1 of 1.", "Added 0 of 1."]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "Expecting property name"),
        ("{}", "There must be a list"),
        ("[1]", "Entry 1 must be an object"),
        (json.dumps([ADA, {**ADA, "email": "ada"}]), "Entry 2 has no e-mail address"),
        (json.dumps([{**ADA, "password": "short"}]), "Entry 1: Password must have at least 8"),
        (json.dumps([{**ADA, "level": "lead"}]), "Entry 1 must have email"),
        (json.dumps([{"email": "a@trust.nhs.uk"}]), "Entry 1 must have email"),
        (json.dumps([{**ADA, "last_name": "x" * 101}]), "Entry 1 has a name of more"),
    ],
)
def test_a_list_with_a_fault_adds_nobody(db: None, content: str, reason: str) -> None:
    with pytest.raises(click.ClickException, match=reason):
        operations.add_people(source=io.StringIO(content))
    assert not Person.objects.exists()


def test_the_key_is_made_once_and_says_when_the_secret_is_another(
    db: None, settings: Settings
) -> None:
    assert ensure_signing_key() is True
    [pem] = open_keys()
    assert ensure_signing_key() is False
    assert open_keys() == [pem]
    settings.SECRET_KEY = "another-secret-0123456789-abcdefghijklm"
    with pytest.raises(click.ClickException, match="IDENTITY_SECRET_KEY is not the one"):
        operations.refuse_unready()
    SigningKey.objects.all().delete()
    with pytest.raises(click.ClickException, match="run `ravs identity migrate`"):
        operations.refuse_unready()


def test_an_operator_hears_of_what_is_open(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.SCIM_TOKEN = ""
    operations.warn()
    said = capsys.readouterr().err
    assert "IDENTITY_PUBLIC_URL is plain http" in said
    assert "SCIM refuses everybody" in said
    settings.OVER_TLS, settings.SCIM_TOKEN = True, "scim-token"
    operations.warn()
    assert capsys.readouterr().err == ""
