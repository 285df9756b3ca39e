"""Choose or switch organisation, without logging out."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ravs.core.access import Access, requires, to_sign_in
from ravs.members.asking.selectors import waiting_since
from ravs.members.entry.door import enter
from ravs.members.entry.forms import ChooseForm
from ravs.members.entry.presenters import ChoosePage, dead_end
from ravs.members.entry.services import MustSignInAgain, why_nowhere
from ravs.members.models import Membership
from ravs.members.refusals import NotInThatState
from ravs.members.requests import SignedInRequest
from ravs.members.selectors import lead_administrators, usable


@requires(Access.SIGNED_IN)
@require_safe
def landing(request: SignedInRequest) -> HttpResponse:
    """Where ``/`` leads somebody logged in: the organisation they used last, or the choice."""
    mine = [m for m in usable(request.account) if m.is_active]
    last = request.session.get("organisation")
    here = next((m for m in mine if m.organisation.ods == last), None)
    if here is None and len(mine) == 1:
        here = mine[0]
    if here is None:
        return redirect("members:choose-organisation")
    return redirect("vaccinations:home", ods=here.organisation.ods)


@requires(Access.SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def choose_organisation(request: SignedInRequest) -> HttpResponse:
    """Radios for every organisation that is open to the person; entering is by POST."""
    memberships = list(usable(request.account))
    if not memberships:
        return _nowhere(request)
    last = request.session.get("organisation")
    current = next((m for m in memberships if m.organisation.ods == last), None)
    form = ChooseForm(
        request.POST if request.method == "POST" else None,
        memberships=memberships,
        initial={"organisation": str(current.public_id) if current else ""},
    )
    if request.method == "POST" and form.is_valid():
        return _enter(request, next(m for m in memberships if m.public_id == form.chosen()))
    page = ChoosePage(current=current.organisation.ods if current else "", count=len(memberships))
    return render(request, "members/entry/choose.jinja", {"page": page, "form": form})


def _enter(request: SignedInRequest, chosen: Membership) -> HttpResponse:
    try:
        return enter(request, chosen)
    except MustSignInAgain:
        return to_sign_in(request)
    except NotInThatState:
        messages.warning(request, f"You can no longer log in at {chosen.organisation}.")
        return redirect("members:choose-organisation")


def _nowhere(request: SignedInRequest) -> HttpResponse:
    """Everything the person had ended while they were logged in."""
    closed = why_nowhere(request.account)
    page = dead_end(closed, lead_administrators, waiting_since, email=request.account.email)
    return render(request, "members/entry/dead-end.jinja", {"page": page}, status=403)
