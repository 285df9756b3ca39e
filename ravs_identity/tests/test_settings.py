"""The settings an operator gives, read afresh as a new process would."""

import importlib
import os
from types import ModuleType
from unittest import mock

import pytest

from ravs.core.env import BadSetting

GOOD = {
    "IDENTITY_DATABASE_URL": "sqlite:////srv/identity.sqlite3",
    "IDENTITY_SECRET_KEY": "q8F2nV7zLw3xRt9KpYb4Hc6Jm1Ds5Ga0Ue",
    "IDENTITY_PUBLIC_URL": "https://sign-in.trust.nhs.uk",
    "IDENTITY_SCIM_TOKEN": "scim-6f1c9a0b2d",
}


def read(**changes: str | None) -> ModuleType:
    """The settings module as it comes out of this environment alone."""
    environment = {k: v for k, v in {**GOOD, **changes}.items() if v is not None}
    with mock.patch.dict(os.environ, environment, clear=True):
        spec = importlib.util.find_spec("ravs_identity.settings")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return module


def test_over_tls_everything_is_locked() -> None:
    settings = read()
    assert settings.SESSION_COOKIE_NAME == "__Host-identity-session"
    assert settings.CSRF_COOKIE_NAME == "__Host-identity-csrf"
    assert settings.SESSION_COOKIE_SECURE
    assert settings.CSRF_COOKIE_SECURE
    assert settings.SECURE_HSTS_SECONDS == 365 * 24 * 3600
    assert settings.ALLOWED_HOSTS == ["sign-in.trust.nhs.uk"]
    assert settings.PORT == 8001
    assert settings.HOST == "127.0.0.1"
    assert settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")
    assert not settings.DEBUG


def test_on_this_machine_plain_http_will_do() -> None:
    settings = read(IDENTITY_PUBLIC_URL="http://localhost:8001")
    assert settings.SESSION_COOKIE_NAME == "identity-session"
    assert not settings.SESSION_COOKIE_SECURE
    assert not settings.SECURE_HSTS_SECONDS


@pytest.mark.parametrize(
    "changes",
    [
        {"IDENTITY_DATABASE_URL": None},
        {"IDENTITY_DATABASE_URL": "mysql://x/y"},
        {"IDENTITY_SECRET_KEY": None},
        {"IDENTITY_SECRET_KEY": "short"},
        {"IDENTITY_PUBLIC_URL": None},
        {"IDENTITY_PUBLIC_URL": "http://sign-in.trust.nhs.uk"},
        {"IDENTITY_PUBLIC_URL": "https://sign-in.trust.nhs.uk/realm"},
        {"IDENTITY_PUBLIC_URL": "sign-in.trust.nhs.uk"},
        {"IDENTITY_PORT": "0"},
        {"IDENTITY_PORT": "eighty"},
        {"EMAIL_URL": "http://mail.trust.nhs.uk"},
        {"EMAIL_FROM": "nobody"},
        {"TRUSTED_PROXIES": "everyone"},
        {"IDENTITY_PROVIDER_NAME": "two\nlines"},
    ],
)
def test_nonsense_is_refused_in_one_line_that_names_it(changes: dict[str, str | None]) -> None:
    with pytest.raises(BadSetting) as refusal:
        read(**changes)
    [name] = changes
    assert str(refusal.value).startswith(name)
    assert "\n" not in str(refusal.value)
