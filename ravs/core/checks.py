"""What an operator should know about a configuration that works and yet is not for the public."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as Doubt

NO_TLS = (
    "PUBLIC_URL is plain http on this machine: cookies are sent without Secure and without the "
    "__Host- prefix. Use an https address for anyone else."
)


@register(Tags.security, deploy=True)
def without_tls(**_: Any) -> list[CheckMessage]:
    """``ravs serve`` says the same when it starts."""
    return [Doubt(NO_TLS, id="ravs.W001")] if is_without_tls() else []


def is_without_tls() -> bool:
    return str(settings.PUBLIC_URL).startswith("http://")
