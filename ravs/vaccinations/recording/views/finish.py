"""Check the answers, save them once, and go on."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ravs.accounts.submissions import new_key
from ravs.core.access import requires
from ravs.core.limits import hold_to
from ravs.members.permissions import Permission
from ravs.members.requests import MemberRequest
from ravs.members.views.acting import carry_out
from ravs.patients.forms import NumberForm
from ravs.vaccinations.models import Draft, Purpose, Vaccination
from ravs.vaccinations.recording import services
from ravs.vaccinations.recording.complete import fingerprint, record_vaccination
from ravs.vaccinations.recording.forms import NextForm, NoteForm
from ravs.vaccinations.recording.pages import (
    CheckPage,
    SavedPage,
    check_rows,
    draft_url,
    summary_of,
    url_of,
)
from ravs.vaccinations.recording.recording import NOTE, Recording
from ravs.vaccinations.recording.refusals import (
    RecordingRefusal,
    VaccineWithdrawn,
)
from ravs.vaccinations.recording.services import FollowOn
from ravs.vaccinations.recording.views.finding import (
    as_it_is_now,
    draft_of,
    go_on,
    onward,
    reading,
    where_next,
)


@requires(Permission.RECORD_VACCINATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
@as_it_is_now
def check(request: MemberRequest, ods: str, draft: UUID) -> HttpResponse:
    """All the answers before they are saved, or before a clinic is opened."""
    row = draft_of(request, draft)
    form = NoteForm(request.POST or None, initial=row.answers.get(NOTE, {}))
    is_clinic = row.purpose == Purpose.CLINIC
    if request.method == "POST" and not is_clinic and form.is_valid():
        return _save(request, row, form.cleaned_data["note"])
    recording = reading(request, row)
    onwards = where_next(recording)
    if onwards != draft_url("check", row):
        return redirect(onwards)
    if request.method == "POST" and is_clinic:
        return carry_out(request, lambda: _open(request, row), again=draft_url("check", row))
    page = _check_page(request, recording)
    return render(request, "vaccinations/recording/check.jinja", {"page": page, "form": form})


def _save(request: MemberRequest, draft: Draft, note: str) -> HttpResponse:
    hold_to("act", request)
    try:
        shown = request.POST.get("shown", "")
        record_vaccination(actor=request.account, draft=draft, note=note, shown=shown)
    except RecordingRefusal as refusal:
        return _not_saved(request, draft, note, refusal)
    return redirect(draft_url("saved", draft))


def _not_saved(
    request: MemberRequest, draft: Draft, note: str, refusal: RecordingRefusal
) -> HttpResponse:
    """Say why, and go where it can be put right; the note that was typed is kept."""
    kept = services.keep_note(actor=request.account, draft=draft, note=note)
    if isinstance(refusal, VaccineWithdrawn):
        page = {"page": refusal, "back": draft_url("check", draft)}
        return render(request, "vaccinations/recording/withdrawn.jinja", page)
    messages.warning(request, str(refusal))
    kept.organisation = request.organisation
    return go_on(request, kept)


def _open(request: MemberRequest, draft: Draft) -> str:
    services.open_clinic(actor=request.account, draft=draft)
    messages.success(request, "Your clinic has begun. Records you make today start from it.")
    return url_of("record", request.organisation)


def _check_page(request: MemberRequest, recording: Recording) -> CheckPage:
    draft, patient = recording.draft, recording.patient
    return CheckPage(
        key=new_key(),
        shown=fingerprint(recording),
        back=draft_url("step", draft, step=recording.path[-1].slug),
        patient=summary_of(patient, recording.today),
        rows=check_rows(recording),
        is_given=recording.facts.is_given,
        is_clinic=recording.is_clinic,
        in_clinic=draft.clinic_id is not None,
        has_died=patient is not None and patient.died_on is not None,
        not_given=draft_url("not-given", draft),
        discard=draft_url("discard", draft),
    )


@requires(Permission.RECORD_VACCINATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
@as_it_is_now
def kept(request: MemberRequest, ods: str, draft: UUID) -> HttpResponse:
    """Do the answers of the last record still apply? Then find the next patient."""
    row = draft_of(request, draft)
    recording = reading(request, row)
    onwards = where_next(recording)
    if onwards != draft_url("kept", row):
        return redirect(onwards)
    page = _check_page(request, recording)
    find = f"{reverse('patients:find', kwargs={'ods': ods})}?draft={row.public_id}"
    return render(request, "vaccinations/recording/kept.jinja", {"page": page, "find": find})


@requires(Permission.RECORD_VACCINATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
@as_it_is_now
def saved(request: MemberRequest, ods: str, draft: UUID) -> HttpResponse:
    """It is saved; what next?"""
    row = draft_of(request, draft)
    if row.saved is None:
        return go_on(request, row)
    form = NextForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        how = FollowOn(form.cleaned_data["how"])
        return carry_out(request, lambda: _next(request, row, how), again=draft_url("saved", row))
    page = _saved_page(request, row, row.saved)
    shown = {"page": page, "form": form, "number": _number_form()}
    return render(request, "vaccinations/recording/saved.jinja", shown)


def _number_form() -> NumberForm:
    """The next patient's number, with the cursor in it."""
    form = NumberForm()
    field: Any = form.fields["nhs_number"]
    field.look = replace(field.look, autofocus=True)
    return form


def _next(request: MemberRequest, draft: Draft, how: FollowOn) -> str:
    begun = services.follow_on(actor=request.account, draft=draft, how=how)
    begun.organisation = request.organisation
    if how == FollowOn.SAME_VACCINATION:
        return onward(request, begun)
    told = f"?draft={begun.public_id}"
    if begun.patient is not None:
        patient = begun.patient.public_id
        return url_of("patient", request.organisation, patient=patient) + told
    return reverse("patients:find", kwargs={"ods": request.organisation.ods}) + told


def _saved_page(request: MemberRequest, draft: Draft, made: Vaccination) -> SavedPage:
    organisation = request.organisation
    return SavedPage(
        key=new_key(),
        patient=made.patient_name,
        vaccine=made.type.name,
        is_given=made.is_given,
        record=url_of("view", organisation, vaccination=made.public_id),
        home=reverse("core:home"),
        find=reverse("patients:find", kwargs={"ods": organisation.ods}),
        find_key=new_key(),
        search=reverse("patients:search", kwargs={"ods": organisation.ods}),
        in_clinic=services.clinic_of(request.account, organisation) is not None,
    )
