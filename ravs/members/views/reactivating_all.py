"""Bring back everyone who lapsed: one list, one button."""

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ravs.accounts.submissions import new_key
from ravs.core.access import requires
from ravs.core.pagination import page_of as numbered
from ravs.members import selectors, services
from ravs.members.models import Level, Membership
from ravs.members.pages import ReactivateAllPage
from ravs.members.permissions import Permission
from ravs.members.presenters import reason_of, url_of
from ravs.members.requests import MemberRequest
from ravs.members.views.acting import carry_out

SALT = "members.reactivate-all"


@requires(Permission.MANAGE_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def reactivate_all(request: MemberRequest, ods: str) -> HttpResponse:
    """Posting carries the moment the page was shown: whoever lapsed later was not on it."""
    here = url_of("reactivate-all", request.organisation)
    moment = _moment(request.POST.get("moment", ""))
    if request.method == "POST" and moment is not None:
        return carry_out(request, lambda: _act(request, moment), again=here)
    if request.method == "POST":
        messages.warning(request, "That page had been open for too long. Try again.")
        return redirect(here)
    return render(request, "members/reactivate-all.jinja", {"page": _page(request)})


def _act(request: MemberRequest, moment: datetime) -> str:
    count = services.reactivate_lapsed(
        actor=request.account, organisation=request.organisation, lapsed_by=moment
    )
    messages.success(request, f"{count} {'user' if count == 1 else 'users'} reactivated.")
    return url_of("list", request.organisation)


def _page(request: MemberRequest) -> ReactivateAllPage:
    organisation = request.organisation
    total = selectors.counts_of(organisation).lapsed
    pages = numbered(
        request.GET.get("page"), total=total, size=settings.PAGE_SIZE, path=request.path
    )
    people = selectors.lapsed_people(organisation, start=pages.start, size=pages.size)
    return ReactivateAllPage(
        rows=tuple(_row(membership) for membership in people),
        total=total,
        pages=pages,
        moment=signing.dumps(timezone.now().isoformat(), salt=SALT),
        key=new_key(),
        back=url_of("deactivated", organisation),
        lapse_days=settings.LAPSE_DAYS,
    )


def _row(membership: Membership) -> tuple[str, ...]:
    account = membership.account
    return (
        account.full_name,
        account.email,
        "Yes" if membership.vaccinator else "No",
        Level(membership.level).label,
        reason_of(membership),
    )


def _moment(signed: str) -> datetime | None:
    try:
        return datetime.fromisoformat(signing.loads(signed, salt=SALT))
    except (signing.BadSignature, ValueError, TypeError):
        return None
