"""Deleting a record: asked once more, with a reason."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ravs.accounts.submissions import new_key
from ravs.core.access import requires
from ravs.core.presenters import written_date
from ravs.members.permissions import Permission
from ravs.members.requests import MemberRequest
from ravs.members.views.acting import carry_out
from ravs.patients.refusals import MayNotRecord
from ravs.vaccinations.models import Vaccination
from ravs.vaccinations.records import services
from ravs.vaccinations.records.forms import DeleteForm
from ravs.vaccinations.records.pages import changes_since
from ravs.vaccinations.records.presenters import Change, DeletePage, address, what
from ravs.vaccinations.records.refusals import ChangedMeanwhile, RecordDeleted
from ravs.vaccinations.records.views.reaching import read_number, record_of


@requires(Permission.EDIT_VACCINATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: MemberRequest, ods: str, vaccination: UUID) -> HttpResponse:
    row = record_of(request, vaccination)
    form = DeleteForm(request.POST or None)
    if row.is_deleted:
        return redirect(_home_of(row))
    if request.method == "POST" and form.is_valid():
        return _confirmed(request, row, form)
    services.open_vaccination(actor=request.account, vaccination=row)
    return _page(request, row, form)


def _home_of(row: Vaccination) -> str:
    return address("view", row.organisation, vaccination=row.public_id)


def _confirmed(request: MemberRequest, row: Vaccination, form: DeleteForm) -> HttpResponse:
    shown = read_number(request.POST.get("version")) or row.version

    def act() -> str:
        services.delete_vaccination(
            actor=request.account,
            vaccination=row,
            shown_version=shown,
            reason=form.cleaned_data["reason"],
        )
        vaccine = row.type.name
        messages.success(request, f"The {vaccine} record has been deleted.")
        return address("records", row.organisation)

    try:
        return carry_out(request, act, again=_home_of(row))
    except ChangedMeanwhile as refusal:
        now = refusal.vaccination
        return _page(request, now, form, changes_since(now, refusal.shown_version))
    except RecordDeleted:
        return redirect(_home_of(row))
    except MayNotRecord as refusal:
        raise PermissionDenied from refusal


def _page(
    request: MemberRequest,
    row: Vaccination,
    form: DeleteForm,
    meanwhile: tuple[Change, ...] = (),
) -> HttpResponse:
    page = DeletePage(
        patient=row.patient_name,
        vaccine=what(row),
        day=written_date(row.given_on),
        key=new_key() if not meanwhile else request.POST.get("key", ""),
        version=row.version,
        meanwhile=meanwhile,
        back=_home_of(row),
    )
    return render(request, "vaccinations/records/delete.jinja", {"page": page, "form": form})
