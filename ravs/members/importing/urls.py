"""Addresses of bulk adding, below those of *Manage users*."""

from django.urls import path

from ravs.members.importing import views

urlpatterns = [
    path("o/<ods:ods>/users/add/several", views.add_several, name="add-several"),
    path("o/<ods:ods>/users/add/several/template", views.template, name="import-template"),
    path("o/<ods:ods>/users/lists", views.imports, name="imports"),
    path("o/<ods:ods>/users/lists/<uuid:job>", views.one_import, name="import"),
    path("o/<ods:ods>/users/lists/<uuid:job>/progress", views.progress, name="import-progress"),
    path("o/<ods:ods>/users/lists/<uuid:job>/problems", views.problems, name="import-problems"),
    path("o/<ods:ods>/users/lists/<uuid:job>/receipt", views.receipt, name="import-receipt"),
]
