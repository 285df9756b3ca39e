"""What each process of the demonstration finds in its environment, and nothing of the caller's.

Variables of the operators' contract that stand in the caller's own environment are taken out: a
shell that is set up for a real service must not lead the demonstration to its database.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from ravs.config.contract import SWITCHES
from ravs.demo.ground import SERVICE_HOST, Ground

SERVICE_NAME = "Record a vaccination"
PROVIDER_NAME = "RAVS Identity"
SUPPORT = "support@ravs-demo.example"
CLIENT_ID = "ravs-demo"
SENDER = "no-reply@ravs-demo.example"
CONTRACT = (
    "DATABASE_URL",
    "SECRET_KEY",
    "PUBLIC_URL",
    "HOST",
    "PORT",
    "EMAIL_URL",
    "EMAIL_FROM",
    "SUPPORT_CONTACT",
    "TRUSTED_PROXIES",
    "LOG_LEVEL",
    "NHS_LOGO",
    "NHSUK_FONT_STYLESHEET",
    "DJANGO_SETTINGS_MODULE",
)
PREFIXES = ("OIDC_", "IDENTITY_", "RAVS_DEMO")


def of_service(ground: Ground, *, log_level: str = "WARNING") -> dict[str, str]:
    """For the web, the worker, the nights and the mailbox page."""
    kept = ground.secrets()
    return _without_contract(os.environ) | {
        "DATABASE_URL": _sqlite(ground.state / "service.sqlite3"),
        "SECRET_KEY": kept.service_key,
        "PUBLIC_URL": ground.url,
        "HOST": SERVICE_HOST,
        "PORT": str(ground.port),
        "EMAIL_FROM": f"{SERVICE_NAME} <{SENDER}>",
        "OIDC_CLIENT_ID": CLIENT_ID,
        "IDENTITY_PROVIDER": "local",
        "RAVS_DEMO_LETTERBOX": str(ground.letterbox),
        **_shared(ground, log_level),
    }


def of_provider(ground: Ground, *, log_level: str = "WARNING") -> dict[str, str]:
    """For the identity provider: none of the service's keys, and a sender of its own."""
    kept = ground.secrets()
    return _without_contract(os.environ) | {
        "IDENTITY_DATABASE_URL": _sqlite(ground.state / "identity.sqlite3"),
        "IDENTITY_SECRET_KEY": kept.provider_key,
        "IDENTITY_HOST": SERVICE_HOST,
        "IDENTITY_PORT": str(ground.identity_port),
        "EMAIL_FROM": f"{PROVIDER_NAME} <no-reply@identity-demo.example>",
        **_shared(ground, log_level),
    }


def _shared(ground: Ground, log_level: str) -> dict[str, str]:
    kept = ground.secrets()
    return {
        "EMAIL_URL": f"smtp://{SERVICE_HOST}:{ground.mail_port}",
        "SUPPORT_CONTACT": SUPPORT,
        "IDENTITY_PUBLIC_URL": ground.identity_url,
        "IDENTITY_PROVIDER_NAME": PROVIDER_NAME,
        "IDENTITY_SCIM_TOKEN": kept.scim,
        "OIDC_CLIENT_SECRET": kept.client,
        "LOG_LEVEL": log_level,
        "PYTHONUNBUFFERED": "1",
    }


def _sqlite(file: Path) -> str:
    return f"sqlite:///{quote(str(file))}"


def _without_contract(environment: Mapping[str, str]) -> dict[str, str]:
    ours = {*CONTRACT, *(f"{name}_FILE" for name in CONTRACT), *SWITCHES}
    return {
        name: value
        for name, value in environment.items()
        if name not in ours and not name.startswith(PREFIXES)
    }


def of_mail() -> dict[str, str]:
    """For the mail server, which needs to know nothing."""
    return _without_contract(os.environ)
