"""Addresses of vaccines and batches."""

from django.urls import path

from ravs.vaccines import views

app_name = "vaccines"

urlpatterns = [path("o/<ods:ods>/vaccines", views.vaccines, name="list")]
