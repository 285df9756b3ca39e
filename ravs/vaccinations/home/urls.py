"""The address of home."""

from django.urls import path

from ravs.vaccinations.home import views

urlpatterns = [path("o/<ods:ods>", views.home, name="home")]
