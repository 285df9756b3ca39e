"""Add vaccines: at which sites, which product, which batches, a check, and done."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ravs.core.access import requires
from ravs.core.dates import london_today
from ravs.core.presenters import written_date
from ravs.members.permissions import Permission
from ravs.members.requests import MemberRequest
from ravs.vaccines import stock_selectors as stock
from ravs.vaccines.forms import MOST_BATCHES, BatchesForm, ProductForm, SitesForm, initial_of
from ravs.vaccines.journey import Journey
from ravs.vaccines.presenters import CheckPage, StepPage, url_of
from ravs.vaccines.refusals import VaccineRefusal
from ravs.vaccines.services import Added, NewBatch, add_stock
from ravs.vaccines.views.acting import carry_out, item_of

FILTER_ABOVE = 4
GET_OR_POST = ["GET", "HEAD", "POST"]


@requires(Permission.MANAGE_VACCINES)
@require_http_methods(GET_OR_POST)
def sites(request: MemberRequest, ods: str) -> HttpResponse:
    """At which sites. With one site there is nothing to ask."""
    journey = Journey.of(request)
    if len(journey.open_sites) < 2:
        return redirect(journey.address("add-product"))
    form = _sites_form(request, journey)
    if request.method == "POST" and "filter" not in request.POST and form.is_valid():
        return redirect(journey.keep("add-product", sites=form.cleaned_data["sites"]))
    page = _sites_page(request, journey)
    return render(request, "vaccines/add-sites.jinja", {"page": page, "form": form})


def _sites_page(request: MemberRequest, journey: Journey) -> StepPage:
    q = request.POST.get("q", "") if "filter" in request.POST else ""
    return StepPage(
        key=journey.key,
        back=url_of("list", request.organisation),
        q=q,
        asks_filter=len(journey.open_sites) > FILTER_ABOVE,
        is_narrow=bool(q.strip()),
    )


def _sites_form(request: MemberRequest, journey: Journey) -> SitesForm:
    if request.method != "POST":
        return SitesForm(sites=journey.open_sites, initial={"sites": journey.values.get("sites")})
    if "filter" not in request.POST:
        return SitesForm(request.POST, sites=journey.open_sites)
    ticked = request.POST.getlist("sites")
    words = request.POST.get("q", "").casefold().split()
    shown = [
        site
        for site in journey.open_sites
        if str(site.public_id) in ticked
        or all(word in f"{site.name} {site.ods}".casefold() for word in words)
    ]
    return SitesForm(sites=shown, initial={"sites": ticked})


@requires(Permission.MANAGE_VACCINES)
@require_http_methods(GET_OR_POST)
def product(request: MemberRequest, ods: str) -> HttpResponse:
    """Which vaccine and product, of the types that this organisation may give."""
    journey = Journey.of(request)
    if not journey.sites:
        return redirect(journey.before_sites)
    types = stock.products_to_add(request.organisation, london_today())
    choices = [(type_.code, title, products) for type_, title, products in types]
    form = ProductForm(request.POST or None, types=choices, initial=journey.product_answers())
    if request.method == "POST" and form.is_valid():
        return redirect(journey.keep("add-batches", product=form.product))
    page = StepPage(key=journey.key, back=journey.back_from_product, sites=journey.site_names)
    data = {"page": page, "form": form, "has_types": bool(types)}
    return render(request, "vaccines/add-product.jinja", data)


@requires(Permission.MANAGE_VACCINES)
@require_http_methods(GET_OR_POST)
def batches(request: MemberRequest, ods: str) -> HttpResponse:
    """Which batches: one or several."""
    journey = Journey.of(request)
    if not journey.sites or journey.product is None:
        return redirect(journey.address("add"))
    return _batches(request, journey, back=journey.address("add-product"))


@requires(Permission.MANAGE_VACCINES)
@require_http_methods(GET_OR_POST)
def add_batch(request: MemberRequest, ods: str, item: UUID) -> HttpResponse:
    """Further batches of a product that a site keeps: the same journey from its third step."""
    kept = item_of(request, item)
    journey = Journey.of(request).at(kept)
    if journey.product is None or not journey.sites:
        messages.warning(request, "No batch of this product can be added here now.")
        return redirect(url_of("item", request.organisation, item=item))
    return _batches(request, journey, back=url_of("item", request.organisation, item=item))


def _batches(request: MemberRequest, journey: Journey, *, back: str) -> HttpResponse:
    form = _batches_form(request, journey)
    if request.method == "POST" and "more" not in request.POST and _are_new(form, journey):
        return redirect(journey.keep_batches(form.batches, form.scanned))
    page = StepPage(
        key=journey.key,
        back=back,
        rows=form.rows,
        can_add_row=form.rows < MOST_BATCHES,
        product=journey.chosen.name,
        sites=journey.site_names,
    )
    return render(request, "vaccines/add-batches.jinja", {"page": page, "form": form})


def _batches_form(request: MemberRequest, journey: Journey) -> BatchesForm:
    """The form with as many batches as were asked for; *Add another batch* checks nothing."""
    if request.method == "POST":
        rows = _number(request.POST.get("rows"))
        form = BatchesForm(request.POST, rows=rows, **journey.about_batches())
        if "more" not in request.POST:
            return form
        more = min(rows + 1, MOST_BATCHES)
        return BatchesForm(rows=more, initial=form.typed(), **journey.about_batches())
    entered = journey.batches
    rows = max(1, len(entered)) + ("another" in request.GET)
    return BatchesForm(
        rows=min(rows, MOST_BATCHES), initial=initial_of(entered), **journey.about_batches()
    )


def _number(text: str | None) -> int:
    """How many batches a form said it has; nonsense is one."""
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) < 3
    return min(max(int(text), 1), MOST_BATCHES) if is_number and text else 1


def _are_new(form: BatchesForm, journey: Journey) -> bool:
    """Whether the form is right, and no batch of it is here already."""
    if not form.is_valid() or journey.product is None:
        return False
    wanted = {(batch.number, batch.expiry): row for row, batch in enumerate(form.batches, 1)}
    for twin in stock.twins(journey.sites, journey.product, list(wanted)):
        form.add_error(
            f"number_{wanted[twin.number, twin.expiry]}",
            f"Batch {twin.number} has already been added at {twin.item.site.name}",
        )
    return not form.errors


@requires(Permission.MANAGE_VACCINES)
@require_http_methods(GET_OR_POST)
def check(request: MemberRequest, ods: str) -> HttpResponse:
    """Check the answers, then add them all or none."""
    journey = Journey.of(request)
    if not journey.sites or journey.product is None or not journey.batches:
        return redirect(journey.done or journey.address("add"))
    if request.method == "POST":
        return _confirm(request, journey)
    return render(request, "vaccines/add-check.jinja", {"page": _check_page(journey)})


def _confirm(request: MemberRequest, journey: Journey) -> HttpResponse:
    chosen, entered = journey.chosen, journey.batches

    def act() -> str:
        added = add_stock(
            actor=request.account,
            organisation=request.organisation,
            sites=journey.sites,
            product=chosen,
            batches=entered,
        )
        messages.success(request, _told(added, chosen.name, len(journey.sites)))
        if len(journey.sites) == 1:
            item = added.batches[0].item.public_id
            return url_of("item", request.organisation, item=item)
        return url_of("list", request.organisation)

    def explain(refusal: VaccineRefusal) -> HttpResponse:
        messages.warning(request, str(refusal))
        return redirect(journey.address("add-batches"))

    return carry_out(request, act, again=journey.address("add-check"), explain=explain)


def _told(added: Added, product: str, sites: int) -> str:
    count = len(added.batches)
    batches_ = f"Batch {added.batches[0].number}" if count == 1 else f"{count} batches"
    where = f" at {sites} sites" if sites > 1 else ""
    told = f"{batches_} of {product} added{where}."
    back = sorted({batch.number for batch in added.brought_back})
    if back:
        are = "was" if len(back) == 1 else "were"
        told += f" {', '.join(back)} {are} marked as finished before, and can be used again."
    return told


def _check_page(journey: Journey) -> CheckPage:
    product_, change = journey.chosen, journey.address("add-batches")
    rows = []
    if len(journey.open_sites) > 1:
        rows.append(_row("Sites", journey.site_names, journey.address("add")))
    rows.append(_row("Vaccine", product_.type.title, journey.address("add-product")))
    rows.append(_row("Product", product_.name, journey.address("add-product")))
    for number, batch in enumerate(journey.batches, 1):
        which = f"Batch {number}" if len(journey.batches) > 1 else "Batch"
        rows.append(_row(which, _batch_told(batch, journey.sizes), change))
    return CheckPage(
        key=journey.key,
        back=change,
        another=f"{change}&another=yes" if len(journey.batches) < MOST_BATCHES else "",
        rows=tuple(rows),
        warnings=tuple(_warnings(journey)),
    )


def _row(key: str, value: str, change: str) -> dict[str, str]:
    return {"key": key, "value": value, "change": change}


def _batch_told(batch: NewBatch, sizes: dict[str, str]) -> str:
    size = f", {sizes[batch.pack_size].lower()}" if batch.pack_size in sizes else ""
    return f"{batch.number}, expires {written_date(batch.expiry)}{size}"


def _warnings(journey: Journey) -> list[str]:
    """Codes that the catalogue knows as those of another product, and packs about to expire."""
    told = []
    for gtin in journey.scanned:
        other = stock.product_of_gtin(gtin)
        if other is not None and other.pk != journey.chosen.pk:
            told.append(
                f"The code you scanned is on packs of {other.name}, not {journey.chosen.name}."
            )
    today: date = london_today()
    told += [
        f"Batch {batch.number} expires today." for batch in journey.batches if batch.expiry == today
    ]
    return told
