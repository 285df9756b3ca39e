"""Editing one part of a record, and whatever else that part makes necessary."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from ravs.accounts.submissions import BadKey, keep, new_key, recall
from ravs.core.access import requires
from ravs.members.permissions import Permission
from ravs.members.requests import MemberRequest
from ravs.members.views.acting import carry_out
from ravs.patients.refusals import MayNotRecord
from ravs.vaccinations.models import Vaccination
from ravs.vaccinations.recording.step import Answer, StepForm
from ravs.vaccinations.records import services
from ravs.vaccinations.records.answering import answer, still_to_answer
from ravs.vaccinations.records.forms import ReasonForm
from ravs.vaccinations.records.pages import changes_since
from ravs.vaccinations.records.presenters import Change, EditPage, address, what
from ravs.vaccinations.records.questions import BY_SLUG, Question, as_typed, is_edited, label_of
from ravs.vaccinations.records.reading import Reading
from ravs.vaccinations.records.refusals import (
    ChangedMeanwhile,
    NotEditable,
    NotPossible,
    RecordDeleted,
)
from ravs.vaccinations.records.views.reaching import read_number, record_of


@requires(Permission.EDIT_VACCINATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: MemberRequest, ods: str, vaccination: UUID, field: str) -> HttpResponse:
    """One question. When its answer raises another one, that follows before anything is saved.
    Each shows whose record it is, so each opening is an event."""
    row = record_of(request, vaccination)
    if field not in BY_SLUG:
        raise Http404
    try:
        editing = Editing(request, row, BY_SLUG[field])
    except (NotEditable, NotPossible, RecordDeleted) as refusal:
        messages.warning(request, str(refusal))
        return redirect(_home_of(row))
    if request.method == "POST":
        return editing.answered()
    services.open_vaccination(actor=request.account, vaccination=row)
    return editing.asked()


def _home_of(row: Vaccination) -> str:
    return address("view", row.organisation, vaccination=row.public_id)


class Editing:
    """The answers of one journey so far, kept under its key, and the question it is at."""

    def __init__(self, request: MemberRequest, row: Vaccination, question: Question) -> None:
        self.request, self.row, self.question = request, row, question
        self.key = request.POST.get("key") or request.GET.get("key") or new_key()
        kept = recall(account=request.account, key=self.key, kind=self.kind) or {}
        self.changes: dict[str, Answer] = dict(kept.get("changes", {}))
        self.reason: str = kept.get("reason", "")
        self.version = (
            read_number(request.POST.get("version")) or kept.get("version") or row.version
        )
        self.reading = Reading(row, me=request.membership)
        if row.is_deleted:
            raise RecordDeleted
        self.changes.pop(question.slug, None)
        answer(self.reading, self.changes, until=question.slug)
        if not is_edited(question, self.reading):
            raise NotEditable

    @property
    def kind(self) -> str:
        return f"edit:{self.row.public_id.hex}"

    def asked(self) -> HttpResponse:
        said = as_typed(self.reading, self.question.slug)
        self.reading.draft.defaults[self.question.slug] = said
        form = self.question.step.shown(self.reading)
        return self._page(form, ReasonForm(initial={"reason": self.reason}))

    def answered(self) -> HttpResponse:
        form = self.question.step.form(self.reading, self.request.POST)
        reason = ReasonForm(self.request.POST)
        if not (form.is_valid() & reason.is_valid()):
            return self._page(form, reason)
        self.changes[self.question.slug] = form.values()
        self.reason = reason.cleaned_data["reason"]
        further = self._further()
        return self._go_on(further) if further else self._save(form, reason)

    def _further(self) -> str:
        """The question that has to be answered with these changes, if there is one."""
        try:
            return self._still_to_answer()
        except (NotEditable, NotPossible):
            # Whoever went back changed what later answers hung on: those are asked again.
            self.changes = {self.question.slug: self.changes[self.question.slug]}
            return self._still_to_answer()

    def _still_to_answer(self) -> str:
        reading = Reading(self.row, me=self.request.membership)
        answer(reading, self.changes)
        return still_to_answer(reading, self.changes)

    def _go_on(self, slug: str) -> HttpResponse:
        kept = {"changes": self.changes, "version": self.version, "reason": self.reason}
        try:
            keep(account=self.request.account, key=self.key, kind=self.kind, values=kept)
        except BadKey:
            self.key = new_key()
            keep(account=self.request.account, key=self.key, kind=self.kind, values=kept)
        return redirect(f"{self._path(slug)}?{urlencode({'key': self.key})}")

    def _save(self, form: StepForm, reason: ReasonForm) -> HttpResponse:
        again = self._path(self.question.slug)
        try:
            return carry_out(self.request, self._act, again=again)
        except ChangedMeanwhile as refusal:
            now = refusal.vaccination
            changes = changes_since(now, refusal.shown_version)
            self.version = now.version
            return self._page(form, reason, changes)
        except MayNotRecord as refusal:
            raise PermissionDenied from refusal
        except (NotEditable, NotPossible, RecordDeleted) as refusal:
            messages.warning(self.request, str(refusal))
            return redirect(_home_of(self.row))

    def _act(self) -> str:
        before = self.row.version
        row = services.edit_vaccination(
            actor=self.request.account,
            vaccination=self.row,
            changes=self.changes,
            shown_version=self.version,
            reason=self.reason,
        )
        if row.version == before:
            messages.info(self.request, "Nothing was changed.")
        else:
            messages.success(self.request, f"Changes saved: {_named(self.changes, row)}.")
        return _home_of(row)

    def _page(
        self, form: StepForm, reason: ReasonForm, meanwhile: tuple[Change, ...] = ()
    ) -> HttpResponse:
        page = EditPage(
            title=self.question.step.title(self.reading),
            patient=self.row.patient_name,
            summary=what(self.row),
            key=self.key,
            version=self.version,
            meanwhile=meanwhile,
            back=_home_of(self.row),
        )
        given: dict[str, Any] = {"page": page, "form": form, "reason": reason}
        return render(self.request, "vaccinations/records/edit.jinja", given)

    def _path(self, slug: str) -> str:
        keys = {"vaccination": self.row.public_id, "field": slug}
        return address("edit", self.row.organisation, **keys)


def _named(changes: Mapping[str, Answer], row: Vaccination) -> str:
    return ", ".join(label_of(BY_SLUG[slug], row) for slug in BY_SLUG if slug in changes)
