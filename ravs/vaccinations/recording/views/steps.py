"""The questions, one generic view for all of them, and what may interrupt them."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ravs.accounts.submissions import new_key, result_of
from ravs.core.access import requires
from ravs.members.permissions import Permission
from ravs.members.requests import MemberRequest
from ravs.members.views.acting import carry_out
from ravs.vaccinations.models import Draft
from ravs.vaccinations.recording import services
from ravs.vaccinations.recording.forms import NotGivenForm
from ravs.vaccinations.recording.lapsed import why_lapsed
from ravs.vaccinations.recording.pages import (
    StepPage,
    WarningsPage,
    draft_url,
    summary_of,
    url_of,
)
from ravs.vaccinations.recording.recording import NOT_GIVEN, Recording
from ravs.vaccinations.recording.step import Step, StepForm
from ravs.vaccinations.recording.steps import BY_SLUG
from ravs.vaccinations.recording.views.finding import (
    as_it_is_now,
    back_from,
    draft_of,
    go_on,
    onward,
    reading,
)
from ravs.vaccines import selectors as vaccines
from ravs.vaccines.models import OptionKind


@requires(Permission.RECORD_VACCINATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
@as_it_is_now
def step(request: MemberRequest, ods: str, draft: UUID, step: str) -> HttpResponse:
    """Any question of the journey: shown with its answer so far, kept when it is answered."""
    row = draft_of(request, draft)
    if step not in BY_SLUG:
        raise Http404
    recording = reading(request, row, until=step)
    asked = recording.pending
    if row.saved_id is not None or asked is None or asked.slug != step:
        return go_on(request, row)
    if request.method == "POST":
        return _keep(request, row, asked, asked.form(recording, request.POST))
    form = asked.shown(recording)
    page = _step_page(request, recording, form)
    # Where nothing is left to choose, no field is there for an error to lead to.
    shown = {"page": page, "form": asked.form(recording) if page.is_empty else form}
    return render(request, "vaccinations/recording/step.jinja", shown)


def _keep(request: MemberRequest, draft: Draft, asked: Step, form: StepForm) -> HttpResponse:
    """Keep what was typed, right or wrong, and look at it again: so no page of the journey is the
    answer to a POST, and *Back* never asks whether to send something twice."""
    holds = form.is_valid()
    kept = services.answer(
        actor=request.account, draft=draft, step=asked, values=form.values(), holds=holds
    )
    if not holds:
        return redirect(draft_url("step", draft, step=asked.slug))
    kept.organisation = request.organisation
    return go_on(request, kept)


def _step_page(request: MemberRequest, recording: Recording, form: StepForm) -> StepPage:
    asked, draft = recording.pending, recording.draft
    assert asked is not None  # noqa: S101 - the view shows the pending step
    top = [name for name in form.fields if form.revealed_by(name) is None]
    if draft.clinic_id is not None and not form.is_bound:
        _focus(form.fields[top[0]])
    may = request.permissions
    manages = Permission.MANAGE_VACCINES in may
    return StepPage(
        title=asked.title(recording),
        slug=asked.slug,
        back=back_from(recording),
        heading=top[0] if len(top) == 1 else "",
        lapsed=why_lapsed(recording),
        patient=summary_of(recording.patient, recording.today),
        is_empty=any(not getattr(form.fields[name], "options", True) for name in top),
        add_batch=draft_url("add-batch", draft) if manages and asked.slug == "batch" else "",
        add_vaccines=_vaccines_url(request) if manages else "",
        manage_users=_users_url(request) if Permission.MANAGE_USERS in may else "",
        not_given="" if recording.is_clinic else draft_url("not-given", draft),
        discard=draft_url("discard", draft),
    )


def _focus(field: Any) -> None:
    """Put the cursor on the question: at a clinic every keystroke is made a hundred times."""
    field.look = replace(field.look, autofocus=True)


def _vaccines_url(request: MemberRequest) -> str:
    return reverse("vaccines:list", kwargs={"ods": request.organisation.ods})


def _users_url(request: MemberRequest) -> str:
    return reverse("members:list", kwargs={"ods": request.organisation.ods})


@requires(Permission.RECORD_VACCINATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
@as_it_is_now
def warnings(request: MemberRequest, ods: str, draft: UUID) -> HttpResponse:
    """What is out of the ordinary: go on all the same, or back. Never forbids."""
    row = draft_of(request, draft)
    recording = reading(request, row)
    found = recording.not_overridden()
    if row.saved_id is not None or not found:
        return go_on(request, row)
    if request.method == "POST":
        shown = set(request.POST.getlist("shown")) & {one.key for one in found}
        return _after(request, services.override(actor=request.account, draft=row, keys=shown))
    page = _warnings_page(recording)
    return render(request, "vaccinations/recording/warnings.jinja", {"page": page})


def _warnings_page(recording: Recording) -> WarningsPage:
    return WarningsPage(
        warnings=tuple(recording.not_overridden()),
        back=_last_answered(recording),
        patient=summary_of(recording.patient, recording.today),
        not_given=draft_url("not-given", recording.draft),
    )


def _last_answered(recording: Recording) -> str:
    answered = [one for one in recording.path if one is not recording.pending]
    last = answered[-1].slug if answered else recording.path[0].slug
    return draft_url("step", recording.draft, step=last)


@requires(Permission.RECORD_VACCINATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
@as_it_is_now
def not_given(request: MemberRequest, ods: str, draft: UUID) -> HttpResponse:
    """Say that it is not given after all, and why; or that it is given."""
    row = draft_of(request, draft)
    if row.saved_id is not None:
        return go_on(request, row)
    kinds = (OptionKind.NOT_GIVEN_REASON, OptionKind.NO_CONSENT_REASON)
    today = reading(request, row, until="date").today
    reasons = [one for kind in kinds for one in vaccines.options(kind, today)]
    form = NotGivenForm(request.POST or None, reasons=reasons, initial=_reason_of(row))
    if "given" in request.POST:
        return _after(request, services.say_given(actor=request.account, draft=row))
    if request.method == "POST" and form.is_valid():
        kind, reason = form.reason()
        said = services.say_not_given(actor=request.account, draft=row, kind=kind, reason=reason)
        return _after(request, said)
    page = _not_given_page(request, row)
    return render(request, "vaccinations/recording/not-given.jinja", {"page": page, "form": form})


def _after(request: MemberRequest, draft: Draft) -> HttpResponse:
    draft.organisation = request.organisation
    return go_on(request, draft)


def _reason_of(draft: Draft) -> dict[str, str]:
    told = draft.answers.get(NOT_GIVEN)
    return {"reason": f"{told['kind']}/{told['reason']}"} if told else {}


def _not_given_page(request: MemberRequest, draft: Draft) -> WarningsPage:
    today = reading(request, draft, until="date").today
    return WarningsPage(
        warnings=(),
        back=onward(request, draft),
        patient=summary_of(draft.patient, today),
        not_given="said" if NOT_GIVEN in draft.answers else "",
        key=new_key(),
    )


@requires(Permission.RECORD_VACCINATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
@as_it_is_now
def discard(request: MemberRequest, ods: str, draft: UUID) -> HttpResponse:
    """Throw away what was typed, after asking. A second click is led to where the first was."""
    done = result_of(account=request.account, key=request.POST.get("key", ""))
    if done:
        return redirect(done)
    row = draft_of(request, draft)
    if row.saved_id is not None:
        return go_on(request, row)
    if request.method == "POST":
        return carry_out(request, lambda: _discard(request, row), again=request.path)
    page = _not_given_page(request, row)
    return render(request, "vaccinations/recording/discard.jinja", {"page": page})


def _discard(request: MemberRequest, draft: Draft) -> str:
    services.discard(actor=request.account, draft=draft)
    messages.success(request, "What you had entered has been deleted. Nothing was recorded.")
    return url_of("record", request.organisation)
