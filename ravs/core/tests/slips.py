"""The service's addresses, and some whose views go wrong, for the pages that say so."""

from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from ravs.config.urls import handler400, handler403, handler404, handler500
from ravs.core import views
from ravs.core.access import Access, requires

__all__ = ["handler400", "handler403", "handler404", "handler500"]


@requires(Access.PUBLIC)
def slip(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


@requires(Access.PUBLIC)
def database_away(request: HttpRequest) -> HttpResponse:
    raise OperationalError("the server closed the connection")


@requires(Access.PUBLIC)
def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("tampered")


urlpatterns = [
    path("slip", slip),
    path("database-away", database_away),
    path("suspicious", suspicious),
    path("too-many", requires(Access.PUBLIC)(views.too_many_requests)),
    path("", include("ravs.config.urls")),
]
