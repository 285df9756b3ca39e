"""Find a patient: by NHS number; by name, date of birth and postcode; or one of several."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ravs.core.access import requires
from ravs.core.limits import hold_to
from ravs.integrations.pds.port import DirectoryUnavailable, directory
from ravs.members.permissions import Permission
from ravs.members.requests import MemberRequest
from ravs.nhsuk_forms.fields import Choice
from ravs.patients.forms import NOT_KNOWN_NUMBER, REFINE, ChoiceForm, NumberForm, SearchForm
from ravs.patients.journeys import Journey
from ravs.patients.presenters import ChoosePage, FindPage, choice_of, url_of
from ravs.patients.selectors import Match
from ravs.patients.selectors import search as search_for
from ravs.patients.services import show_patients
from ravs.patients.views.found import away, chosen_of, settle

TRIES = 2
"""So often nobody is found before going on without an NHS number is offered (domain 5.2.2)."""

SHOWN = 20
NONE_OF_THEM = Choice(REFINE, "None of these, search with a postcode", reveals=("postcode",))


@requires(Permission.RECORD_VACCINATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: MemberRequest, ods: str) -> HttpResponse:
    """Is the NHS number known? With it, straight to the patient."""
    journey = Journey.of(request)
    if request.method != "POST":
        form = NumberForm(initial=journey.values)
    else:
        form = NumberForm(request.POST)
        if form.is_valid():
            return _with_number(request, journey, form)
    return _ask_number(request, journey, form)


def _with_number(request: MemberRequest, journey: Journey, form: NumberForm) -> HttpResponse:
    journey.values |= form.values()
    if not form.knows:
        journey.keep()
        return redirect(journey.url("search"))
    hold_to("search", request)
    try:
        person = directory().find(form.cleaned_data["nhs_number"])
    except DirectoryUnavailable:
        return away(request, journey, form, "find")
    if person is None:
        form.add_error("nhs_number", NOT_KNOWN_NUMBER)
        return _ask_number(request, journey, form)
    return settle(request, journey, person)


def _ask_number(request: MemberRequest, journey: Journey, form: NumberForm) -> HttpResponse:
    back = reverse("vaccinations:record", kwargs={"ods": request.organisation.ods})
    page = FindPage(key=journey.key, back=back, draft=journey.draft)
    return render(request, "patients/find.jinja", {"page": page, "form": form})


@requires(Permission.RECORD_VACCINATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: MemberRequest, ods: str) -> HttpResponse:
    """By name and date of birth."""
    journey = Journey.of(request)
    if request.method != "POST":
        form = SearchForm(initial=SearchForm.shown_again(journey.values))
        return _ask_details(request, journey, form)
    form = SearchForm(request.POST)
    if form.is_valid():
        return _by_details(request, journey, form)
    return _ask_details(request, journey, form)


@requires(Permission.RECORD_VACCINATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def results(request: MemberRequest, ods: str) -> HttpResponse:
    """Several people fit: choose one of them, or say more."""
    journey = Journey.of(request)
    details = SearchForm(journey.values)
    if not details.is_valid():
        return redirect(url_of("search", request.organisation))
    hold_to("search", request)
    try:
        matches = search_for(request.organisation, details.criteria())
    except DirectoryUnavailable:
        return away(request, journey, details, "search")
    return _choose(request, journey, matches)


def _choose(request: MemberRequest, journey: Journey, matches: list[Match]) -> HttpResponse:
    shown = matches[:SHOWN]
    form = ChoiceForm(
        request.POST if request.method == "POST" else None,
        question="Which of these is the patient?",
        people=[*map(choice_of, shown), NONE_OF_THEM],
    )
    if request.method == "POST" and form.is_valid():
        if form.chosen != REFINE:
            return settle(request, journey, chosen_of(shown, form.chosen))
        details = SearchForm(journey.values | {"postcode": form.cleaned_data["postcode"]})
        if details.is_valid():
            return _by_details(request, journey, details)
    show_patients(actor=request.account, organisation=request.organisation, found=len(shown))
    page = ChoosePage(key=journey.key, back=journey.url("search"), more=len(matches) > SHOWN)
    return render(request, "patients/results.jinja", {"page": page, "form": form})


def _by_details(request: MemberRequest, journey: Journey, form: SearchForm) -> HttpResponse:
    hold_to("search", request)
    journey.values |= form.values()
    try:
        matches = search_for(request.organisation, form.criteria())
    except DirectoryUnavailable:
        return away(request, journey, form, "search")
    if len(matches) == 1:
        return settle(request, journey, matches[0])
    if matches:
        journey.keep()
        return redirect(journey.url("results"))
    journey.count("tries")
    return _ask_details(request, journey, form, nobody=True)


def _ask_details(
    request: MemberRequest, journey: Journey, form: SearchForm, *, nobody: bool = False
) -> HttpResponse:
    may_go_on = int(journey.values.get("tries", 0)) >= TRIES
    page = FindPage(
        key=journey.key,
        back=journey.url("find"),
        nobody=nobody,
        go_on=journey.url("new") if may_go_on else "",
    )
    return render(request, "patients/search.jinja", {"page": page, "form": form})
