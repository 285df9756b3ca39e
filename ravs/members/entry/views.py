"""Choose or switch organisation, without logging out."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ravs.core.access import Access, requires, to_sign_in
from ravs.members.entry.door import enter
from ravs.members.entry.forms import ChooseForm
from ravs.members.entry.presenters import ChoosePage, dead_end
from ravs.members.entry.services import MustSignInAgain
from ravs.members.refusals import NotInThatState
from ravs.members.requests import SignedInRequest
from ravs.members.selectors import usable


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
    return redirect("members:organisation-home", ods=here.organisation.ods)


@requires(Access.SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def choose_organisation(request: SignedInRequest) -> HttpResponse:
    """Radios for every organisation that is open to the person; entering is by POST."""
    memberships = list(usable(request.account))
    if not memberships:
        nothing = dead_end([], lambda _: [], email=request.account.email)
        return render(request, "members/entry/dead-end.jinja", {"page": nothing}, status=403)
    last = request.session.get("organisation")
    current = next((str(m.public_id) for m in memberships if m.organisation.ods == last), "")
    form = ChooseForm(
        request.POST or None, memberships=memberships, initial={"organisation": current}
    )
    if request.method == "POST" and form.is_valid():
        chosen = next(m for m in memberships if m.public_id == form.chosen())
        try:
            return enter(request, chosen)
        except MustSignInAgain:
            return to_sign_in(request)
        except NotInThatState:
            messages.warning(request, f"You can no longer log in at {chosen.organisation}.")
            return redirect("members:choose-organisation")
    page = ChoosePage(current=last or "", count=len(memberships))
    return render(request, "members/entry/choose.jinja", {"page": page, "form": form})
