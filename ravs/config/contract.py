"""What settings follow from the operator's environment; every reader refuses nonsense.

One function for each thing an operator decides. Names of variables are a contract: the README
lists them, and scripts of other people rely on them.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from ravs.config.okta import okta
from ravs.core import env
from ravs.core.env import BadSetting
from ravs.integrations.identity.okta.account import OktaAccount

SWITCHES = ("DEBUG", "DJANGO_DEBUG", "RAVS_DEBUG", "DEMO", "RAVS_DEMO", "TESTING")
SECRET_KEY_LEAST = 32
SCIM = "ravs.integrations.identity.scim.ScimDirectory"
OKTA = "ravs.integrations.identity.okta.directory.OktaDirectory"
NOBODY = "ravs.integrations.identity.none.NoDirectory"
DIRECTORIES = {"local": SCIM, "scim": SCIM, "okta": OKTA, "none": NOBODY}
PROVIDER_NAMES = {"local": "RAVS Identity", "scim": "Okta", "okta": "Okta", "none": "Okta"}


@dataclass(frozen=True)
class Identity:
    """Who keeps people's accounts, and how the service reaches them."""

    provider: str
    provider_name: str
    directory: str
    scim_url: str
    scim_token: str
    issuer: str
    okta: OktaAccount | None


@dataclass(frozen=True)
class Cookies:
    """``__Host-`` binds a cookie to this very host over TLS; a browser refuses it elsewhere."""

    secure: bool
    session: str
    csrf: str


def refuse_switches() -> None:
    """Debugging and demonstration have settings of their own and no switch in production."""
    for name in SWITCHES:
        if env.text(name, "false").lower() not in env.FALSE:
            raise BadSetting(f"{name} has no place in production: unset it.")


def secret_key(name: str = "SECRET_KEY") -> str:
    return env.secret(name, least=SECRET_KEY_LEAST)


def cookies(public_url: str) -> Cookies:
    secure = public_url.startswith("https://")
    prefix = "__Host-" if secure else ""
    return Cookies(secure=secure, session=f"{prefix}ravs-session", csrf=f"{prefix}ravs-csrf")


def host_of(address: str) -> str:
    """As Django writes it in ``ALLOWED_HOSTS``: an IPv6 address keeps its brackets."""
    host = urlsplit(address).hostname or ""
    return f"[{host}]" if ":" in host else host


def origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def identity() -> Identity:
    """``local``, ``scim``, ``okta`` or ``none``; what the chosen one lacks is refused here."""
    provider = env.one_of("IDENTITY_PROVIDER", DIRECTORIES, "none")
    base = env.url("IDENTITY_PUBLIC_URL").rstrip("/") if provider == "local" else ""
    speaks_scim = DIRECTORIES[provider] == SCIM
    return Identity(
        provider=provider,
        provider_name=env.text("IDENTITY_PROVIDER_NAME", PROVIDER_NAMES[provider]),
        directory=DIRECTORIES[provider],
        scim_url=_scim_url(base) if speaks_scim else "",
        scim_token=env.secret("IDENTITY_SCIM_TOKEN") if speaks_scim else "",
        issuer=_issuer(base),
        okta=okta() if provider == "okta" else None,
    )


def _scim_url(base: str) -> str:
    return env.url("IDENTITY_SCIM_URL", f"{base}/scim/v2" if base else None).rstrip("/")


def _issuer(base: str) -> str:
    issuer = env.url("OIDC_ISSUER", base or None)
    if base and issuer != base:
        raise BadSetting("OIDC_ISSUER must equal IDENTITY_PUBLIC_URL when the provider is local.")
    return issuer


def font_origins(stylesheet: str) -> list[str]:
    """Where the licensed font is fetched from, when an operator keeps it at another origin."""
    return [origin_of(stylesheet)] if "://" in stylesheet else []
