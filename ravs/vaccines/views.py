"""The door of vaccines and batches. The section behind it is not built yet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ravs.core.access import requires
from ravs.members.permissions import Permission

COMING = (
    "add the vaccines and batches kept at each of your sites",
    "correct a batch, or mark it as finished",
)


@requires(Permission.MANAGE_VACCINES)
@require_safe
def vaccines(request: HttpRequest, ods: str) -> HttpResponse:
    return render(request, "core/coming.jinja", {"title": "Vaccines", "coming": COMING})
