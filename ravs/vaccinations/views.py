"""The doors of recording and of records. The sections behind them are not built yet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ravs.core.access import requires
from ravs.members.permissions import Permission

RECORDING = (
    "find a patient by NHS number or by name, date of birth and postcode",
    "record a vaccination, and the next one for another patient without starting again",
)
RECORDS = (
    "find the vaccinations that your organisation recorded",
    "correct or delete them, with every earlier version kept",
)


@requires(Permission.RECORD_VACCINATIONS)
@require_safe
def record(request: HttpRequest, ods: str) -> HttpResponse:
    page = {"title": "Record vaccinations", "coming": RECORDING}
    return render(request, "core/coming.jinja", page)


@requires(Permission.EDIT_VACCINATIONS)
@require_safe
def records(request: HttpRequest, ods: str) -> HttpResponse:
    return render(request, "core/coming.jinja", {"title": "Records", "coming": RECORDS})
