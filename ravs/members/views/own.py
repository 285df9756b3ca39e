"""Pages about oneself and about the organisation one is in."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ravs.audit import selectors as audit
from ravs.core.access import Access, requires
from ravs.members import selectors
from ravs.members.asking.views.leads import vaccinating_page
from ravs.members.forms import OwnNameForm
from ravs.members.models import Level
from ravs.members.own_pages import Belonging, HistoryPage, LeftPage, ProfilePage, Standing
from ravs.members.permissions import CAPABILITIES, TABLE, Permission
from ravs.members.presenters import url_of
from ravs.members.requests import MemberRequest, SignedInRequest
from ravs.members.services import rename_person
from ravs.members.views.acting import before_of, older_than

HISTORY = 50


def standing_of(request: MemberRequest) -> Standing:
    """The part of the organisation's home that is about the person who looks at it."""
    level = request.level
    return Standing(
        level=level.label,
        waiting_level=_waiting(request),
        may=tuple(c.name for c in CAPABILITIES if c in TABLE[level]),
        may_not=tuple(c.name for c in CAPABILITIES if c not in TABLE[level]),
        is_deactivated=request.organisation.is_deactivated,
        closes_on=request.organisation.closes_on,
        manage_users=_if(request, Permission.MANAGE_USERS, "list"),
        add_user=_if(request, Permission.ADD_USERS, "add"),
        vaccinating=vaccinating_page(request),
    )


def _waiting(request: MemberRequest) -> str:
    """The level that the next log-in will bring, when it was raised since this one."""
    stored = Level(request.membership.level)
    return stored.label if stored.rank > request.level.rank else ""


def _if(request: MemberRequest, permission: Permission, name: str) -> str:
    return url_of(name, request.organisation) if permission in request.permissions else ""


@requires(Permission.MANAGE_USERS)
@require_safe
def history(request: MemberRequest, ods: str) -> HttpResponse:
    """Who did what and when at this organisation, newest first."""
    history = audit.history_of(
        organisation=request.organisation.public_id, before=before_of(request), limit=HISTORY
    )
    older = older_than(history, url_of("history", request.organisation))
    page = HistoryPage(lines=history.lines, older=older)
    return render(request, "members/history.jinja", {"page": page})


@requires(Access.SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: SignedInRequest) -> HttpResponse:
    """One's own name, e-mail and organisations. The name can be changed, the address cannot."""
    account = request.account
    initial = {"first_name": account.first_name, "last_name": account.last_name}
    form = OwnNameForm(request.POST or None, initial=initial)
    if request.method == "POST" and not selectors.usable(account).exists():
        return redirect("members:choose-organisation")  # which says that no organisation is left
    if request.method == "POST" and form.is_valid():
        rename_person(actor=account, account=account, **form.cleaned_data)
        messages.success(request, "Your name has been changed.")
        return redirect("members:profile")
    page = ProfilePage(email=account.email, belongings=_belongings(request))
    return render(request, "members/profile.jinja", {"page": page, "form": form})


def _belongings(request: SignedInRequest) -> tuple[Belonging, ...]:
    mine = [m for m in selectors.usable(request.account) if m.is_active]
    leads = selectors.leads_of([m.organisation_id for m in mine])
    return tuple(
        Belonging(
            organisation=str(m.organisation),
            address=m.organisation.address,
            level=Level(m.level).label,
            may=", ".join(c.name.lower() for c in TABLE[Level(m.level)]),
            leads=tuple(leads.get(m.organisation_id, ())),
        )
        for m in mine
    )


@requires(Access.PUBLIC)
@require_safe
def left(request: SignedInRequest) -> HttpResponse:
    """After deactivating oneself: on to other organisations, or logged out."""
    account = getattr(request, "account", None)
    if account is not None and selectors.usable(account).exists():
        return redirect("members:choose-organisation")
    page = LeftPage(provider_name=settings.IDENTITY_PROVIDER_NAME)
    return render(request, "members/left.jinja", {"page": page})
