"""The details of somebody whom no directory knows, corrected by hand (domain 5.2.2, row 16)."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from ravs.accounts.submissions import new_key
from ravs.core.access import requires
from ravs.members.permissions import Permission
from ravs.members.requests import MemberRequest
from ravs.members.views.acting import carry_out
from ravs.patients.forms import NewForm
from ravs.patients.models import Patient, Source
from ravs.patients.presenters import FindPage, patient_url, resume_url
from ravs.patients.refusals import MayNotRecord, NotLocal
from ravs.patients.selectors import patient_of
from ravs.patients.services import correct_local_patient, open_patient
from ravs.patients.views.entering import genders


@requires(Permission.RECORD_VACCINATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: MemberRequest, ods: str, patient: UUID) -> HttpResponse:
    """Records that are there keep what they say; those to come say what stands here."""
    row = patient_of(request.organisation, patient)
    if row is None or row.source != Source.LOCAL:
        raise Http404
    form = NewForm(request.POST or None, initial=_initial(row), genders=genders())
    if request.method == "POST" and form.is_valid():
        return _correct(request, row, form)
    open_patient(actor=request.account, patient=row)
    page = FindPage(key=request.POST.get("key") or new_key(), back=_back(request, row))
    return render(request, "patients/correct.jinja", {"page": page, "form": form})


def _initial(row: Patient) -> dict[str, object]:
    return {
        "first_name": row.given_name,
        "last_name": row.family_name,
        "birth_date": row.birth_date,
        "postcode": row.postcode,
        "gender": row.gender,
    }


def _back(request: MemberRequest, row: Patient) -> str:
    """The record that was being written, or the patient."""
    draft = request.POST.get("draft") or request.GET.get("draft", "")
    resumed = resume_url(request.organisation, draft)
    return resumed or patient_url(request.organisation, row.public_id)


def _correct(request: MemberRequest, row: Patient, form: NewForm) -> HttpResponse:
    def act() -> str:
        correct_local_patient(actor=request.account, patient=row, entered=form.entered())
        messages.success(request, "The patient’s details have been saved.")
        return _back(request, row)

    try:
        return carry_out(request, act, again=request.get_full_path())
    except MayNotRecord as refusal:
        raise PermissionDenied from refusal
    except NotLocal as refusal:
        raise Http404 from refusal
