"""Addresses of recording."""

from django.urls import path

from ravs.vaccinations.recording.views import batch, beginning, finish, paper, patient, steps

urlpatterns = [
    path("o/<ods:ods>/record", beginning.record, name="record"),
    path("o/<ods:ods>/record/clinic", beginning.begin_clinic, name="clinic-begin"),
    path("o/<ods:ods>/record/clinic/end", beginning.end_clinic, name="clinic-end"),
    path("o/<ods:ods>/patients/<uuid:patient>", patient.patient, name="patient"),
    path("o/<ods:ods>/record/<uuid:draft>", beginning.go, name="go-on"),
    path("o/<ods:ods>/record/<uuid:draft>/check", finish.check, name="check"),
    path("o/<ods:ods>/record/<uuid:draft>/saved", finish.saved, name="saved"),
    path("o/<ods:ods>/record/<uuid:draft>/still-apply", finish.kept, name="kept"),
    path("o/<ods:ods>/record/<uuid:draft>/warnings", steps.warnings, name="warnings"),
    path("o/<ods:ods>/record/<uuid:draft>/not-given", steps.not_given, name="not-given"),
    path("o/<ods:ods>/record/<uuid:draft>/discard", steps.discard, name="discard"),
    path("o/<ods:ods>/record/<uuid:draft>/add-batch", batch.add, name="add-batch"),
    path("o/<ods:ods>/record/<uuid:draft>/<slug:step>", steps.step, name="step"),
    path("paper-form", paper.form, name="paper-form"),
]
