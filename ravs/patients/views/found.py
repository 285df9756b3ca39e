"""What follows when somebody was found, or could not be looked for."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render

from ravs.core.dates import london_date
from ravs.integrations.pds.port import Demographics
from ravs.members.requests import MemberRequest
from ravs.patients.forms import KeptForm
from ravs.patients.journeys import Journey
from ravs.patients.models import Patient
from ravs.patients.presenters import AwayPage, patient_url, value_of
from ravs.patients.refusals import MayNotRecord
from ravs.patients.selectors import Match, find_known
from ravs.patients.services import take_in_patient


def settle(request: MemberRequest, journey: Journey, person: Match) -> HttpResponse:
    """On to the patient. Whom the directory told of is taken in first."""
    patient = person if isinstance(person, Patient) else _taken_in(request, person)
    journey.forget()
    return redirect(patient_url(request.organisation, patient.public_id, journey.draft))


def _taken_in(request: MemberRequest, person: Demographics) -> Patient:
    try:
        return take_in_patient(
            actor=request.account, organisation=request.organisation, demographics=person
        )
    except MayNotRecord as refusal:
        raise PermissionDenied from refusal


def chosen_of(matches: Sequence[Match], value: str) -> Match:
    """The one among ``matches`` whom a form's ``value`` stands for."""
    return next(person for person in matches if value_of(person) == value)


def away(request: MemberRequest, journey: Journey, form: KeptForm, name: str) -> HttpResponse:
    """The directory gave no answer: try again; the second time also without it."""
    times = journey.count("unanswered")
    number = form.cleaned_data.get("nhs_number", "")
    known = find_known(request.organisation, number) if number else None
    page = AwayPage(
        key=journey.key,
        back=journey.url(name),
        action=journey.url(name).partition("?")[0],
        again=tuple(form.values().items()),
        go_on=journey.url("new") if times > 1 else "",
        known=patient_url(request.organisation, known.public_id, journey.draft) if known else "",
        known_on=london_date(known.looked_up_at) if known and known.looked_up_at else None,
    )
    return render(request, "patients/away.jinja", {"page": page})
