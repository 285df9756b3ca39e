"""The provider is at one address only, the one its operator set."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest

PORTS = {"https": 443, "http": 80}


class OneAddressMiddleware:
    """Refuses a request for any other host or port, and takes the scheme from the setting.

    So nothing a client sends, neither ``Host`` nor a forwarded header, can change an issuer, a
    link, a redirect or the key of a rate limit.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        ours = urlsplit(settings.PUBLIC_URL)
        asked = request.META.get("HTTP_HOST", "")
        if place(asked, ours.scheme) != place(ours.netloc, ours.scheme):
            return HttpResponseBadRequest("Wrong host.\n", content_type="text/plain; charset=utf-8")
        request.META["HTTP_HOST"] = ours.netloc
        request.META["wsgi.url_scheme"] = ours.scheme
        return self.get_response(request)


def place(netloc: str, scheme: str) -> tuple[str, int] | None:
    """Host and port, the scheme's own port when none is named; nothing for nonsense."""
    try:
        parts = urlsplit(f"//{netloc}")
        return parts.hostname or "", parts.port or PORTS[scheme]
    except ValueError:
        return None
