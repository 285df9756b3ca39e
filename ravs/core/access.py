"""Doors: every view declares who may pass, and a view that declares nothing is shut."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

V = TypeVar("V", bound=Callable[..., HttpResponse])


class Access(StrEnum):
    """The two doors that need no permission of an organisation."""

    PUBLIC = "access:public"
    SIGNED_IN = "access:signed-in"


def requires(declared: str) -> Callable[[V], V]:
    """Declare who may open a view: ``Access`` or one permission's value."""

    def declare(view: V) -> V:
        view.access = str(declared)  # type: ignore[attr-defined]
        return view

    return declare


def declared_access(view: Callable[..., HttpResponse]) -> str | None:
    """What a view declared, or ``None`` when it said nothing."""
    return getattr(view, "access", None)


class AccessMiddleware:
    """Compares a view's declaration with ``request.account`` and ``request.permissions``.

    Knows no domain words: the rooms above fill ``request.permissions`` before this runs.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        _args: tuple[Any, ...],
        _kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        access = declared_access(view)
        if access is None:
            raise PermissionDenied("This page does not say who may open it.")
        if access == Access.PUBLIC:
            return None
        if getattr(request, "account", None) is None:
            return to_sign_in(request)
        if access == Access.SIGNED_IN or access in getattr(request, "permissions", frozenset()):
            return None
        raise PermissionDenied


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send a stranger to sign in, and back here afterwards when the page can be shown again."""
    path = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
    # Whoever is signed in already is sent through the provider again, not straight back here.
    again = {"again": "yes"} if getattr(request, "account", None) else {}
    return redirect(f"{reverse('accounts:sign-in')}?{urlencode({'next': path, **again})}")
