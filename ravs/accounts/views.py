"""Signing in, out, and staying in. These pages are why a GET may change what is stored: the
standard sends people back by GET, and asking for a page is use of a session (ADR 0012)."""

import math
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from ravs.accounts import presenters, refused, services, sessions, signing_in
from ravs.accounts.addresses import local_path
from ravs.accounts.middleware import counts_no_use
from ravs.accounts.models import Session
from ravs.accounts.oidc import client
from ravs.accounts.ports import entry
from ravs.accounts.refusals import ProviderDown, SignInRefused
from ravs.accounts.visitors import Visit
from ravs.core.access import Access, requires
from ravs.core.limits import hold_to, of_address


@requires(Access.PUBLIC)
@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    """Away to the provider; after a time-out a page says first what happened."""
    hold_to("log in", request, by=of_address)
    visit = cast("Visit", request)
    next_path = local_path(visit)
    if "again" not in visit.GET:
        if visit.account is not None:
            return redirect(next_path or "core:home")
        if reason := signing_in.was_ended(visit):
            page = presenters.ended_page(reason, next_path)
            return render(visit, "accounts/ended.jinja", {"page": page})
    try:
        return redirect(signing_in.start(visit, next_path))
    except SignInRefused as refusal:
        return refused_response(visit, refusal)


@requires(Access.PUBLIC)
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """Back from the provider."""
    visit = cast("Visit", request)
    try:
        account, next_path = signing_in.finish(visit)
    except SignInRefused as refusal:
        return refused_response(visit, refusal)
    return entry().after_sign_in(visit, account, next_path)


def refused_response(visit: Visit, refusal: SignInRefused) -> HttpResponse:
    refused.remember(refusal)
    page = presenters.refused_page(refusal)
    return render(visit, page.template, {"page": page}, status=page.status)


@requires(Access.PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session here and then at the provider. By GET it only asks."""
    visit = cast("Visit", request)
    if visit.method != "POST":
        return render(visit, "accounts/sign-out.jinja") if visit.account else redirect("core:home")
    url = _way_out(visit, services.sign_out(request=visit))
    if not url or _forms_may_lead_to(url):
        return redirect(url or "core:home")
    return render(visit, "accounts/leaving.jinja", {"page": presenters.leaving_page(url)})


def _way_out(visit: Visit, id_token: str) -> str:
    """Where the provider logs people out; empty, and said, when nobody answers there."""
    try:
        return client.logout_url(id_token)
    except ProviderDown:
        name = settings.IDENTITY_PROVIDER_NAME
        messages.warning(
            visit,
            f"You are logged out of this service. {name} is not answering, so you may still be "
            f"logged in to {name}. Close your browser if other people use this computer.",
        )
        return ""


def _forms_may_lead_to(url: str) -> bool:
    """Browsers hold the redirect after a form to the same policy as the form itself."""
    parts = urlsplit(url)
    policy = cast("dict[str, list[str]]", settings.CONTENT_SECURITY_POLICY["DIRECTIVES"])
    return f"{parts.scheme}://{parts.netloc}" in policy["form-action"]


@requires(Access.SIGNED_IN)
@counts_no_use
@require_http_methods(["GET", "HEAD", "POST"])
def extend_session(request: HttpRequest) -> HttpResponse:
    """How long the session lasts, and *Stay logged in*: for people a page, for our script JSON.

    A script that only asks does not count as use of the session; everything else here does.
    """
    visit = cast("Visit", request)
    signed_in = cast("Session", visit.sign_in)
    asks_quietly = "application/json" in visit.headers.get("Accept", "")
    if visit.method == "POST" or not asks_quietly:
        sessions.touch(signed_in, timezone.now())
    if asks_quietly:
        return JsonResponse(_time_left(visit, signed_in))
    if visit.method == "POST":
        messages.success(visit, "You are still logged in.")
        return redirect(local_path(visit) or "accounts:extend-session")
    page = presenters.stay_page(signed_in, local_path(visit))
    return render(visit, "accounts/stay.jinja", {"page": page})


def _time_left(visit: Visit, signed_in: Session) -> dict[str, object]:
    now = timezone.now()
    return {
        "seconds": max(0, math.ceil((sessions.ends_at(signed_in) - now).total_seconds())),
        "absoluteSeconds": math.ceil((sessions.absolute_end(signed_in) - now).total_seconds()),
        "csrfToken": get_token(visit),
    }
