"""What the pages of vaccines share: rows reached through the organisation, and acts."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse

from ravs.members.requests import MemberRequest
from ravs.members.views.acting import carry_out as carry_out_here
from ravs.organisations.models import Site
from ravs.vaccines.models import Batch, StockItem
from ravs.vaccines.refusals import MayNotManageVaccines, VaccineRefusal

R = TypeVar("R", bound=Model)


def carry_out(
    request: MemberRequest,
    act: Callable[[], str],
    *,
    again: str,
    explain: Callable[[VaccineRefusal], HttpResponse],
) -> HttpResponse:
    """Run ``act`` once under the form's key. What the rules refuse, ``explain`` shows."""
    try:
        return carry_out_here(request, act, again=again, show=(VaccineRefusal,))
    except MayNotManageVaccines as refusal:
        raise PermissionDenied from refusal
    except VaccineRefusal as refusal:
        return explain(refusal)


def item_of(request: MemberRequest, item: UUID) -> StockItem:
    rows = request.organisation.stock_items.select_related("product__type", "site")
    found = _found(rows, item)
    found.organisation = found.site.organisation = request.organisation
    return found


def batch_of(request: MemberRequest, batch: UUID) -> Batch:
    rows = request.organisation.batches.select_related("item__product__type", "item__site")
    found = _found(rows, batch)
    found.organisation = request.organisation
    return found


def site_of(request: MemberRequest, site: UUID) -> Site:
    found = _found(request.organisation.sites.all(), site)
    found.organisation = request.organisation
    return found


def _found(rows: QuerySet[R], public_id: UUID) -> R:
    """A row of this organisation: strangers' ids are 404."""
    row = rows.filter(public_id=public_id).first()
    if row is None:
        raise Http404
    return row
