"""The public pages, and the pages that say what went wrong."""

import sys
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe
from django_ratelimit.exceptions import Ratelimited

from ravs.core.access import Access, requires
from ravs.core.context import bare_frame
from ravs.core.presenters import Facts, Helper, Refused


@requires(Access.PUBLIC)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the service is; people who are logged in go on to their organisation."""
    if getattr(request, "account", None):
        return redirect("members:landing")
    return show(request, "core/home.jinja")


@requires(Access.PUBLIC)
@require_safe
def help_and_support(request: HttpRequest) -> HttpResponse:
    return show(request, "core/help.jinja")


@requires(Access.PUBLIC)
@require_safe
def user_guide(request: HttpRequest) -> HttpResponse:
    return show(request, "core/user-guide.jinja")


@requires(Access.PUBLIC)
@require_safe
def whats_new(request: HttpRequest) -> HttpResponse:
    return show(request, "core/whats-new.jinja")


@requires(Access.PUBLIC)
@require_safe
def accessibility_statement(request: HttpRequest) -> HttpResponse:
    return show(request, "core/accessibility-statement.jinja")


@requires(Access.PUBLIC)
@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    return show(request, "core/cookies.jinja")


@requires(Access.PUBLIC)
@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    return show(request, "core/terms.jinja")


def show(request: HttpRequest, template: str) -> HttpResponse:
    return render(request, template, {"page": facts()})


def facts() -> Facts:
    return Facts(
        identity_provider=settings.IDENTITY_PROVIDER_NAME,
        lapse_days=settings.LAPSE_DAYS,
        invitation_days=settings.INVITATION_DAYS,
        resend_after_days=settings.RESEND_AFTER_DAYS,
        idle_minutes=settings.SESSION_IDLE_MINUTES,
        absolute_hours=settings.SESSION_ABSOLUTE_HOURS,
        session_cookie=settings.SESSION_COOKIE_NAME,
        csrf_cookie=settings.CSRF_COOKIE_NAME,
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A malformed request, or one for a host that is not ours."""
    return bare_page(request, "core/errors/400.jinja", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Logged in, but not allowed: says whom to ask, when the rooms above have named them."""
    if isinstance(exception, Ratelimited):
        return too_many_requests(request)
    getattr(request, "note_refusal", bool)()
    people: Iterable[Any] = getattr(request, "whom_to_ask", tuple)()
    page = Refused(tuple(Helper(person.name, person.email) for person in people))
    return render(request, "core/errors/403.jinja", {"page": page}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "core/errors/404.jinja", status=404)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """One too many (``core.limits``): nothing else comes of it."""
    response = render(request, "core/errors/429.jinja", status=429)
    response.headers["Retry-After"] = "60"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from another browser session, or from a page kept open over a log-out."""
    return render(request, "core/errors/csrf.jinja", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """A slip of ours; or, when the database does not answer, a service that is away for now."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return bare_page(request, "core/errors/503.jinja", 503)
    return bare_page(request, "core/errors/500.jinja", 500)


def bare_page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """A page that asks nothing of session or database: it must show when they have failed."""
    context: dict[str, Any] = {
        "frame": bare_frame(),
        "nonce": str(getattr(request, "csp_nonce", "")),
    }
    return HttpResponse(render_to_string(template, context), status=status)
