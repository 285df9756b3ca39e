"""One batch: corrected, marked as finished, brought back."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ravs.accounts.submissions import new_key
from ravs.core.access import requires
from ravs.core.dates import london_today
from ravs.core.presenters import written_date
from ravs.members.permissions import Permission
from ravs.members.requests import MemberRequest
from ravs.vaccines import stock_selectors as stock
from ravs.vaccines.batches import asks_pack_size
from ravs.vaccines.forms import BatchesForm, FinishForm, initial_of
from ravs.vaccines.models import Batch, OptionKind
from ravs.vaccines.presenters import BatchPage, url_of
from ravs.vaccines.refusals import DayNotPossible, VaccineRefusal
from ravs.vaccines.selectors import options
from ravs.vaccines.services import NewBatch, edit_batch, finish_batch, unfinish_batch
from ravs.vaccines.services.finishing import check_last_day
from ravs.vaccines.services.stock import state_of
from ravs.vaccines.views.acting import batch_of, carry_out

GET_OR_POST = ["GET", "HEAD", "POST"]


@requires(Permission.MANAGE_VACCINES)
@require_http_methods(GET_OR_POST)
def edit(request: MemberRequest, ods: str, batch: UUID) -> HttpResponse:
    """Correct a batch. Records that are there keep what they say."""
    row = batch_of(request, batch)
    if request.method == "POST":
        form = _edit_form(request, row)
        if _is_free(form, row):
            return _edit(request, row, form)
    else:
        now = NewBatch(row.number, row.expiry, row.pack_size)
        form = _edit_form(request, row, initial=initial_of([now]))
    page = _page(request, row)
    return render(request, "vaccines/edit-batch.jinja", {"page": page, "form": form})


def _edit_form(
    request: MemberRequest, row: Batch, initial: dict[str, object] | None = None
) -> BatchesForm:
    today, product = london_today(), row.item.product
    asks = asks_pack_size(request.organisation, product)
    return BatchesForm(
        request.POST if initial is None else None,
        rows=1,
        product=product,
        today=today,
        pack_sizes=options(OptionKind.PACK_SIZE, today) if asks else [],
        initial=initial,
        stands=row.expiry,
    )


def _is_free(form: BatchesForm, row: Batch) -> bool:
    """Whether the form is right, and no other batch is called so."""
    if not form.is_valid():
        return False
    new = form.batches[0]
    same = stock.twins([row.item.site], row.item.product, [(new.number, new.expiry)])
    if any(twin.pk != row.pk for twin in same):
        form.add_error("number_1", f"Batch {new.number} has already been added at this site")
    return not form.errors


def _edit(request: MemberRequest, row: Batch, form: BatchesForm) -> HttpResponse:
    def act() -> str:
        seen = request.POST.get("seen", "")
        edit_batch(actor=request.account, batch=row, details=form.batches[0], seen=seen)
        messages.success(request, f"Batch {form.batches[0].number} saved.")
        return _item_url(request, row)

    return carry_out(request, act, again=request.path, explain=_to_item(request, row))


@requires(Permission.MANAGE_VACCINES)
@require_http_methods(GET_OR_POST)
def finish(request: MemberRequest, ods: str, batch: UUID) -> HttpResponse:
    """Say the last day on which a batch is given: today, where nothing else is said."""
    row = batch_of(request, batch)
    if request.method == "POST":
        form = FinishForm(request.POST)
        if _is_possible(form, row):
            return _finish(request, row, form)
    else:
        form = FinishForm(initial={"last_day": row.finished_on or london_today()})
    page = _page(request, row)
    return render(request, "vaccines/finish-batch.jinja", {"page": page, "form": form})


def _is_possible(form: FinishForm, row: Batch) -> bool:
    if form.is_valid():
        try:
            check_last_day(row, form.cleaned_data["last_day"])
        except DayNotPossible as refusal:
            form.add_error("last_day", str(refusal))
    return not form.errors


def _finish(request: MemberRequest, row: Batch, form: FinishForm) -> HttpResponse:
    last_day = form.cleaned_data["last_day"]

    def act() -> str:
        seen = request.POST.get("seen", "")
        finish_batch(actor=request.account, batch=row, last_day=last_day, seen=seen)
        until = "the end of today" if last_day == london_today() else written_date(last_day)
        told = f"Batch {row.number} is marked as finished. It can be used until {until}."
        if last_day < london_today():
            told = f"Batch {row.number} is marked as finished since {until}."
        messages.success(request, told)
        return _item_url(request, row)

    return carry_out(request, act, again=request.path, explain=_to_item(request, row))


@requires(Permission.MANAGE_VACCINES)
@require_http_methods(GET_OR_POST)
def bring_back(request: MemberRequest, ods: str, batch: UUID) -> HttpResponse:
    """Take back that a batch was marked as finished."""
    row = batch_of(request, batch)
    if request.method == "POST":
        return _bring_back(request, row)
    page = _page(request, row)
    return render(request, "vaccines/bring-back-batch.jinja", {"page": page})


def _bring_back(request: MemberRequest, row: Batch) -> HttpResponse:
    def act() -> str:
        unfinish_batch(actor=request.account, batch=row)
        expiry = written_date(row.expiry)
        messages.success(request, f"Batch {row.number} can be used again, until {expiry}.")
        return _item_url(request, row)

    return carry_out(request, act, again=request.path, explain=_to_item(request, row))


def _to_item(request: MemberRequest, row: Batch) -> Callable[[VaccineRefusal], HttpResponse]:
    """What the rules refuse stands in a banner on the page of the product."""

    def explain(refusal: VaccineRefusal) -> HttpResponse:
        messages.warning(request, str(refusal))
        return redirect(_item_url(request, row))

    return explain


def _item_url(request: MemberRequest, row: Batch) -> str:
    return url_of("item", request.organisation, item=row.item.public_id)


def _page(request: MemberRequest, row: Batch) -> BatchPage:
    """A key that was sent stays: what is typed again is the same act."""
    return BatchPage(
        key=request.POST.get("key") or new_key(),
        back=_item_url(request, row),
        number=row.number,
        expiry=written_date(row.expiry),
        product=row.item.product.name,
        site=row.item.site.name,
        seen=request.POST.get("seen") or state_of(row),
    )
