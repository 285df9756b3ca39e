"""What an organisation decides for itself about the people it adds."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from ravs.accounts.submissions import new_key
from ravs.core.access import requires
from ravs.members import services
from ravs.members.forms import SettingsForm
from ravs.members.pages import SettingsPage
from ravs.members.permissions import Permission
from ravs.members.presenters import url_of
from ravs.members.requests import MemberRequest
from ravs.members.services.settings import Settings
from ravs.members.views.acting import carry_out


@requires(Permission.MANAGE_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: MemberRequest, ods: str) -> HttpResponse:
    form = SettingsForm(request.POST or None, now=Settings.of(request.organisation))
    if request.method == "POST" and form.is_valid():
        again = url_of("settings", request.organisation)
        return carry_out(request, lambda: _act(request, form.settings()), again=again)
    page = SettingsPage(key=new_key(), back=url_of("list", request.organisation))
    return render(request, "members/settings.jinja", {"page": page, "form": form})


def _act(request: MemberRequest, wanted: Settings) -> str:
    services.change_settings(
        actor=request.account, organisation=request.organisation, settings=wanted
    )
    messages.success(request, "The settings have been saved.")
    return url_of("list", request.organisation)
