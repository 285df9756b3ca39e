"""The paper form, for whoever cannot use the service: it needs no log-in and no database."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ravs.core.access import Access, requires
from ravs.vaccinations.recording.paper import paper_page


@requires(Access.PUBLIC)
@require_safe
def form(request: HttpRequest) -> HttpResponse:
    return render(request, "vaccinations/recording/paper.jinja", {"page": paper_page()})
