"""Addresses of recording, of records and of home."""

from django.urls import include, path

app_name = "vaccinations"

urlpatterns = [
    path("", include("ravs.vaccinations.home.urls")),
    path("", include("ravs.vaccinations.recording.urls")),
    path("", include("ravs.vaccinations.records.urls")),
]
