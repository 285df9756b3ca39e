"""One record, as it is and as it was. Opening either is an event."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ravs.core.access import requires
from ravs.members.permissions import Permission
from ravs.members.requests import MemberRequest
from ravs.vaccinations.records import services
from ravs.vaccinations.records.pages import record_page, version_page
from ravs.vaccinations.records.reading import Reading
from ravs.vaccinations.records.views.reaching import record_of


@requires(Permission.EDIT_VACCINATIONS)
@require_safe
def view(request: MemberRequest, ods: str, vaccination: UUID) -> HttpResponse:
    """Everything that the record says, and every change to it."""
    row = record_of(request, vaccination)
    services.open_vaccination(actor=request.account, vaccination=row)
    page = record_page(row, Reading(row, me=request.membership))
    return render(request, "vaccinations/records/record.jinja", {"page": page})


@requires(Permission.EDIT_VACCINATIONS)
@require_safe
def version(request: MemberRequest, ods: str, vaccination: UUID, number: int) -> HttpResponse:
    """What the record said before one of its changes."""
    row = record_of(request, vaccination)
    earlier = row.earlier_versions.filter(number=number).first()
    if earlier is None:
        raise Http404
    services.open_vaccination(actor=request.account, vaccination=row)
    page = version_page(row, earlier)
    return render(request, "vaccinations/records/record.jinja", {"page": page})
