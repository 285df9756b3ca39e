"""Where recording begins: stock, the clinic of today, and drafts that wait."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from ravs.accounts.submissions import new_key
from ravs.core.access import requires
from ravs.core.presenters import written_moment
from ravs.members.permissions import Permission
from ravs.members.requests import MemberRequest
from ravs.members.views.acting import carry_out
from ravs.patients.forms import NumberForm
from ravs.patients.models import Patient
from ravs.patients.services import open_patient
from ravs.vaccinations.models import Draft, Purpose
from ravs.vaccinations.recording import services
from ravs.vaccinations.recording.asking import Asked
from ravs.vaccinations.recording.pages import (
    RecordPage,
    Waiting,
    check_rows,
    draft_url,
    url_of,
)
from ravs.vaccinations.recording.views.finding import (
    as_it_is_now,
    draft_of,
    go_on,
    onward,
    reading,
)
from ravs.vaccines.catalogue.memory import catalogue
from ravs.vaccines.selectors import newly_enabled, sites_with_stock

MOST_WAITING = 20
WITHOUT_PATIENT = {Purpose.RECORD: "the next patient", Purpose.CLINIC: "setting up a clinic"}
NEWS = timedelta(days=14)
"""So long a vaccine that was enabled is pointed out."""


@requires(Permission.RECORD_VACCINATIONS)
@require_safe
def record(request: MemberRequest, ods: str) -> HttpResponse:
    shown = {"page": _record_page(request), "form": NumberForm()}
    return render(request, "vaccinations/recording/record.jinja", shown)


def _record_page(request: MemberRequest) -> RecordPage:
    organisation = request.organisation
    place = {"ods": organisation.ods}
    manages = Permission.MANAGE_VACCINES in request.permissions
    waiting = _waiting(request)
    return RecordPage(
        key=new_key(),
        has_stock=bool(sites_with_stock(organisation)),
        add_vaccines=reverse("vaccines:list", kwargs=place) if manages else "",
        find=reverse("patients:find", kwargs=place),
        find_key=new_key(),
        news=tuple(one.title for one in newly_enabled(organisation, timezone.now() - NEWS)),
        clinic=_clinic_rows(request),
        begin_clinic=url_of("clinic-begin", organisation),
        end_clinic=url_of("clinic-end", organisation),
        waiting=waiting[:MOST_WAITING],
        more_wait=len(waiting) > MOST_WAITING,
    )


def _clinic_rows(request: MemberRequest) -> tuple[tuple[str, str], ...]:
    """What the clinic of today says, in the words of the check page."""
    clinic = services.clinic_of(request.account, request.organisation)
    if clinic is None:
        return ()
    draft = Draft(
        organisation=request.organisation,
        account=request.account,
        purpose=Purpose.CLINIC,
        answers=clinic.answers,
    )
    return tuple((row["key"], row["value"]) for row in check_rows(reading(request, draft)))


def _waiting(request: MemberRequest) -> tuple[Waiting, ...]:
    """The latest drafts, for whoever was interrupted; those in which nothing is said are none."""
    drafts = request.organisation.drafts.filter(account=request.account, saved=None)
    begun = drafts.exclude(patient=None, answers={}).select_related("patient")
    latest = list(begun.order_by("-updated_at")[: MOST_WAITING + 1])
    names = {one.code: one.title for one in catalogue().types} if latest else {}
    return tuple(_line(request, one, names) for one in latest)


def _line(request: MemberRequest, draft: Draft, names: dict[str, str]) -> Waiting:
    draft.organisation = request.organisation
    return Waiting(
        what=draft.patient.full_name if draft.patient else WITHOUT_PATIENT[Purpose(draft.purpose)],
        vaccine=names.get(draft.answers.get("vaccine", {}).get("vaccine", ""), ""),
        begun=written_moment(draft.updated_at),
        href=draft_url("go-on", draft),
        discard=draft_url("discard", draft),
    )


@requires(Permission.RECORD_VACCINATIONS)
@require_safe
@as_it_is_now
def go(request: MemberRequest, ods: str, draft: UUID) -> HttpResponse:
    """On with a draft that was left: to its next question, with what is known of the patient by
    now. That opens their details, which is an event."""
    row = draft_of(request, draft)
    if row.saved_id is None and row.patient is not None:
        row = _opened(request, row, row.patient)
    return go_on(request, row)


def _opened(request: MemberRequest, draft: Draft, patient: Patient) -> Draft:
    patient.organisation = request.organisation
    asked = Asked.about(patient, actor=request.account)
    open_patient(actor=request.account, patient=asked.patient)
    draft = services.tell_patient(actor=request.account, draft=draft, asked=asked)
    draft.organisation = request.organisation
    return draft


@requires(Permission.RECORD_VACCINATIONS)
@require_POST
@as_it_is_now
def begin_clinic(request: MemberRequest, ods: str) -> HttpResponse:
    again = url_of("record", request.organisation)
    return carry_out(request, lambda: _begin(request), again=again)


def _begin(request: MemberRequest) -> str:
    draft = services.begin_clinic(actor=request.account, organisation=request.organisation)
    draft.organisation = request.organisation
    return onward(request, draft)


@requires(Permission.RECORD_VACCINATIONS)
@require_POST
def end_clinic(request: MemberRequest, ods: str) -> HttpResponse:
    services.end_clinic(actor=request.account, organisation=request.organisation)
    messages.success(request, "Your clinic has ended.")
    return redirect(url_of("record", request.organisation))
