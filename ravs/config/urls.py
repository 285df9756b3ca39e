"""Every address of the service. Each room keeps its own list; none ends in a slash."""

from django.urls import include, path

urlpatterns = [
    path("", include("ravs.core.urls")),
    path("", include("ravs.accounts.urls")),
    path("", include("ravs.members.urls")),
    path("", include("ravs.vaccines.urls")),
    path("", include("ravs.patients.urls")),
    path("", include("ravs.vaccinations.urls")),
    path("", include("ravs.reports.urls")),
]

handler400 = "ravs.core.views.bad_request"
handler403 = "ravs.core.views.forbidden"
handler404 = "ravs.core.views.not_found"
handler500 = "ravs.core.views.server_error"
