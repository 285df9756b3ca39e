"""The organisation's records, newest first, and what was looked for among them.

What is typed into a search is kept under a key, and the key alone stands in the address.
"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from ravs.accounts.submissions import keep, new_key, recall
from ravs.core.access import requires
from ravs.core.limits import hold_to
from ravs.members.permissions import Permission
from ravs.members.requests import MemberRequest
from ravs.vaccinations.records import selectors
from ravs.vaccinations.records.criteria import Criteria
from ravs.vaccinations.records.forms import FindForm, KeptForm, NarrowForm
from ravs.vaccinations.records.presenters import (
    FindPage,
    ListPage,
    address,
    pagination_of,
    rows_of,
    select_items,
)
from ravs.vaccinations.records.selectors import Place
from ravs.vaccinations.records.views.reaching import read_uuid

TITLES = {"records": "Records", "found": "Records found", "deleted": "Deleted records"}
METHODS = ["GET", "HEAD", "POST"]


@requires(Permission.EDIT_VACCINATIONS)
@require_http_methods(METHODS)
def records(request: MemberRequest, ods: str) -> HttpResponse:
    """Everything that was recorded here; a search posts to the same address."""
    if request.method != "POST":
        return _list(request, "records", Criteria(), _narrow_form(request))
    form = _narrow_form(request, request.POST)
    if form.is_valid():
        return _keep(request, form, "narrow") if form.criteria().is_narrow else _all(request)
    return _list(request, "records", Criteria(), form)


@requires(Permission.EDIT_VACCINATIONS)
@require_safe
def found(request: MemberRequest, ods: str) -> HttpResponse:
    """What a search found. A key that means nothing any more leads to all records."""
    hold_to("search", request)
    key = request.GET.get("key", "")
    form = _kept_form(request, key)
    if form is None or not form.is_valid():
        return _all(request)
    shown = form if isinstance(form, NarrowForm) else _narrow_form(request)
    return _list(request, "found", form.criteria(), shown, key=key)


@requires(Permission.EDIT_VACCINATIONS)
@require_http_methods(METHODS)
def find(request: MemberRequest, ods: str) -> HttpResponse:
    """As the guide finds a record: NHS number, or name, date of birth and postcode."""
    form = FindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _keep(request, form, "find")
    page = FindPage(back=address("records", request.organisation))
    return render(request, "vaccinations/records/find.jinja", {"page": page, "form": form})


@requires(Permission.EDIT_VACCINATIONS)
@require_safe
def deleted(request: MemberRequest, ods: str) -> HttpResponse:
    """What was deleted is kept, and can be read."""
    return _list(request, "deleted", Criteria(deleted=True), _narrow_form(request))


def _all(request: MemberRequest) -> HttpResponse:
    return redirect(address("records", request.organisation))


def _list(
    request: MemberRequest, name: str, criteria: Criteria, form: NarrowForm, *, key: str = ""
) -> HttpResponse:
    organisation = request.organisation
    place = Place(
        before=read_uuid(request.GET.get("before", "")),
        after=read_uuid(request.GET.get("after", "")),
    )
    slice_ = selectors.page_of(organisation, criteria, place)
    may_record = Permission.RECORD_VACCINATIONS in request.permissions
    path = address(name, organisation)
    page = ListPage(
        rows=rows_of(slice_, organisation),
        title=TITLES[name],
        is_search=name == "found",
        has_records=bool(slice_.rows) or selectors.has_records(organisation),
        are_deleted=criteria.deleted,
        is_filtered=_is_filtered(form),
        by_name=criteria.is_by_name,
        vaccines=_items(form, "vaccine"),
        vaccinators=_items(form, "vaccinator"),
        pagination=pagination_of(slice_, path, urlencode({"key": key}) if key else ""),
        record=address("record", organisation) if may_record else "",
    )
    return render(request, "vaccinations/records/list.jinja", {"page": page, "form": form})


def _items(form: NarrowForm, name: str) -> tuple[dict[str, Any], ...]:
    field: Any = form.fields[name]
    return select_items(field.choices, str(form[name].value() or ""))


def _is_filtered(form: NarrowForm) -> bool:
    """Whether the filters have to stand open: something is in them."""
    return form.is_bound and any(value for name, value in form.typed().items() if name != "who")


def _narrow_form(request: MemberRequest, data: Any = None) -> NarrowForm:
    organisation = request.organisation
    vaccinators = selectors.vaccinators_of(organisation)
    return NarrowForm(
        data,
        vaccines=[(one.code, one.title) for one in selectors.vaccines_of(organisation)],
        vaccinators=[(str(one.public_id), one.account.full_name) for one in vaccinators],
    )


def _kind(request: MemberRequest) -> str:
    return f"records:{request.organisation.ods}"


def _keep(request: MemberRequest, form: KeptForm, asked: str) -> HttpResponse:
    hold_to("search", request)
    key = new_key()
    values = {"asked": asked, **form.typed()}
    keep(account=request.account, key=key, kind=_kind(request), values=values)
    return redirect(f"{address('found', request.organisation)}?{urlencode({'key': key})}")


def _kept_form(request: MemberRequest, key: str) -> KeptForm | None:
    kept = recall(account=request.account, key=key, kind=_kind(request))
    if kept is None:
        return None
    return FindForm(kept) if kept["asked"] == "find" else _narrow_form(request, kept)
