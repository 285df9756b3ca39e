"""Which organisation a request is in, and what the person may do there.

The organisation stands in the address. The membership is read afresh on every request, so a
deactivation bites at once; the level in force is the lower of the log-in's and the stored one.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ravs.core.access import to_sign_in
from ravs.members.asking.selectors import waiting_since
from ravs.members.entry import rules
from ravs.members.entry.door import note_refusal
from ravs.members.entry.presenters import dead_end, helpers
from ravs.members.models import Membership
from ravs.members.permissions import lower_of, rights
from ravs.members.selectors import lead_administrators, membership_at


class MembershipMiddleware:
    """Sets ``request.membership``, ``organisation`` and ``permissions`` from the address.

    A stranger gets 404, whether or not the organisation exists; someone whose access has ended
    gets a dead-end page; someone without a snapshot is sent to take one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.membership = None  # type: ignore[attr-defined]
        request.organisation = None  # type: ignore[attr-defined]
        request.permissions = frozenset()  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        _view: Callable[..., HttpResponse],
        _args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        ods = kwargs.get("ods")
        account = getattr(request, "account", None)
        if ods is None or account is None:
            return None
        session = request.sign_in  # type: ignore[attr-defined]
        membership = membership_at(account=account, session=session, ods=ods.upper())
        if membership is None:
            raise Http404
        membership.account = account
        return _admit(request, membership)


def _admit(request: HttpRequest, membership: Membership) -> HttpResponse | None:
    closed = rules.why_closed(membership)
    if closed:
        elsewhere = membership.belongs_elsewhere  # type: ignore[attr-defined]
        page = dead_end(
            [(membership, closed)], lead_administrators, waiting_since, may_go_elsewhere=elsewhere
        )
        return render(request, "members/entry/dead-end.jinja", {"page": page}, status=403)
    if membership.is_invited:
        return redirect("members:choose-organisation")
    snapshot = membership.snapshot_level  # type: ignore[attr-defined]
    if snapshot is None:
        session = request.sign_in  # type: ignore[attr-defined]
        if rules.may_take_snapshot(membership, session):
            return redirect("members:choose-organisation")
        return to_sign_in(request)
    organisation = membership.organisation
    request.membership = membership  # type: ignore[attr-defined]
    request.organisation = organisation  # type: ignore[attr-defined]
    request.has_several_organisations = membership.belongs_elsewhere  # type: ignore[attr-defined]
    request.level = lower_of(snapshot, membership.level)  # type: ignore[attr-defined]
    request.permissions = rights(request.level, organisation)  # type: ignore[attr-defined]
    request.note_refusal = partial(note_refusal, request, membership)  # type: ignore[attr-defined]
    request.whom_to_ask = lambda: helpers(lead_administrators(organisation))  # type: ignore[attr-defined]
    return None
