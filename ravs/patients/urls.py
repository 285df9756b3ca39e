"""Addresses of finding a patient. None holds a name or a number: what is typed is kept apart."""

from django.urls import path

from ravs.patients.views import correcting, entering, finding

app_name = "patients"

urlpatterns = [
    path("o/<ods:ods>/patients", finding.find, name="find"),
    path("o/<ods:ods>/patients/search", finding.search, name="search"),
    path("o/<ods:ods>/patients/results", finding.results, name="results"),
    path("o/<ods:ods>/patients/new", entering.new, name="new"),
    path("o/<ods:ods>/patients/new/check", entering.check, name="check"),
    path("o/<ods:ods>/patients/<uuid:patient>/correct", correcting.correct, name="correct"),
]
