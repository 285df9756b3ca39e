"""One person at this organisation: details, letters, history, and the acts that may be done."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ravs.audit import selectors as audit
from ravs.audit.selectors import History
from ravs.core.access import requires
from ravs.core.dates import london_today
from ravs.mail.selectors import letters_about, letters_with
from ravs.members import identity_calls
from ravs.members.ground import other_active_leads
from ravs.members.identity_words import identity_note
from ravs.members.models import Membership
from ravs.members.permissions import (
    Permission,
    is_last_lead,
    may_be_changed,
    may_be_deactivated,
)
from ravs.members.presenters import (
    LetterRow,
    Links,
    PersonPage,
    lapse_date,
    letter_rows,
    person_rows,
    url_of,
)
from ravs.members.requests import MemberRequest
from ravs.members.services.invite import can_resend
from ravs.members.views.acting import before_of, member_of, older_than, person_url

HISTORY = 50
LETTERS = 50


@requires(Permission.MANAGE_USERS)
@require_safe
def person(request: MemberRequest, ods: str, member: UUID) -> HttpResponse:
    page = _page(request, member_of(request, member))
    return render(request, "members/person.jinja", {"page": page})


def _page(request: MemberRequest, membership: Membership) -> PersonPage:
    sending = identity_calls.sendings([membership])[membership.pk]
    leads = other_active_leads(membership)
    history = _history(request, membership)
    return PersonPage(
        name=membership.account.full_name,
        rows=person_rows(membership, london_today()),
        letters=_letters(membership),
        history=history.lines,
        older=older_than(history, person_url(request, membership)),
        links=_links(request, membership, leads=leads, send_failed=sending.failed),
        is_last_lead=is_last_lead(membership, other_leads=leads),
        lapses_on=lapse_date(membership),
        identity_note=identity_note(membership, sending),
    )


def _letters(membership: Membership) -> tuple[LetterRow, ...]:
    """Letters about this membership, with those about inactivity that named it among others."""
    notices = {n.letter: n.lapsed for n in membership.inactivity_notices.order_by("-pk")[:LETTERS]}
    letters = letters_about(membership.public_id, limit=LETTERS) + letters_with(notices)
    letters.sort(key=lambda letter: letter.created_at, reverse=True)
    return letter_rows(letters, notices)


def _history(request: MemberRequest, membership: Membership) -> History:
    return audit.history_of(
        subject=membership.account.public_id,
        organisation=request.organisation.public_id,
        before=before_of(request),
        limit=HISTORY,
    )


def _links(
    request: MemberRequest, membership: Membership, *, leads: int, send_failed: bool
) -> Links:
    """A link shows exactly when it works: the same predicates as the verbs ask."""

    def to(name: str, allowed: bool) -> str:
        here = url_of(name, request.organisation, membership.public_id)
        return here if allowed else ""

    may_add = Permission.ADD_USERS in request.permissions
    resendable = can_resend(membership, last_send_failed=send_failed, now=timezone.now())
    return Links(
        change=to("change", may_be_changed(membership)),
        deactivate=to("deactivate", may_be_deactivated(membership, other_leads=leads)),
        reactivate=to("reactivate", membership.is_deactivated),
        resend=to("resend", may_add and resendable),
        cancel=to("cancel", membership.status == Membership.Status.INVITED),
        correct=to("correct", may_add and membership.is_invited),
        account=to("account", True),
        delete=to("delete", membership.is_deactivated),
    )
