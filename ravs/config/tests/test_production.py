"""Production settings: they start with the documented variables and with nothing less."""

import runpy
from typing import Any

import pytest

from ravs.core.env import BadSetting

pytestmark = pytest.mark.once

COMPLETE = {
    "SECRET_KEY": "tA9v-2rQx_Lm7c0PzKfW3bYhD8sNjE5gUo1iRk",
    "DATABASE_URL": "sqlite:////srv/ravs.sqlite3",
    "PUBLIC_URL": "https://ravs.trust.example",
    "EMAIL_URL": "smtp+starttls://ravs:word@mail.example",
    "EMAIL_FROM": "Record a vaccination <ravs@trust.example>",
    "SUPPORT_CONTACT": "support@trust.example",
    "OIDC_ISSUER": "https://login.example/tenant",
    "OIDC_CLIENT_ID": "ravs",
    "OIDC_CLIENT_SECRET": "given-by-the-provider",
}
LOCAL = {
    "IDENTITY_PROVIDER": "local",
    "IDENTITY_PUBLIC_URL": "https://id.trust.example",
    "IDENTITY_SCIM_TOKEN": "9f86d081884c7d659a2feaa0c55ad015",
}
UNREAD = ("TRUSTED_PROXIES", "OIDC_TRUST_EMAIL", "LOG_LEVEL", "NHS_LOGO", "NHSUK_FONT_STYLESHEET")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Reads the production settings as a process would which has just these variables."""

    def start(without: str = "", **changed: str) -> dict[str, Any]:
        for name in [*COMPLETE, *LOCAL, *UNREAD, "IDENTITY_SCIM_URL", "IDENTITY_PROVIDER_NAME"]:
            monkeypatch.delenv(name, raising=False)
        for name, value in (COMPLETE | changed).items():
            if name != without:
                monkeypatch.setenv(name, value)
        return runpy.run_module("ravs.config.settings.production")

    return start


def test_it_starts_with_the_documented_variables(started: Any) -> None:
    settings = started()
    assert settings["DEBUG"] is False
    assert settings["ALLOWED_HOSTS"] == ["ravs.trust.example"]
    assert settings["EMAIL_HOST"] == "mail.example"
    assert settings["EMAIL_USE_TLS"] is True
    assert settings["TRUSTED_PROXIES"] == []


@pytest.mark.parametrize("name", sorted(COMPLETE))
def test_it_names_the_variable_it_cannot_do_without(started: Any, name: str) -> None:
    with pytest.raises(BadSetting, match=rf"^{name} must be set\.$"):
        started(without=name)


@pytest.mark.parametrize(
    "switch", ["DEBUG", "DJANGO_DEBUG", "RAVS_DEBUG", "DEMO", "RAVS_DEMO", "TESTING"]
)
@pytest.mark.parametrize("value", ["1", "true", "anything"])
def test_it_refuses_a_switch_of_development(started: Any, switch: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"^{switch} has no place in production"):
        started(**{switch: value})


def test_it_lets_a_switch_pass_that_is_off(started: Any) -> None:
    assert started(DEBUG="false")["DEBUG"] is False


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "too-short"),
        ("SECRET_KEY", "x" * 60),
        ("PUBLIC_URL", "http://ravs.trust.example"),
        ("PUBLIC_URL", "https://ravs.trust.example/somewhere"),
        ("OIDC_ISSUER", "http://login.example"),
        ("OIDC_ISSUER", "login.example"),
        ("OIDC_TRUST_EMAIL", "perhaps"),
        ("OIDC_CLIENT_ID", "two\nlines"),
        ("TRUSTED_PROXIES", "everyone"),
        ("DATABASE_URL", "mysql://host/name"),
        ("EMAIL_URL", "localhost:25"),
        ("EMAIL_FROM", "Record a vaccination"),
        ("IDENTITY_PROVIDER", "ldap"),
        ("LOG_LEVEL", "DEBUG"),
    ],
)
def test_it_refuses_nonsense_by_name(started: Any, name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"^{name} "):
        started(**{name: value})


class TestCookies:
    def test_it_binds_them_to_the_host_over_tls(self, started: Any) -> None:
        settings = started()
        assert settings["SESSION_COOKIE_NAME"] == "__Host-ravs-session"
        assert settings["CSRF_COOKIE_NAME"] == "__Host-ravs-csrf"
        assert settings["SESSION_COOKIE_SECURE"] is settings["CSRF_COOKIE_SECURE"] is True
        assert settings["SECURE_HSTS_SECONDS"] >= 365 * 24 * 60 * 60

    @pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "http://localhost:8000"])
    def test_it_gives_that_up_on_loopback_without_tls(self, started: Any, address: str) -> None:
        settings = started(PUBLIC_URL=address)
        assert settings["SESSION_COOKIE_NAME"] == "ravs-session"
        assert settings["CSRF_COOKIE_NAME"] == "ravs-csrf"
        assert settings["SESSION_COOKIE_SECURE"] is settings["CSRF_COOKIE_SECURE"] is False
        assert settings["SECURE_SSL_REDIRECT"] is False
        assert settings["SECURE_HSTS_SECONDS"] == 0


class TestIdentityProvider:
    def test_it_makes_no_accounts_unless_told(self, started: Any) -> None:
        settings = started()
        assert settings["IDENTITY_DIRECTORY"].endswith("none.NoDirectory")
        assert settings["IDENTITY_SCIM_URL"] == ""

    def test_it_derives_the_addresses_of_the_local_provider(self, started: Any) -> None:
        settings = started(without="OIDC_ISSUER", **LOCAL)
        assert settings["OIDC_ISSUER"] == "https://id.trust.example"
        assert settings["IDENTITY_SCIM_URL"] == "https://id.trust.example/scim/v2"
        assert settings["IDENTITY_DIRECTORY"].endswith("scim.ScimDirectory")

    def test_it_refuses_an_issuer_that_is_not_the_local_provider(self, started: Any) -> None:
        with pytest.raises(BadSetting, match="^OIDC_ISSUER must equal IDENTITY_PUBLIC_URL"):
            started(**LOCAL)

    @pytest.mark.parametrize("missing", ["IDENTITY_PUBLIC_URL", "IDENTITY_SCIM_TOKEN"])
    def test_it_names_what_the_local_provider_lacks(self, started: Any, missing: str) -> None:
        with pytest.raises(BadSetting, match=f"^{missing} must be set"):
            started(without="OIDC_ISSUER", **{k: v for k, v in LOCAL.items() if k != missing})

    def test_it_needs_the_address_and_the_token_of_a_scim_provider(self, started: Any) -> None:
        with pytest.raises(BadSetting, match="^IDENTITY_SCIM_URL must be set"):
            started(IDENTITY_PROVIDER="scim")
        with pytest.raises(BadSetting, match="^IDENTITY_SCIM_TOKEN must be set"):
            started(IDENTITY_PROVIDER="scim", IDENTITY_SCIM_URL="https://scim.example/v2")


class TestContentSecurityPolicy:
    def test_it_lets_forms_end_at_the_provider_and_nowhere_else(self, started: Any) -> None:
        directives = started()["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
        assert directives["form-action"] == ["'self'", "https://login.example"]

    def test_it_lets_nothing_in_line_or_from_elsewhere(self, started: Any) -> None:
        directives = started()["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
        allowed = {str(source) for sources in directives.values() for source in sources}
        assert "'unsafe-inline'" not in allowed
        assert "'unsafe-eval'" not in allowed
        assert directives["frame-ancestors"] == directives["base-uri"] == ["'none'"]

    def test_it_admits_the_origin_of_a_licensed_font(self, started: Any) -> None:
        settings = started(NHSUK_FONT_STYLESHEET="https://assets.trust.example/font.css")
        directives = settings["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
        assert "https://assets.trust.example" in directives["font-src"]
        assert "https://assets.trust.example" in directives["style-src"]


def test_it_starts_twice_without_one_start_leaking_into_the_next(started: Any) -> None:
    started(OIDC_ISSUER="https://first.example")
    directives = started()["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert directives["form-action"] == ["'self'", "https://login.example"]
