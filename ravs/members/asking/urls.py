"""Addresses of asking and answering; part of the list of *Manage users*."""

from django.urls import path

from ravs.members.asking.views import leads, public

urlpatterns = [
    path("ask-to-be-reactivated", public.ask, name="ask"),
    path("cannot-sign-in", public.cannot_sign_in, name="cannot-sign-in"),
    path("cannot-sign-in/sent", public.cannot_sign_in_sent, name="cannot-sign-in-sent"),
    path("o/<ods:ods>/users/requests", leads.list_requests, name="requests"),
    path("o/<ods:ods>/users/soon", leads.soon, name="soon"),
    path("o/<ods:ods>/users/do-you-vaccinate", leads.do_you_vaccinate, name="do-you-vaccinate"),
    path("o/<ods:ods>/users/<uuid:member>/request", leads.show_request, name="request"),
    path("o/<ods:ods>/users/<uuid:member>/decline", leads.decline, name="decline"),
    path("o/<ods:ods>/users/<uuid:member>/correct", leads.correct, name="correct"),
]
