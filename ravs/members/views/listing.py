"""The three tabs of *Manage users*."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ravs.core.access import requires
from ravs.core.dates import london_today
from ravs.core.limits import hold_to
from ravs.core.pagination import Page
from ravs.core.pagination import page_of as numbered
from ravs.members import identity_calls, selectors
from ravs.members.forms import SearchForm
from ravs.members.models import MemberCount, Status
from ravs.members.permissions import Permission
from ravs.members.presenters import LAST_COLUMN, ListPage, Rows, caption_of, tabs_of
from ravs.members.requests import MemberRequest


@requires(Permission.MANAGE_USERS)
@require_safe
def active(request: MemberRequest, ods: str) -> HttpResponse:
    return _tab(request, Status.ACTIVE)


@requires(Permission.MANAGE_USERS)
@require_safe
def invited(request: MemberRequest, ods: str) -> HttpResponse:
    return _tab(request, Status.INVITED)


@requires(Permission.MANAGE_USERS)
@require_safe
def deactivated(request: MemberRequest, ods: str) -> HttpResponse:
    return _tab(request, Status.DEACTIVATED)


def _tab(request: MemberRequest, status: Status) -> HttpResponse:
    query = " ".join(request.GET.get("q", "").split())[:100]
    if query:
        hold_to("search", request)
    counts = selectors.counts_of(request.organisation)
    pages = _pages(request, status, query, counts)
    page = _list_page(request, status, query, counts, pages)
    label = f"Search {status.label.lower()} users by name or email"
    search = SearchForm(initial={"q": query}, label=label)
    return render(request, "members/list.jinja", {"page": page, "search": search})


def _pages(request: MemberRequest, status: Status, query: str, counts: MemberCount) -> Page:
    total = (
        selectors.count_matching(request.organisation, status, query)
        if query
        else getattr(counts, status.value)
    )
    size = settings.PAGE_SIZE
    return numbered(request.GET.get("page"), total=total, size=size, path=request.path, q=query)


def _list_page(
    request: MemberRequest, status: Status, query: str, counts: MemberCount, pages: Page
) -> ListPage:
    organisation = request.organisation
    may_add = Permission.ADD_USERS in request.permissions
    members = selectors.page_of(organisation, status, query, start=pages.start, size=pages.size)
    rows = Rows(
        organisation=organisation,
        today=london_today(),
        now=timezone.now(),
        may_add=may_add,
        sendings=identity_calls.sendings(members),
    )
    return ListPage(
        tabs=tabs_of(organisation, counts, status),
        rows=rows.of(members, status),
        columns=("Name", "Email", "Vaccinator", "Permission", LAST_COLUMN[status]),
        caption=caption_of(status, pages, query, most=selectors.MOST_COUNTED),
        pages=pages,
        query=query,
        lapsed=counts.lapsed,
        lapse_days=settings.LAPSE_DAYS,
        may_add=may_add,
        is_deactivated=organisation.is_deactivated,
        closes_on=organisation.closes_on,
    )
