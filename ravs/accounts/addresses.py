"""Where signing in begins, and where it may lead afterwards."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

LONGEST = 2000


def sign_in_url(next_path: str = "", *, again: bool = False) -> str:
    """Where to send somebody to sign in. ``again``: through the provider even when signed in."""
    query = {"next": next_path} if next_path else {}
    if again:
        query["again"] = "yes"
    return f"{reverse('accounts:sign-in')}{'?' if query else ''}{urlencode(query)}"


def local_path(request: HttpRequest) -> str:
    """The ``next`` that was asked for when it is a path of this service, or nothing."""
    path = request.POST.get("next") or request.GET.get("next", "")
    if len(path) > LONGEST or not path.startswith("/") or not path.isprintable():
        return ""
    if path.startswith(reverse("accounts:sign-in")) or path == reverse("accounts:sign-out"):
        return ""
    return path if url_has_allowed_host_and_scheme(path, allowed_hosts=None) else ""
