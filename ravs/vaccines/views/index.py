"""The vaccines of each site, and the batches of one product at a site."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ravs.core.access import requires
from ravs.members.permissions import Permission
from ravs.members.requests import MemberRequest
from ravs.vaccines.list_pages import index_page, item_page
from ravs.vaccines.views.acting import item_of


@requires(Permission.MANAGE_VACCINES)
@require_safe
def open_sites(request: MemberRequest, ods: str) -> HttpResponse:
    page = index_page(request, is_closed_tab=False)
    return render(request, "vaccines/list.jinja", {"page": page})


@requires(Permission.MANAGE_VACCINES)
@require_safe
def closed_sites(request: MemberRequest, ods: str) -> HttpResponse:
    page = index_page(request, is_closed_tab=True)
    return render(request, "vaccines/list.jinja", {"page": page})


@requires(Permission.MANAGE_VACCINES)
@require_safe
def active(request: MemberRequest, ods: str, item: UUID) -> HttpResponse:
    page = item_page(request, item_of(request, item), is_finished_tab=False)
    return render(request, "vaccines/item.jinja", {"page": page})


@requires(Permission.MANAGE_VACCINES)
@require_safe
def finished(request: MemberRequest, ods: str, item: UUID) -> HttpResponse:
    page = item_page(request, item_of(request, item), is_finished_tab=True)
    return render(request, "vaccines/item.jinja", {"page": page})
