"""What every view of a draft begins with: the draft itself, and where it goes on."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from ravs.core.prepared import Prepared, Slot
from ravs.members.requests import MemberRequest
from ravs.patients.refusals import MayNotRecord
from ravs.vaccinations.models import Draft
from ravs.vaccinations.recording.pages import draft_url, url_of
from ravs.vaccinations.recording.recording import Recording
from ravs.vaccinations.recording.refusals import AlreadySaved
from ravs.vaccinations.recording.steps import STEPS

View = Callable[..., HttpResponse]


def as_it_is_now(view: View) -> View:
    """Answer for what became of a draft, or of the person, while the request was on its way:
    another tab saved it or threw it away, or somebody deactivated them."""

    @wraps(view)
    def held(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Draft.DoesNotExist as gone:
            raise Http404 from gone
        except MayNotRecord as refusal:
            raise PermissionDenied from refusal
        except AlreadySaved as refusal:
            messages.warning(request, str(refusal))
            draft = kwargs.get("draft") or request.POST["draft"]
            return redirect(url_of("saved", request.organisation, draft=draft))

    return held


_DRAFT_OF = Prepared(
    lambda: Draft.objects.select_related("patient").filter(
        organisation=Slot(Draft, "organisation"),
        account=Slot(Draft, "account"),
        public_id=Slot(Draft, "public_id"),
    )
)


def draft_of(request: MemberRequest, draft: UUID) -> Draft:
    """One's own draft at this organisation; anybody else's does not exist."""
    found = _DRAFT_OF.first(
        organisation=request.organisation.pk, account=request.account.pk, public_id=draft
    )
    if found is None:
        raise Http404
    found.organisation = request.organisation
    return found


def reading(request: MemberRequest, draft: Draft, *, until: str = "") -> Recording:
    recording = Recording(draft, organisation=request.organisation, me=request.membership)
    return recording.read(STEPS, until=until)


def onward(request: MemberRequest, draft: Draft) -> str:
    """Where a draft goes on."""
    return where_next(reading(request, draft))


def where_next(recording: Recording) -> str:
    """Where the draft of a recording goes on: its record, a warning, the next question, or the
    check."""
    draft = recording.draft
    if draft.saved_id is not None:
        return draft_url("saved", draft)
    if recording.not_overridden():
        return draft_url("warnings", draft)
    if recording.pending is not None:
        return draft_url("step", draft, step=recording.pending.slug)
    if draft.patient is None and not recording.is_clinic:
        return draft_url("kept", draft)
    return draft_url("check", draft)


def go_on(request: MemberRequest, draft: Draft) -> HttpResponse:
    return redirect(onward(request, draft))


def back_from(recording: Recording) -> str:
    """The question before the one that is shown, or where the draft began."""
    before = recording.path[:-1]
    if before:
        return draft_url("step", recording.draft, step=before[-1].slug)
    return beginning_of(recording.draft)


def beginning_of(draft: Draft) -> str:
    if draft.patient is not None:
        return url_of("patient", draft.organisation, patient=draft.patient.public_id)
    return url_of("record", draft.organisation)
