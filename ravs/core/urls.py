"""The pages that belong to no organisation and need no log in."""

from django.urls import path

from ravs.core import views

app_name = "core"

urlpatterns = [
    path("", views.home, name="home"),
    path("help", views.help_and_support, name="help"),
    path("user-guide", views.user_guide, name="user-guide"),
    path("whats-new", views.whats_new, name="whats-new"),
    path("accessibility-statement", views.accessibility_statement, name="accessibility-statement"),
    path("cookies", views.cookies, name="cookies"),
    path("terms", views.terms, name="terms"),
]
