"""Who is asking: the session and its account, read from the database by one query."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from ravs.accounts import services, sessions
from ravs.accounts.visitors import Visit

V = TypeVar("V", bound=Callable[..., HttpResponse])


def counts_no_use(view: V) -> V:
    """A view that decides for itself whether being asked counts as use of the session."""
    view.counts_no_use = True  # type: ignore[attr-defined]
    return view


class SignedInMiddleware:
    """Sets ``request.account`` and ``request.sign_in``, ends sessions that are over, and keeps
    those in use alive. Believes nothing but the table."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        visit = cast("Visit", request)
        visit.account = visit.sign_in = None
        if settings.SESSION_COOKIE_NAME in visit.COOKIES:
            self._recognise(visit)
        return self.get_response(visit)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        _args: tuple[Any, ...],
        _kwargs: dict[str, Any],
    ) -> None:
        sign_in = cast("Visit", request).sign_in
        if sign_in is not None and not getattr(view, "counts_no_use", False):
            sessions.touch(sign_in, timezone.now())

    def _recognise(self, visit: Visit) -> None:
        visit.session.recall()
        if visit.session.over is not None:
            sign_in, reason = visit.session.over
            services.expire_session(request=visit, sign_in=sign_in, reason=reason)
        elif visit.session.row is not None and visit.session.row.account is not None:
            visit.sign_in = visit.session.row
            visit.account = visit.session.row.account
