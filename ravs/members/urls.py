"""Addresses of *Manage users*, of choosing an organisation, and of one's own pages."""

from django.urls import path

from ravs.members.asking.urls import urlpatterns as asking
from ravs.members.entry.views import choose_organisation, landing
from ravs.members.importing.urls import urlpatterns as importing
from ravs.members.views import (
    adding,
    changing,
    listing,
    own,
    person,
    reactivating_all,
    settings,
    several,
)
from ravs.members.views.account import account as why_not

app_name = "members"

urlpatterns = [
    path("choose-organisation", choose_organisation, name="choose-organisation"),
    path("my-organisation", landing, name="landing"),
    path("profile", own.profile, name="profile"),
    path("left", own.left, name="left"),
    path("o/<ods:ods>/history", own.history, name="history"),
    path("o/<ods:ods>/users/settings", settings.settings, name="settings"),
    path("o/<ods:ods>/users", listing.active, name="list"),
    path("o/<ods:ods>/users/invited", listing.invited, name="invited"),
    path("o/<ods:ods>/users/deactivated", listing.deactivated, name="deactivated"),
    path("o/<ods:ods>/users/several", several.several, name="several"),
    path("o/<ods:ods>/users/several/recent", several.recent, name="several-recent"),
    path("o/<ods:ods>/users/several/<uuid:act>", several.done, name="several-done"),
    path(
        "o/<ods:ods>/users/several/<uuid:act>/progress", several.progress, name="several-progress"
    ),
    path("o/<ods:ods>/users/several/<uuid:act>/undo", several.undo, name="several-undo"),
    path("o/<ods:ods>/users/export", listing.export, name="export"),
    path("o/<ods:ods>/users/add", adding.add, name="add"),
    path("o/<ods:ods>/users/add/check", adding.check, name="check"),
    path("o/<ods:ods>/users/reactivate", reactivating_all.reactivate_all, name="reactivate-all"),
    path("o/<ods:ods>/users/<uuid:member>", person.person, name="person"),
    path("o/<ods:ods>/users/<uuid:member>/account", why_not, name="account"),
    path("o/<ods:ods>/users/<uuid:member>/change", changing.change, name="change"),
    path("o/<ods:ods>/users/<uuid:member>/deactivate", changing.deactivate, name="deactivate"),
    path("o/<ods:ods>/users/<uuid:member>/reactivate", changing.reactivate, name="reactivate"),
    path("o/<ods:ods>/users/<uuid:member>/resend", changing.resend, name="resend"),
    path("o/<ods:ods>/users/<uuid:member>/delete", changing.delete, name="delete"),
    path("o/<ods:ods>/users/<uuid:member>/cancel", changing.cancel, name="cancel"),
    *asking,
    *importing,
]
