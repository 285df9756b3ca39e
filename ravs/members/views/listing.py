"""The three tabs of *Manage users*, and the same people as a file."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from ravs.core.access import requires
from ravs.core.csv import download
from ravs.core.dates import london_today
from ravs.core.limits import hold_to
from ravs.core.pagination import Page
from ravs.core.pagination import page_of as numbered
from ravs.members import identity_calls, selectors, services
from ravs.members.asking.views.leads import notices_of
from ravs.members.forms import SearchForm
from ravs.members.listing_pages import (
    ListPage,
    caption_of,
    columns_of,
    everybody_label,
    exported,
    filters_of,
    sorts_of,
    tabs_of,
)
from ravs.members.models import BulkVerb, MemberCount, Status
from ravs.members.narrowing import Narrowing
from ravs.members.permissions import Permission
from ravs.members.picking import VERBS
from ravs.members.presenters import Rows
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


@requires(Permission.MANAGE_USERS)
@require_POST
def export(request: MemberRequest, ods: str) -> HttpResponse:
    """The people a list shows, all pages of it, as a CSV file; the history says who took it."""
    hold_to("act", request)
    named = request.POST.get("status", "")
    status = Status(named) if named in Status.values else Status.ACTIVE
    narrowing = Narrowing.read(request.POST, status)
    people = services.export_people(
        actor=request.account,
        organisation=request.organisation,
        people=selectors.matching(request.organisation, status, narrowing),
    )
    headings, rows = exported(people, status, request.organisation)
    return download(f"users-{request.organisation.ods}-{status.value}.csv", [headings, *rows])


def _tab(request: MemberRequest, status: Status) -> HttpResponse:
    narrowing = Narrowing.read(request.GET, status)
    if narrowing.is_narrow:
        hold_to("search", request)
    counts = selectors.counts_of(request.organisation)
    pages = _pages(request, status, narrowing, counts)
    page = _list_page(request, status, narrowing, counts, pages)
    label = f"Search {status.label.lower()} users by name or email"
    search = SearchForm(initial={"q": narrowing.q}, label=label)
    return render(
        request,
        "members/list.jinja",
        {"page": page, "search": search, "notices": notices_of(request)},
    )


def _pages(
    request: MemberRequest, status: Status, narrowing: Narrowing, counts: MemberCount
) -> Page:
    total = (
        selectors.count_matching(request.organisation, status, narrowing)
        if narrowing.is_narrow
        else getattr(counts, status.value)
    )
    asked, size = request.GET.get("page"), settings.PAGE_SIZE
    return numbered(asked, total=total, size=size, path=request.path, **narrowing.pairs)


def _list_page(
    request: MemberRequest,
    status: Status,
    narrowing: Narrowing,
    counts: MemberCount,
    pages: Page,
) -> ListPage:
    organisation, most = request.organisation, selectors.MOST_COUNTED
    may_add = Permission.ADD_USERS in request.permissions
    members = selectors.page_of(organisation, status, narrowing, start=pages.start, size=pages.size)
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
        columns=columns_of(status, narrowing, path=request.path),
        filters=filters_of(status, narrowing),
        sorts=sorts_of(status, narrowing),
        caption=caption_of(status, pages, narrowing, most=most),
        pages=pages,
        narrowing=narrowing,
        status=status.value,
        verbs=tuple(verb for verb in VERBS[status] if may_add or verb != BulkVerb.RESEND),
        everybody=everybody_label(pages, narrowing, most=most),
        lapsed=counts.lapsed,
        lapse_days=settings.LAPSE_DAYS,
        may_add=may_add,
        is_deactivated=organisation.is_deactivated,
        closes_on=organisation.closes_on,
    )
