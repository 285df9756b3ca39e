"""The pages of vaccines that are lists: what stands on them, read for the person who asks."""

from uuid import UUID

from ravs.core.dates import london_today
from ravs.core.pagination import page_of
from ravs.members.requests import MemberRequest
from ravs.organisations.models import Site
from ravs.vaccines import stock_selectors as stock
from ravs.vaccines.models import OptionKind, StockItem
from ravs.vaccines.presenters import (
    IndexPage,
    ItemPage,
    Tab,
    active_rows,
    cards,
    facts_of,
    finished_rows,
    url_of,
)
from ravs.vaccines.selectors import options
from ravs.vaccines.services.enabling import can_enable

ON_A_PAGE = 20
FILTER_ABOVE = 4
"""With more sites than these, the list can be narrowed to one (domain 5.4)."""


def index_page(request: MemberRequest, *, is_closed_tab: bool) -> IndexPage:
    organisation, today = request.organisation, london_today()
    open_, closed = stock.sites_of(organisation), stock.sites_of(organisation, closed=True)
    here = closed if is_closed_tab else open_
    asked = request.GET.get("site", "")
    chosen = [site for site in here if str(site.public_id) == asked] or here
    pages = page_of(request.GET.get("page"), total=len(chosen), size=ON_A_PAGE, path=request.path)
    shown = chosen[pages.start : pages.stop]
    types = stock.stock_types(organisation, today)
    return IndexPage(
        tabs=_site_tabs(request, len(open_), len(closed), is_closed_tab=is_closed_tab),
        sites=cards(
            organisation, shown, stock.items_at(shown, today), frozenset(t.pk for t, _ in types)
        ),
        pages=pages,
        choices=_choices(here, asked) if len(here) > FILTER_ABOVE else (),
        has_sites=bool(open_),
        has_types=bool(types),
        may_enable=bool(can_enable(organisation)),
        is_closed_tab=is_closed_tab,
    )


def _site_tabs(
    request: MemberRequest, open_: int, closed: int, *, is_closed_tab: bool
) -> tuple[Tab, ...]:
    if not closed:
        return ()
    organisation = request.organisation
    return (
        Tab("Open sites", open_, url_of("list", organisation), not is_closed_tab),
        Tab("Closed sites", closed, url_of("closed-sites", organisation), is_closed_tab),
    )


def _choices(sites: list[Site], asked: str) -> tuple[dict[str, object], ...]:
    every: dict[str, object] = {"value": "", "text": "All sites"}
    some = [
        {
            "value": str(site.public_id),
            "text": site.name,
            "selected": str(site.public_id) == asked,
        }
        for site in sites
    ]
    return (every, *some)


def item_page(request: MemberRequest, item: StockItem, *, is_finished_tab: bool) -> ItemPage:
    today = london_today()
    active, over = stock.active_batches(item, today), stock.finished_batches(item, today)
    counts = (active.count(), over.count())
    pages = page_of(
        request.GET.get("page"),
        total=counts[is_finished_tab],
        size=ON_A_PAGE,
        path=request.path,
    )
    is_closed = item.site.status == Site.Status.CLOSED
    sizes = {size.code: size.label for size in options(OptionKind.PACK_SIZE, today)}
    rows_of = finished_rows if is_finished_tab else active_rows
    batches = list((over if is_finished_tab else active)[pages.start : pages.stop])
    types = {type_.pk for type_, _ in stock.stock_types(request.organisation, today)}
    may_add = not is_closed and item.product.type_id in types
    return ItemPage(
        product=item.product.name,
        facts=facts_of(item),
        tabs=_batch_tabs(request, item.public_id, counts, is_finished_tab=is_finished_tab),
        rows=rows_of(request.organisation, batches, today, sizes, may_change=not is_closed),
        pages=pages,
        add=url_of("add-batch", request.organisation, item=item.public_id) if may_add else "",
        is_finished_tab=is_finished_tab,
        has_pack_sizes=any(batch.pack_size for batch in batches),
        is_closed=is_closed,
    )


def _batch_tabs(
    request: MemberRequest, item: UUID, counts: tuple[int, int], *, is_finished_tab: bool
) -> tuple[Tab, ...]:
    if not counts[1] and not is_finished_tab:
        return ()
    organisation = request.organisation
    return (
        Tab("Active", counts[0], url_of("item", organisation, item=item), not is_finished_tab),
        Tab("Finished", counts[1], url_of("finished", organisation, item=item), is_finished_tab),
    )
