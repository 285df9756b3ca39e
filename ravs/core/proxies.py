"""Who asked, and over what, when proxies stand in front.

The scheme is a fact of ``PUBLIC_URL``: an https service is reached through something that ends
TLS. What ``X-Forwarded-For`` and ``X-Forwarded-Proto`` say counts only from trusted addresses
(Granian's own reading of them), and no such header travels further, so nothing can be fooled by
one. ``X-Forwarded-Host`` is never read: links and hosts come from ``PUBLIC_URL``.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from ravs.core.env import Network

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

HEARSAY = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
)


def behind_proxies(
    application: Application, *, trusted: Sequence[Network], scheme: str
) -> Application:
    """Wrap a WSGI application so that its environ tells the truth about the person's end."""

    def without_hearsay(environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        for header in HEARSAY:
            environ.pop(header, None)
        return application(environ, start)

    told: Application = wrap_wsgi_with_proxy_headers(
        without_hearsay, [network.with_prefixlen for network in trusted]
    )

    def outermost(environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        environ["wsgi.url_scheme"] = scheme
        return told(environ, start)

    return outermost
