"""Every address of the service. Each room keeps its own list; none ends in a slash."""

from importlib.util import find_spec

from django.urls import include, path

ROOMS = ["core", "accounts", "members", "vaccines", "vaccinations", "reports"]

urlpatterns = [
    path("", include(f"ravs.{room}.urls")) for room in ROOMS if find_spec(f"ravs.{room}.urls")
]

handler400 = "ravs.core.views.bad_request"
handler403 = "ravs.core.views.forbidden"
handler404 = "ravs.core.views.not_found"
handler500 = "ravs.core.views.server_error"
