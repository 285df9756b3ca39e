"""The answer to a verified account: in, to a choice, or to a page that says who can help."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse

from ravs.accounts.models import Account
from ravs.accounts.services import end_session
from ravs.core.access import declared_access
from ravs.core.limits import is_within
from ravs.members.asking.selectors import waiting_since
from ravs.members.entry import services
from ravs.members.entry.presenters import dead_end
from ravs.members.models import Membership
from ravs.members.permissions import Permission
from ravs.members.refusals import NotInThatState
from ravs.members.requests import SignedInRequest
from ravs.members.selectors import lead_administrators


class Entry:
    """What ``accounts`` calls when the provider has proved who somebody is (its port)."""

    def after_sign_in(self, request: HttpRequest, account: Account, next_path: str) -> HttpResponse:
        visit = cast("SignedInRequest", request)
        services.lapse_at_the_door(account)
        usable = services.sign_in(account=account, session=visit.sign_in)
        if not usable:
            return _refuse(visit, account)
        wanted = _wanted(usable, next_path)
        if wanted is None and len(usable) > 1:
            return redirect("members:choose-organisation")
        try:
            return enter(visit, wanted or usable[0], next_path)
        except NotInThatState:  # deactivated between the log-in and the entering
            return redirect("members:choose-organisation")


def note_refusal(request: HttpRequest, membership: Membership) -> None:
    """Put a page refused for want of a right into the history, though not without end for one
    person. A view that declares no right is shut to everybody, which is nobody's deed."""
    match = request.resolver_match
    wanted = declared_access(match.func) if match else None
    if match and wanted in list(Permission) and is_within("note refusal", request):
        services.note_refusal(membership=membership, view=match.view_name, permission=str(wanted))


def enter(request: SignedInRequest, membership: Membership, next_path: str = "") -> HttpResponse:
    """Go in and remember the organisation for ``/``; on to ``next_path`` when it is in there."""
    services.enter_organisation(
        account=request.account, session=request.sign_in, membership=membership
    )
    ods = membership.organisation.ods
    request.session["organisation"] = ods
    home = reverse("vaccinations:home", kwargs={"ods": ods})
    return redirect(next_path if _ods_of(next_path) == ods else home)


def _wanted(usable: list[Membership], next_path: str) -> Membership | None:
    """The organisation that the person was on the way to, unless it still waits to be accepted."""
    ods = _ods_of(next_path)
    return next((m for m in usable if m.organisation.ods == ods and m.is_active), None)


def _ods_of(path: str) -> str:
    try:
        return str(resolve(path.partition("?")[0]).kwargs.get("ods", "")).upper()
    except Resolver404:
        return ""


def _refuse(request: SignedInRequest, account: Account) -> HttpResponse:
    closed = services.refuse(account=account)
    end_session(request)
    page = dead_end(closed, lead_administrators, waiting_since, email=account.email)
    return render(request, "members/entry/dead-end.jinja", {"page": page}, status=403)
