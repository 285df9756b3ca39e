"""The door of reports. The section behind it is not built yet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ravs.core.access import requires
from ravs.members.permissions import Permission

COMING = (
    "choose dates, vaccines, sites and details",
    "download the vaccinations that your organisation recorded, as a spreadsheet file",
)


@requires(Permission.CREATE_REPORTS)
@require_safe
def create(request: HttpRequest, ods: str) -> HttpResponse:
    return render(request, "core/coming.jinja", {"title": "Reports", "coming": COMING})
