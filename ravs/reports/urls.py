"""Addresses of reports."""

from django.urls import path

from ravs.reports import views

app_name = "reports"

urlpatterns = [path("o/<ods:ods>/reports", views.create, name="create")]
