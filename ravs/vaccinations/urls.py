"""Addresses of recording and of records."""

from django.urls import path

from ravs.vaccinations import views

app_name = "vaccinations"

urlpatterns = [
    path("o/<ods:ods>/record", views.record, name="record"),
    path("o/<ods:ods>/records", views.records, name="records"),
]
