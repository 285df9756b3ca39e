"""Headers which keep pages private: nothing is stored, nothing is shared across origins."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PRIVATE = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(),"
        " gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
    ),
}


class PrivacyHeadersMiddleware:
    """Every dynamic answer names a person sooner or later, so none of them may be kept.

    Static files never come here: they are answered further out.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for header, value in PRIVATE.items():
            response.headers[header] = value
        return response
