"""Change, deactivate, reactivate, resend and cancel: a page that asks, then a verb that acts."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ravs.accounts.services import end_session
from ravs.accounts.submissions import new_key
from ravs.core.access import requires
from ravs.members import identity_calls, selectors, services
from ravs.members.consequences import consequences
from ravs.members.forms import ChangeForm
from ravs.members.ground import other_active_leads
from ravs.members.models import BulkVerb, Membership
from ravs.members.pages import act_page, change_page
from ravs.members.permissions import Permission, may_be_changed, may_be_deactivated
from ravs.members.presenters import url_of
from ravs.members.refusals import LastLeadAdministrator, LastLeadEnds
from ravs.members.requests import MemberRequest
from ravs.members.services.bulk import Wanted
from ravs.members.services.invite import can_resend
from ravs.members.views.acting import carry_out, member_of, person_url

METHODS = ["GET", "HEAD", "POST"]


@requires(Permission.MANAGE_USERS)
@require_http_methods(METHODS)
def change(request: MemberRequest, ods: str, member: UUID) -> HttpResponse:
    membership = member_of(request, member)
    if not may_be_changed(membership):
        return _moved_on(request, membership)
    form = ChangeForm(request.POST or None, membership=membership)
    if request.method == "POST" and form.is_valid():
        try:
            return _change(request, membership, form)
        except LastLeadEnds:
            form.add_error("ends_on", _last_lead_ends_words(request, membership))
        except LastLeadAdministrator:
            form.add_error("level", _last_lead_words(request, membership))
    return _show_change(request, membership, form)


def _change(request: MemberRequest, membership: Membership, form: ChangeForm) -> HttpResponse:
    def act() -> str:
        services.change_member(
            actor=request.account,
            membership=membership,
            standing=form.standing(),
            shown=form.shown(),
        )
        messages.success(request, f"{membership.account.full_name}’s details have been changed.")
        return _tab_of(request, membership)

    again = person_url(request, membership)
    return carry_out(request, act, again=again, show=(LastLeadAdministrator,))


def _show_change(request: MemberRequest, membership: Membership, form: ChangeForm) -> HttpResponse:
    page = change_page(
        membership,
        is_self=membership.account_id == request.account.pk,
        other_leads=other_active_leads(membership),
        key=new_key(),
    )
    return render(request, "members/change.jinja", {"page": page, "form": form})


def _last_lead_ends_words(request: MemberRequest, membership: Membership) -> str:
    is_self = membership.account_id == request.account.pk
    who = "you are" if is_self else f"{membership.account.full_name} is"
    return (
        f"There cannot be an end date because {who} the only lead administrator without one. "
        "Make somebody else a lead administrator first"
    )


def _last_lead_words(request: MemberRequest, membership: Membership) -> str:
    if membership.account_id == request.account.pk:
        return "You cannot change your permission level because you are the only lead administrator"
    return (
        f"You cannot change {membership.account.full_name}’s permission level because they are "
        "the only lead administrator"
    )


@requires(Permission.MANAGE_USERS)
@require_http_methods(METHODS)
def deactivate(request: MemberRequest, ods: str, member: UUID) -> HttpResponse:
    membership = member_of(request, member)
    leads = other_active_leads(membership)
    if request.method == "POST":
        return _deactivate(request, membership)
    if not membership.is_active:
        return _moved_on(request, membership)
    if not may_be_deactivated(membership, other_leads=leads):
        return _ask(request, membership, "last-lead")
    return _ask(request, membership, "deactivate", BulkVerb.DEACTIVATE)


def _deactivate(request: MemberRequest, membership: Membership) -> HttpResponse:
    """Somebody who deactivates themselves goes to their other organisations, or out."""
    is_self = membership.account_id == request.account.pk

    def act() -> str:
        services.deactivate_member(actor=request.account, membership=membership)
        if is_self:
            return reverse("members:left")
        name, organisation = membership.account.full_name, request.organisation
        messages.success(request, f"{name} has been deactivated at {organisation.name}.")
        return url_of("deactivated", organisation)

    response = carry_out(request, act, again=person_url(request, membership))
    if is_self and not selectors.usable(request.account).exists():
        end_session(request)
    return response


@requires(Permission.MANAGE_USERS)
@require_http_methods(METHODS)
def reactivate(request: MemberRequest, ods: str, member: UUID) -> HttpResponse:
    membership = member_of(request, member)
    if request.method != "POST":
        if not membership.is_deactivated:
            return _moved_on(request, membership)
        return _ask(request, membership, "reactivate")

    def act() -> str:
        back = services.reactivate_member(actor=request.account, membership=membership)
        done = "invited again to" if back.is_invited else "reactivated at"
        organisation = request.organisation
        messages.success(request, f"{back.account.full_name} has been {done} {organisation.name}.")
        return url_of("invited" if back.is_invited else "list", organisation)

    return carry_out(request, act, again=person_url(request, membership))


@requires(Permission.ADD_USERS)
@require_http_methods(METHODS)
def resend(request: MemberRequest, ods: str, member: UUID) -> HttpResponse:
    membership = member_of(request, member)
    if request.method != "POST":
        failed = identity_calls.sendings([membership])[membership.pk].failed
        if not can_resend(membership, last_send_failed=failed, now=timezone.now()):
            return _moved_on(request, membership)
        return _ask(request, membership, "resend")

    def act() -> str:
        services.resend_invitation(actor=request.account, membership=membership)
        name = membership.account.full_name
        messages.success(request, f"The invite to {name} will be sent again.")
        return url_of("invited", request.organisation)

    return carry_out(request, act, again=person_url(request, membership))


@requires(Permission.MANAGE_USERS)
@require_http_methods(METHODS)
def cancel(request: MemberRequest, ods: str, member: UUID) -> HttpResponse:
    membership = member_of(request, member)
    if request.method != "POST":
        if membership.status != Membership.Status.INVITED:
            return _moved_on(request, membership)
        return _ask(request, membership, "cancel")

    def act() -> str:
        services.cancel_invitation(actor=request.account, membership=membership)
        name = membership.account.full_name
        messages.success(request, f"The invite to {name} has been cancelled.")
        return url_of("list", request.organisation)

    return carry_out(request, act, again=url_of("list", request.organisation))


@requires(Permission.MANAGE_USERS)
@require_http_methods(METHODS)
def delete(request: MemberRequest, ods: str, member: UUID) -> HttpResponse:
    """Ask support to delete what is held of somebody; nothing is deleted here."""
    membership = member_of(request, member)
    if request.method != "POST":
        if not membership.is_deactivated:
            return _moved_on(request, membership)
        return _ask(request, membership, "delete")

    def act() -> str:
        services.ask_for_deletion(actor=request.account, membership=membership)
        messages.success(request, "Support has been asked to delete their details.")
        return person_url(request, membership)

    return carry_out(request, act, again=person_url(request, membership))


def _ask(
    request: MemberRequest,
    membership: Membership,
    template: str,
    verb: BulkVerb | None = None,
) -> HttpResponse:
    """``verb``: the act whose further effects are told, the same as for several people."""
    alone = request.organisation.memberships.filter(pk=membership.pk)
    page = act_page(
        membership,
        is_self=membership.account_id == request.account.pk,
        other_leads=other_active_leads(membership),
        key=new_key(),
        will=consequences(request.organisation, Wanted(verb), alone) if verb else None,
    )
    return render(request, f"members/{template}.jinja", {"page": page})


def _moved_on(request: MemberRequest, membership: Membership) -> HttpResponse:
    """The link no longer fits the person's state: show how they stand now."""
    return redirect(person_url(request, membership))


def _tab_of(request: MemberRequest, membership: Membership) -> str:
    return url_of("invited" if membership.is_invited else "list", request.organisation)
