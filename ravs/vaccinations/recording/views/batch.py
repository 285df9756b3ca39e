"""A batch that is missing, added without leaving the record (administrators and leads)."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from ravs.accounts.submissions import new_key
from ravs.core.access import requires
from ravs.members.permissions import Permission
from ravs.members.requests import MemberRequest
from ravs.members.views.acting import carry_out
from ravs.patients.presenters import PatientSummary
from ravs.vaccinations.recording import services
from ravs.vaccinations.recording.pages import AddBatchPage, draft_url, summary_of
from ravs.vaccinations.recording.recording import Recording
from ravs.vaccinations.recording.steps import BY_SLUG
from ravs.vaccinations.recording.views.finding import as_it_is_now, draft_of, go_on, onward, reading
from ravs.vaccines.batches import asks_pack_size
from ravs.vaccines.forms import BatchesForm
from ravs.vaccines.models import OptionKind
from ravs.vaccines.refusals import VaccineRefusal
from ravs.vaccines.services import NewBatch, add_batch


@requires(Permission.MANAGE_VACCINES)
@require_http_methods(["GET", "HEAD", "POST"])
@as_it_is_now
def add(request: MemberRequest, ods: str, draft: UUID) -> HttpResponse:
    """Add a batch of the chosen product at the chosen site, and go on with it."""
    row = draft_of(request, draft)
    recording = reading(request, row, until="batch")
    if recording.pending is None or recording.pending.slug != "batch":
        return go_on(request, row)
    form = _form(request, recording)
    if request.method == "POST" and form.is_valid():
        try:
            return _once(request, recording, form.batches[0])
        except VaccineRefusal as refusal:
            form.add_error("number_1", str(refusal))
    key = request.POST.get("key") or new_key()
    page = AddBatchPage(key, draft_url("step", row, step="batch"), _patient(recording))
    return render(request, "vaccinations/recording/add-batch.jinja", {"page": page, "form": form})


def _form(request: MemberRequest, recording: Recording) -> BatchesForm:
    product = recording.facts.product
    assert product is not None  # noqa: S101 - the batch is asked after it
    asked = asks_pack_size(request.organisation, product)
    return BatchesForm(
        request.POST if request.method == "POST" else None,
        rows=1,
        product=product,
        today=recording.today,
        pack_sizes=recording.options(OptionKind.PACK_SIZE) if asked else (),
    )


def _patient(recording: Recording) -> PatientSummary | None:
    return summary_of(recording.patient, recording.today)


def _once(request: MemberRequest, recording: Recording, batch: NewBatch) -> HttpResponse:
    def act() -> str:
        return _add(request, recording, batch)

    return carry_out(request, act, again=request.path, show=(VaccineRefusal,))


def _add(request: MemberRequest, recording: Recording, batch: NewBatch) -> str:
    """The batch and the answer that names it, or neither."""
    facts, draft = recording.facts, recording.draft
    assert facts.site is not None  # noqa: S101
    assert facts.product is not None  # noqa: S101
    facts.site.organisation = request.organisation
    added = add_batch(
        actor=request.account,
        site=facts.site,
        product=facts.product,
        number=batch.number,
        expiry=batch.expiry,
        pack_size=batch.pack_size,
    )
    answer = {"batch": str(added.public_id)}
    draft = services.answer(
        actor=request.account, draft=draft, step=BY_SLUG["batch"], values=answer
    )
    draft.organisation = request.organisation
    return onward(request, draft)
