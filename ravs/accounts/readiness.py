"""What ``/readyz`` tells of the identity provider: news, never a reason to be down."""

import time
from dataclasses import dataclass

from authlib.oidc.discovery import get_well_known_url  # type: ignore[import-untyped]
from django.conf import settings

from ravs.accounts.oidc.discovery import fetch_json
from ravs.accounts.refusals import ProviderDown
from ravs.core import http

FRESH_SECONDS = 30.0
PATIENCE_SECONDS = 2.0


@dataclass
class _Heard:
    """What the provider answered last, in this process."""

    state: str = "unknown"
    at: float | None = None


_heard = _Heard()


def report() -> dict[str, str]:
    """Asks the provider at most twice a minute, however often a prober asks us."""
    now = time.monotonic()
    if _heard.at is None or now - _heard.at >= FRESH_SECONDS:
        _heard.at = now  # before asking: probers must not queue behind a silent provider
        _heard.state = _ask()
    return {"state": _heard.state}


def forget() -> None:
    _heard.at = None


def _ask() -> str:
    address = get_well_known_url(settings.OIDC_ISSUER, external=True)
    try:
        found = http.within(PATIENCE_SECONDS, lambda: fetch_json(address))
    except (ProviderDown, TimeoutError):
        return "away"
    return "ok" if found.get("issuer") == settings.OIDC_ISSUER else "another issuer"
