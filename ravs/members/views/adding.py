"""Add a user: five questions, a check with the letter that will be sent, and done."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ravs.accounts.submissions import BadKey, keep, new_key, recall, result_of
from ravs.core.access import requires
from ravs.members.check_page import check_page
from ravs.members.forms import AddForm
from ravs.members.permissions import Permission
from ravs.members.presenters import AddPage, url_of
from ravs.members.refusals import (
    AlreadyMember,
    DatesNotPossible,
    DomainNotAllowed,
    GroupAdministrator,
    MemberRefusal,
    UsedElsewhere,
)
from ravs.members.requests import MemberRequest
from ravs.members.services import invite_member
from ravs.members.services.invite import check_can_be_added
from ravs.members.views.acting import carry_out
from ravs.members.words import already_member

JOURNEY = "add-user"


@requires(Permission.ADD_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: MemberRequest, ods: str) -> HttpResponse:
    """The form. Its values are kept under the journey's key, so two tabs never mix."""
    if request.method == "POST":
        key = request.POST.get("key", "")
        form = _form(request, request.POST)
        if _obeys_rules(form, request):
            return redirect(_address(request, "check", _keep(request, form, key)))
    else:
        key = request.GET.get("key", "")
        kept = _kept(request, key)
        key = new_key() if kept is None else key
        form = _form(request, initial=AddForm.shown_again(kept or {}))
    page = AddPage(key=key)
    return render(request, "members/add.jinja", {"page": page, "form": form})


@requires(Permission.ADD_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: MemberRequest, ods: str) -> HttpResponse:
    """Check the answers against a preview of the letter, then confirm and send."""
    key = request.POST.get("key") or request.GET.get("key", "")
    form = _form(request, _kept(request, key) or {})
    if not form.is_valid():
        done = result_of(account=request.account, key=key)
        return redirect(done or reverse("members:add", kwargs={"ods": ods}))
    if request.method == "POST":
        return _confirm(request, form, key)
    if not _obeys_rules(form, request):
        return render(request, "members/add.jinja", {"page": AddPage(key=key), "form": form})
    page = check_page(request.organisation, form.details(), key)
    return render(request, "members/check.jinja", {"page": page})


def _confirm(request: MemberRequest, form: AddForm, key: str) -> HttpResponse:
    def act() -> str:
        membership = invite_member(
            actor=request.account, organisation=request.organisation, details=form.details()
        )
        name, organisation = membership.account.full_name, request.organisation
        done = "invited to" if membership.is_invited else "reactivated at"
        messages.success(request, f"{name} has been {done} {organisation.name}.")
        if "another" in request.POST:
            return url_of("add", organisation)
        return url_of("invited" if membership.is_invited else "list", organisation)

    try:
        return carry_out(request, act, again=_address(request, "check", key), show=_on_the_form)
    except _on_the_form as refusal:
        _explain(form, refusal)
        return render(request, "members/add.jinja", {"page": AddPage(key=key), "form": form})


_on_the_form = (
    AlreadyMember,
    DatesNotPossible,
    DomainNotAllowed,
    GroupAdministrator,
    UsedElsewhere,
)


def _form(request: MemberRequest, *args: Any, **kwargs: Any) -> AddForm:
    asks = request.organisation.records_clinicians
    return AddForm(*args, records_clinicians=asks, **kwargs)


def _obeys_rules(form: AddForm, request: MemberRequest) -> bool:
    """Field errors and the rules about the address, all reported together."""
    form.is_valid()
    email = form.cleaned_data.get("email")
    if email:
        try:
            check_can_be_added(request.organisation, email)
        except _on_the_form as refusal:
            _explain(form, refusal)
    return not form.errors


def _explain(form: AddForm, refusal: MemberRefusal) -> None:
    if isinstance(refusal, AlreadyMember):
        form.add_error("email", already_member(refusal.membership))
    elif isinstance(refusal, DatesNotPossible):
        form.add_error(refusal.field, str(refusal))
    elif isinstance(refusal, UsedElsewhere):
        form.add_error("email", str(refusal))
    elif isinstance(refusal, GroupAdministrator):
        form.add_error("email", "Group administrators cannot be added to an individual pharmacy")
    else:
        form.add_error("email", "Enter an email address from an allowed domain")


def _kind(request: MemberRequest) -> str:
    """Two organisations' journeys are two: a key from one opens nothing in the other."""
    return f"{JOURNEY}:{request.organisation.ods}"


def _keep(request: MemberRequest, form: AddForm, key: str) -> str:
    """Keep what was typed, under a fresh key when this one's journey is over; that key."""
    try:
        keep(account=request.account, key=key, kind=_kind(request), values=form.values())
    except BadKey:
        key = new_key()
        keep(account=request.account, key=key, kind=_kind(request), values=form.values())
    return key


def _kept(request: MemberRequest, key: str) -> dict[str, str] | None:
    return recall(account=request.account, key=key, kind=_kind(request))


def _address(request: MemberRequest, name: str, key: str) -> str:
    path = reverse(f"members:{name}", kwargs={"ods": request.organisation.ods})
    return f"{path}?key={key}"
