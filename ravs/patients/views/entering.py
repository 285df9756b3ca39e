"""Somebody whom the directory does not know, or cannot be asked about: entered by hand."""

from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_http_methods

from ravs.accounts.submissions import once, result_of
from ravs.core.access import requires
from ravs.core.dates import london_today
from ravs.core.limits import hold_to
from ravs.integrations.pds.port import Criteria
from ravs.members.permissions import Permission
from ravs.members.requests import MemberRequest
from ravs.nhsuk_forms.fields import Choice
from ravs.patients.forms import SOMEBODY_NEW, ChoiceForm, NewForm
from ravs.patients.journeys import Journey
from ravs.patients.presenters import ChoosePage, FindPage, choice_of, patient_url, url_of
from ravs.patients.refusals import MayNotRecord
from ravs.patients.selectors import Match, patient_of, possible_duplicates
from ravs.patients.services import Entered, add_local_patient, show_patients
from ravs.patients.views.found import chosen_of, settle
from ravs.vaccines.models import OptionKind
from ravs.vaccines.selectors import options

NOBODY_OF_THEM = Choice(SOMEBODY_NEW, "None of these, add a new patient")


@requires(Permission.RECORD_VACCINATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MemberRequest, ods: str) -> HttpResponse:
    """Name, date of birth, postcode and gender. Whoever may be the same person is shown next."""
    journey = Journey.of(request)
    if request.method != "POST":
        form = NewForm(initial=NewForm.shown_again(journey.values), genders=genders())
    else:
        form = NewForm(request.POST, genders=genders())
        if form.is_valid():
            return _entered(request, journey, form)
    page = FindPage(key=journey.key, back=journey.url("search"))
    return render(request, "patients/new.jinja", {"page": page, "form": form})


def _entered(request: MemberRequest, journey: Journey, form: NewForm) -> HttpResponse:
    done = _sent_before(request, journey.key, form.entered())
    if done:
        return redirect(done)
    hold_to("search", request)
    journey.keep(**form.values())
    if _alike(request, form.entered()):
        return redirect(journey.url("check"))
    return _add(request, journey, form.entered())


@requires(Permission.RECORD_VACCINATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: MemberRequest, ods: str) -> HttpResponse:
    """Is it one of these people? Only who is none of them is added."""
    journey = Journey.of(request)
    details = NewForm(journey.values, genders=genders())
    if not details.is_valid():
        done = result_of(account=request.account, key=journey.key)
        return redirect(done or url_of("new", request.organisation))
    hold_to("search", request)
    return _choose(request, journey, details.entered())


def _choose(request: MemberRequest, journey: Journey, entered: Entered) -> HttpResponse:
    alike = _alike(request, entered)
    form = ChoiceForm(
        request.POST if request.method == "POST" else None,
        question="Is the patient one of these?",
        people=[*map(choice_of, alike), NOBODY_OF_THEM],
    )
    if request.method == "POST" and form.is_valid():
        if form.chosen == SOMEBODY_NEW:
            return _add(request, journey, entered)
        return settle(request, journey, chosen_of(alike, form.chosen))
    show_patients(actor=request.account, organisation=request.organisation, found=len(alike))
    page = ChoosePage(key=journey.key, back=journey.url("new"))
    return render(request, "patients/check.jinja", {"page": page, "form": form})


def _add(request: MemberRequest, journey: Journey, entered: Entered) -> HttpResponse:
    """Once under the journey's own key: the one that was sent may be another patient's already."""
    organisation = request.organisation

    def act() -> str:
        patient = add_local_patient(
            actor=request.account, organisation=organisation, entered=entered
        )
        return patient_url(organisation, patient.public_id, journey.draft)

    hold_to("act", request)
    try:
        return redirect(once(account=request.account, key=journey.key, act=act))
    except MayNotRecord as refusal:
        raise PermissionDenied from refusal


def _sent_before(request: MemberRequest, key: str, entered: Entered) -> str:
    """Where the same form led when it was sent before; empty when it says something else now."""
    done = result_of(account=request.account, key=key)
    try:
        found = resolve(urlsplit(done).path).kwargs.get("patient") if done else None
    except Resolver404:
        return ""
    patient = patient_of(request.organisation, found) if found else None
    same = patient is not None and all(
        getattr(patient, name) == value for name, value in vars(entered).items()
    )
    return done if same else ""


def _alike(request: MemberRequest, entered: Entered) -> list[Match]:
    criteria = Criteria(
        entered.given_name, entered.family_name, entered.birth_date, entered.postcode
    )
    return possible_duplicates(request.organisation, criteria)


def genders() -> list[Choice]:
    """As the catalogue offers them today."""
    return [Choice(row.code, row.label) for row in options(OptionKind.GENDER, london_today())]
