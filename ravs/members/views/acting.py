"""How a page carries out a verb: once, under its form's key, and then somewhere to look."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from ravs.accounts.submissions import BadKey, once
from ravs.audit.selectors import History
from ravs.core.errors import Refusal
from ravs.core.limits import hold_to
from ravs.members.models import InvitationEnd, Membership
from ravs.members.presenters import url_of
from ravs.members.refusals import MemberRefusal, NotALeadAdministrator, OrganisationNotOpen
from ravs.members.requests import MemberRequest

DIGITS = 18


def member_of(request: MemberRequest, member: UUID) -> Membership:
    """A person of this organisation, reached through it: strangers' ids are 404."""
    rows = request.organisation.memberships.select_related("account", "deactivated_by")
    membership = rows.exclude(invitation_end=InvitationEnd.CANCELLED).filter(public_id=member)
    found = membership.first()
    if found is None:
        raise Http404
    found.organisation = request.organisation
    return found


def carry_out(
    request: MemberRequest,
    act: Callable[[], str],
    *,
    again: str,
    show: tuple[type[Refusal], ...] = (),
) -> HttpResponse:
    """Run ``act`` under the form's key and go to the address it returns.

    A second click is led to the first one's result. What the rules refuse is said in a banner
    at ``again``, or raised for the page to ``show``; what the person may no longer do is a 403.
    """
    hold_to("act", request)
    try:
        key = request.POST.get("key", "")
        return redirect(once(account=request.account, key=key, act=act))
    except BadKey:
        messages.warning(request, "That page had been open for too long. Try again.")
    except (NotALeadAdministrator, OrganisationNotOpen) as refusal:
        raise PermissionDenied from refusal
    except show:
        raise
    except MemberRefusal as refusal:
        messages.warning(request, str(refusal))
    return redirect(again)


def before_of(request: MemberRequest) -> int | None:
    """From where a page of history reads on (``?before=``); nonsense reads from the newest."""
    before = request.GET.get("before", "")
    is_number = before.isascii() and before.isdecimal() and len(before) < DIGITS
    return int(before) if is_number else None


def older_than(history: History, path: str) -> str:
    """Where a history reads on; empty at its beginning."""
    return f"{path}?before={history.before}" if history.before else ""


def person_url(request: MemberRequest, membership: Membership) -> str:
    return url_of("person", request.organisation, membership.public_id)
