"""How often one person, or one address, may do what programs would do a thousand times.

The rates stand in ``settings.RATES`` and are far above what people can type. One request too many
gets the page of 429 and does nothing.
"""

from collections.abc import Callable
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django_ratelimit.core import get_usage
from django_ratelimit.exceptions import Ratelimited

IPV6 = 6


def of_person(_group: str, request: HttpRequest) -> str:
    return str(request.account.public_id)  # type: ignore[attr-defined]


def of_address(_group: str, request: HttpRequest) -> str:
    """Whoever has one IPv6 address has all of its /64."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    try:
        bits = 64 if ip_address(address).version == IPV6 else 32
    except ValueError:
        return address
    return str(ip_network((address, bits), strict=False))


def is_within(
    rate: str, request: HttpRequest, *, by: Callable[[str, HttpRequest], str] = of_person
) -> bool:
    """Count once, and say whether that still keeps to the rate of this name in the settings."""
    usage = get_usage(request, group=rate, key=by, rate=settings.RATES[rate], increment=True)
    return usage is None or not usage["should_limit"]


def hold_to(
    rate: str, request: HttpRequest, *, by: Callable[[str, HttpRequest], str] = of_person
) -> None:
    """Raises ``Ratelimited``, which the handler of refusals answers with 429."""
    if not is_within(rate, request, by=by):
        raise Ratelimited
