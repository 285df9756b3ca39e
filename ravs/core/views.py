"""The public pages, and the pages that say what went wrong."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from ravs.core.access import Access, requires
from ravs.core.context import bare_frame


@requires(Access.PUBLIC)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the service is; people who are logged in go on to their organisation."""
    if getattr(request, "account", None):
        return redirect("members:landing")
    return render(request, "core/home.jinja")


@requires(Access.PUBLIC)
@require_safe
def help_and_support(request: HttpRequest) -> HttpResponse:
    return render(request, "core/help.jinja")


@requires(Access.PUBLIC)
@require_safe
def user_guide(request: HttpRequest) -> HttpResponse:
    return render(request, "core/user-guide.jinja")


@requires(Access.PUBLIC)
@require_safe
def whats_new(request: HttpRequest) -> HttpResponse:
    return render(request, "core/whats-new.jinja")


@requires(Access.PUBLIC)
@require_safe
def accessibility_statement(request: HttpRequest) -> HttpResponse:
    return render(request, "core/accessibility-statement.jinja")


@requires(Access.PUBLIC)
@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "core/cookies.jinja",
        {
            "session_cookie": settings.SESSION_COOKIE_NAME,
            "csrf_cookie": settings.CSRF_COOKIE_NAME,
        },
    )


@requires(Access.PUBLIC)
@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    return render(request, "core/terms.jinja")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler of malformed requests. The host may be untrue, so nothing is built on it."""
    return plain_page("core/errors/400.jinja", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Logged in, but not allowed: says whom to ask, when the rooms above have named them."""
    whom_to_ask = getattr(request, "whom_to_ask", ())
    page = {"whom_to_ask": whom_to_ask() if callable(whom_to_ask) else whom_to_ask}
    return render(request, "core/errors/403.jinja", page, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "core/errors/404.jinja", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return plain_page("core/errors/500.jinja", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from another browser session, or from a page kept open over a log-out."""
    return render(request, "core/errors/csrf.jinja", status=403)


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "core/errors/429.jinja", status=429)


def unavailable(request: HttpRequest) -> HttpResponse:
    """Planned maintenance, or a database that does not answer."""
    return plain_page("core/errors/503.jinja", 503)


def plain_page(template: str, status: int, **values: Any) -> HttpResponse:
    """A page that asks nothing of the request: it must show when everything else has failed."""
    return HttpResponse(
        render_to_string(template, {"frame": bare_frame(), **values}), status=status
    )
