"""Adding several people: the form, the dry run, the progress, the receipts."""

from itertools import islice
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from ravs.accounts.middleware import counts_no_use
from ravs.accounts.submissions import is_key, new_key
from ravs.core.access import requires
from ravs.core.csv import download
from ravs.core.limits import hold_to
from ravs.core.pagination import Page
from ravs.core.pagination import page_of as numbered
from ravs.members.importing import files, selectors, services, words
from ravs.members.importing import presenters as show
from ravs.members.importing.columns import HEADINGS
from ravs.members.importing.forms import ListForm
from ravs.members.models import Import, RowOutcome
from ravs.members.permissions import Permission
from ravs.members.presenters import url_of
from ravs.members.requests import MemberRequest
from ravs.members.views.acting import carry_out

MENDED_AT_ONCE = 500
"""More rows with problems than this are mended in a file."""


@requires(Permission.ADD_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def add_several(request: MemberRequest, ods: str) -> HttpResponse:
    """Upload or paste. What was typed stays on the page until the list has been read."""
    if request.method == "POST":
        return _take_in(request)
    form = _form(request, initial={"pasted": _to_mend(request)})
    return _show_form(request, form, new_key())


@requires(Permission.ADD_USERS)
@require_safe
def template(request: MemberRequest, ods: str) -> HttpResponse:
    records = request.organisation.records_clinicians
    return download("add-users.csv", files.template_rows(records_clinicians=records))


@requires(Permission.MANAGE_USERS)
@require_safe
def imports(request: MemberRequest, ods: str) -> HttpResponse:
    """Earlier lists."""
    organisation = request.organisation
    pages = _numbered(request, selectors.count_imports(organisation))
    found = selectors.imports_of(organisation, start=pages.start, size=pages.size)
    page = show.ListsPage(
        lists=tuple(show.listed(job, organisation) for job in found),
        pages=pages,
        may_add=Permission.ADD_USERS in request.permissions,
    )
    return render(request, "members/importing/lists.jinja", {"page": page})


@requires(Permission.MANAGE_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def one_import(request: MemberRequest, ods: str, job: UUID) -> HttpResponse:
    """A list in the state it is in: being checked, checked, being added, finished."""
    found = selectors.import_of(request.organisation, job)
    if request.method == "POST":
        return _act(request, found)
    if found.state in {Import.State.CHECKING, Import.State.RUNNING}:
        page: object = _progress(found)
        return render(request, "members/importing/progress.jinja", {"page": page})
    if found.state == Import.State.CHECKED:
        page = _checked(request, found)
        return render(request, "members/importing/checked.jinja", {"page": page})
    page = _receipts(request, found)
    return render(request, "members/importing/receipts.jinja", {"page": page})


@requires(Permission.MANAGE_USERS)
@require_safe
@counts_no_use
def progress(request: MemberRequest, ods: str, job: UUID) -> HttpResponse:
    """For the page's own refresh. Watching is no use of the session, so it still ends."""
    found = selectors.import_of(request.organisation, job)
    over = found.state not in {Import.State.CHECKING, Import.State.RUNNING}
    page = _progress(found)
    return JsonResponse({"over": over, "words": page.words, "done": page.done})


@requires(Permission.MANAGE_USERS)
@require_safe
def problems(request: MemberRequest, ods: str, job: UUID) -> HttpResponse:
    found = selectors.import_of(request.organisation, job)
    lines = files.problem_lines(found, selectors.problem_rows(found))
    return download("rows-to-change.csv", lines)


@requires(Permission.MANAGE_USERS)
@require_safe
def receipt(request: MemberRequest, ods: str, job: UUID) -> HttpResponse:
    found = selectors.import_of(request.organisation, job)
    return download("receipts.csv", files.receipt_lines(selectors.all_rows(found)))


def _take_in(request: MemberRequest) -> HttpResponse:
    hold_to("act", request)
    key = request.POST.get("key", "")  # reads the request, and with it the upload
    too_large = bool(getattr(request, "upload_too_large", False))
    form = _form(request, request.POST, request.FILES, too_large=too_large)
    if not is_key(key):
        messages.warning(request, "That page had been open for too long. Try again.")
        return _show_form(request, form, new_key())
    if not form.is_valid():
        return _show_form(request, form, key)

    def act() -> str:
        job = services.take_in(
            actor=request.account, organisation=request.organisation, given=form.given()
        )
        return show.url_of_import(job)

    return carry_out(request, act, again=url_of("add-several", request.organisation))


def _act(request: MemberRequest, job: Import) -> HttpResponse:
    def act() -> str:
        if request.POST.get("act") == "cancel":
            services.cancel(actor=request.account, job=job)
            messages.success(request, "The list has been removed. Nobody was added.")
            return url_of("list", job.organisation)
        services.confirm(actor=request.account, job=job)
        return show.url_of_import(job)

    return carry_out(request, act, again=show.url_of_import(job))


def _form(request: MemberRequest, *args: Any, **kwargs: Any) -> ListForm:
    return ListForm(*args, records_clinicians=request.organisation.records_clinicians, **kwargs)


def _show_form(request: MemberRequest, form: ListForm, key: str) -> HttpResponse:
    fields = files.template_fields(records_clinicians=request.organisation.records_clinicians)
    page = show.FormPage(key=key, headings=tuple(HEADINGS[field] for field in fields))
    return render(request, "members/importing/form.jinja", {"page": page, "form": form})


def _to_mend(request: MemberRequest) -> str:
    """The rows with problems of an earlier list, to be mended in the text box."""
    try:
        job = UUID(request.GET.get("mend", ""))
    except ValueError:
        return ""
    found = selectors.import_of(request.organisation, job)
    rows = list(islice(selectors.problem_rows(found), MENDED_AT_ONCE))
    return files.to_paste(found, rows) if rows else ""


def _progress(job: Import) -> show.ProgressPage:
    done, total = selectors.progress_of(job)
    return show.ProgressPage(
        name=show.name_of(job),
        is_checking=job.state == Import.State.CHECKING,
        done=done,
        total=total,
        progress_url=show.url_of_import(job, "import-progress"),
    )


def _checked(request: MemberRequest, job: Import) -> show.CheckedPage:
    here, counts = show.url_of_import(job), selectors.counts_by(job, "verdict")
    shown = _shown(request, counts)
    pages = _numbered(request, counts.get(shown, job.total), show=shown)
    only = {"verdict": shown} if shown else {}
    rows = selectors.page_of(job, start=pages.start, size=pages.size, **only)
    wrong = sum(counts.get(verdict, 0) for verdict in selectors.PROBLEMS)
    return show.CheckedPage(
        name=show.name_of(job),
        summary=show.summary_of(job),
        notes=tuple(job.reading.get("notes", ())),
        tabs=show.tabs_of(here, counts, words.TAGS, shown),
        rows=show.checked_rows(rows),
        caption=show.caption_of(pages),
        pages=pages,
        to_add=show.to_add(counts),
        leads=selectors.count_leads(job),
        problems=wrong,
        problems_url=show.url_of_import(job, "import-problems"),
        mend_url=_mend_url(job, wrong),
        key=new_key(),
        may_add=Permission.ADD_USERS in request.permissions,
    )


def _receipts(request: MemberRequest, job: Import) -> show.ReceiptPage:
    here, counts = show.url_of_import(job), selectors.counts_by(job, "outcome")
    shown = _shown(request, counts)
    pages = _numbered(request, counts.get(shown, job.total), show=shown)
    only = {"outcome": shown} if shown else {}
    rows = selectors.page_of(job, start=pages.start, size=pages.size, **only)
    wrong = 0 if job.forgotten_at else counts.get(RowOutcome.LEFT_OUT, 0)
    return show.ReceiptPage(
        name=show.name_of(job),
        summary=show.summary_of(job),
        stopped=job.get_stopped_display() if job.stopped else "",
        is_cancelled=job.state == Import.State.CANCELLED,
        is_forgotten=job.forgotten_at is not None,
        tabs=show.tabs_of(here, counts, words.OUTCOMES, shown),
        rows=show.receipt_rows(rows),
        caption=show.caption_of(pages),
        pages=pages,
        problems=wrong,
        problems_url=show.url_of_import(job, "import-problems"),
        mend_url=_mend_url(job, wrong),
        receipt_url=show.url_of_import(job, "import-receipt"),
    )


def _shown(request: MemberRequest, counts: dict[str, int]) -> str:
    """Which rows were asked for (``?show=``); nonsense shows all."""
    asked = request.GET.get("show", "")
    return asked if asked in counts else ""


def _mend_url(job: Import, wrong: int) -> str:
    """Where the rows with problems can be mended on a page; empty when they are too many."""
    form = url_of("add-several", job.organisation)
    return f"{form}?mend={job.public_id}" if 0 < wrong <= MENDED_AT_ONCE else ""


def _numbered(request: MemberRequest, total: int, **query: str) -> Page:
    asked, size = request.GET.get("page"), settings.PAGE_SIZE
    return numbered(asked, total=total, size=size, path=request.path, **query)
