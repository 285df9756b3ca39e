"""A patient's details and history, and the beginning of a record."""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ravs.accounts.submissions import new_key
from ravs.core.access import requires
from ravs.core.dates import london_today
from ravs.core.pagination import page_of
from ravs.members.permissions import Permission
from ravs.members.requests import MemberRequest
from ravs.members.views.acting import carry_out
from ravs.patients.models import Patient
from ravs.patients.presenters import correct_url, summary_of
from ravs.patients.selectors import patient_of
from ravs.patients.services import open_patient
from ravs.vaccinations.history import past_of
from ravs.vaccinations.models import Draft
from ravs.vaccinations.recording import services
from ravs.vaccinations.recording.asking import Asked
from ravs.vaccinations.recording.pages import PatientPage, Screening, past_rows, url_of
from ravs.vaccinations.recording.views.finding import as_it_is_now, onward
from ravs.vaccines.catalogue.memory import catalogue
from ravs.vaccines.selectors import enabled_types


@requires(Permission.RECORD_VACCINATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
@as_it_is_now
def patient(request: MemberRequest, ods: str, patient: UUID) -> HttpResponse:
    """Who it is, and what they have had: known before anything is asked. Opening it is an event."""
    row = patient_of(request.organisation, patient)
    if row is None:
        raise Http404
    asked = Asked.about(row, actor=request.account)
    if request.method == "POST":
        address = url_of("patient", request.organisation, patient=asked.patient.public_id)
        return carry_out(request, lambda: _begin(request, asked), again=address)
    open_patient(actor=request.account, patient=asked.patient)
    page = _page(request, asked)
    return render(request, "vaccinations/recording/patient.jinja", {"page": page})


def _begin(request: MemberRequest, asked: Asked) -> str:
    """A draft about this patient: one that waits for a patient, or a new one."""
    waiting = _for_patient(request, request.POST.get("draft", ""), asked.patient)
    if waiting is None:
        draft = services.begin_draft(
            actor=request.account,
            organisation=request.organisation,
            patient=asked.patient,
            elsewhere=asked.elsewhere,
            elsewhere_known=asked.is_told,
        )
    else:
        draft = services.take_patient(
            actor=request.account,
            draft=waiting,
            patient=asked.patient,
            elsewhere=asked.elsewhere,
            elsewhere_known=asked.is_told,
        )
    draft.organisation = request.organisation
    return onward(request, draft)


def _for_patient(request: MemberRequest, told: str, patient: Patient) -> Draft | None:
    """The draft that waits for a patient. One that has another patient already stays theirs:
    what it keeps for the next patient begins a draft of its own."""
    waiting = _waiting(request, told)
    if waiting is None or waiting.patient_id in {None, patient.pk}:
        return waiting
    waiting.organisation = request.organisation
    how = services.FollowOn.SAME_VACCINATION
    return services.follow_on(actor=request.account, draft=waiting, how=how)


def _waiting(request: MemberRequest, told: str) -> Draft | None:
    """One's own draft at this organisation that is not saved yet; nonsense is no draft."""
    try:
        public_id = UUID(told)
    except ValueError:
        return None
    rows = request.organisation.drafts.filter(account=request.account, saved=None)
    return rows.filter(public_id=public_id).first()


def _page(request: MemberRequest, asked: Asked) -> PatientPage:
    today, row = london_today(), asked.patient
    organisation = request.organisation
    known = catalogue()
    past = past_of(row, asked.elsewhere, known)
    path = url_of("patient", organisation, patient=row.public_id)
    told = request.GET.get("draft", "")
    waiting = _waiting(request, told)
    pages = page_of(
        request.GET.get("page"),
        total=len(past),
        size=settings.PAGE_SIZE,
        path=path,
        draft=str(waiting.public_id) if waiting else "",
    )
    names = {one.code: one.title for one in known.types}
    rows = past_rows(
        past[pages.start : pages.stop],
        names,
        organisation.pk,
        organisation.ods,
        sensitive=row.sensitive,
    )
    return PatientPage(
        key=new_key(),
        patient=summary_of(row, today),
        back=reverse("patients:find", kwargs={"ods": organisation.ods}),
        history=tuple(rows),
        history_known=asked.is_told,
        as_of=None if asked.is_current else row.looked_up_at,
        pages=pages,
        screening=tuple(
            Screening(one.title, tuple(one.history_questions))
            for one in enabled_types(organisation, today, known)
            if one.history_questions
        ),
        draft=str(waiting.public_id) if waiting else "",
        correct=correct_url(row),
        network=_network(request, row),
    )


def _network(request: MemberRequest, patient: Patient) -> str:
    practices = request.organisation.pcn_practices
    if not practices or not patient.gp_ods:
        return ""
    return "in" if patient.gp_ods in practices else "out"
