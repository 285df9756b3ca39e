"""Signing in and out, and staying in."""

from django.urls import path

from ravs.accounts import views

app_name = "accounts"

urlpatterns = [
    path("sign-in", views.sign_in, name="sign-in"),
    path("sign-in/callback", views.callback, name="callback"),
    path("sign-out", views.sign_out, name="sign-out"),
    path("session", views.extend_session, name="extend-session"),
]
