"""Addresses of records."""

from django.urls import path

from ravs.vaccinations.records.views import deleting, editing, listing, record

urlpatterns = [
    path("o/<ods:ods>/records", listing.records, name="records"),
    path("o/<ods:ods>/records/found", listing.found, name="found"),
    path("o/<ods:ods>/records/find", listing.find, name="find"),
    path("o/<ods:ods>/records/deleted", listing.deleted, name="deleted"),
    path("o/<ods:ods>/records/<uuid:vaccination>", record.view, name="view"),
    path(
        "o/<ods:ods>/records/<uuid:vaccination>/version/<int:number>",
        record.version,
        name="version",
    ),
    path("o/<ods:ods>/records/<uuid:vaccination>/edit/<slug:field>", editing.edit, name="edit"),
    path("o/<ods:ods>/records/<uuid:vaccination>/delete", deleting.delete, name="delete"),
]
