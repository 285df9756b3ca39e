"""Bringing people back: one by one, by adding them again, or all who lapsed."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from ravs.accounts.models import Account
from ravs.audit import services as audit
from ravs.audit.events import MemberReactivated
from ravs.core.dates import london_date
from ravs.mail.services import enqueue_many
from ravs.members import counts, emails, ground, identity_calls
from ravs.members.models import IdentityCall, Membership, ReactivationRequest, Status
from ravs.members.names import write_keys
from ravs.members.services.details import Details, rename_if_only_here
from ravs.organisations.models import Organisation

SLICE = 1000
ENTERED = ("level", "vaccinator", "clinician", "starts_on", "ends_on", "end_told_days")


@transaction.atomic
def reactivate_member(
    *, actor: Account | None, membership: Membership, how: str = "one"
) -> Membership:
    """Give access back with the level and flags the person had. The 90-day clock restarts.

    Someone who never logged in here is invited again instead. Reactivating somebody who is
    active or invited already changes nothing. ``how`` is for the history: a page on which they
    were chosen, or their own request.

    Raises:
        NotALeadAdministrator, OrganisationNotOpen (closed; or deactivated, and it would invite)
    """
    membership = ground.lock_membership(membership)
    ground.require_lead(actor, membership.organisation)
    if not membership.is_deactivated:
        return membership
    ground.require_not_closed(membership.organisation)
    if membership.first_login_at is None:
        ground.require_open(membership.organisation)
    _reactivate([membership], actor=actor, how=how)
    return membership


def readmit(*, actor: Account | None, membership: Membership, details: Details) -> None:
    """Bring back, at a newly entered level, somebody who is added again. Locks are held."""
    rename_if_only_here(actor, membership, details)
    details.write_to(membership)
    membership.save(update_fields=[*ENTERED])
    _reactivate([membership], actor=actor, how="re-added")
    write_keys(membership.account, [membership])


@transaction.atomic
def reactivate_lapsed(
    *, actor: Account | None, organisation: Organisation, lapsed_by: datetime
) -> int:
    """Give access back to everyone whom the 90-day rule deactivated, and to nobody else.

    ``lapsed_by`` is the moment the page was shown: whoever lapsed later was not on it. People
    deactivated by a person stay as they are. Returns how many came back.

    Raises:
        NotALeadAdministrator, OrganisationNotOpen (closed)
    """
    organisation = ground.lock_organisation(organisation.pk)
    ground.require_lead(actor, organisation)
    ground.require_not_closed(organisation)
    chosen = organisation.memberships.lapsed().filter(deactivated_at__lte=lapsed_by)
    total = 0
    while True:
        page = list(
            chosen.select_for_update(no_key=True, of=("self",))
            .select_related("account")
            .order_by("pk")[:SLICE]
        )
        for membership in page:
            membership.organisation = organisation
        if page:
            _reactivate(page, actor=actor, how="all")
        total += len(page)
        if len(page) < SLICE:
            return total


def _reactivate(memberships: Sequence[Membership], *, actor: Account | None, how: str) -> None:
    """Write, count, record and tell: the one road back. All of one organisation, locked."""
    organisation = memberships[0].organisation
    now = timezone.now()
    before = sum((counts.places(m) for m in memberships), Counter())
    _settle_requests(memberships, actor=actor, how=how, now=now)
    _forget_passed_dates(memberships, london_date(now))
    _open([m for m in memberships if m.first_login_at is None], now, invited=True)
    _open([m for m in memberships if m.first_login_at is not None], now, invited=False)
    after = sum((counts.places(m) for m in memberships), Counter())
    counts.move(organisation.pk, before=before, after=after)
    by = ground.person(actor)
    audit.record_many(
        audit.Entry(
            event=MemberReactivated(
                how=how if actor else "command",
                status=m.status,
                level=m.level,
                vaccinator=m.vaccinator,
                clinician=m.clinician,
                ends_on=m.ends_on,
            ),
            actor=by,
            subject=ground.person(m.account),
            organisation=organisation.public_id,
        )
        for m in memberships
    )
    enqueue_many([emails.reactivated(m) for m in memberships if m.is_active])
    identity_calls.request_many(
        [m for m in memberships if m.is_invited], IdentityCall.Purpose.RESEND
    )


def _settle_requests(
    memberships: Sequence[Membership], *, actor: Account | None, how: str, now: datetime
) -> None:
    """What they asked for has come: as the answer, or by another road meanwhile."""
    states = ReactivationRequest.State
    waiting = ReactivationRequest.objects.filter(
        membership__in=[m.pk for m in memberships], state=states.WAITING
    )
    state = states.ACCEPTED if how == "asked" else states.OVERTAKEN
    waiting.update(state=state, decided_at=now, decided_by=actor)


def _forget_passed_dates(memberships: Sequence[Membership], today: date) -> None:
    """Whoever is brought back after their end date comes back without one."""
    passed = [m for m in memberships if m.ends_on and m.ends_on < today]
    for membership in passed:
        membership.starts_on = membership.ends_on = membership.end_told_days = None
    if passed:
        Membership.objects.filter(pk__in=[m.pk for m in passed]).update(
            starts_on=None, ends_on=None, end_told_days=None
        )


def _open(memberships: Sequence[Membership], now: datetime, *, invited: bool) -> None:
    """Active again, or invited for the first time when the person never logged in here."""
    if not memberships:
        return
    today = london_date(now)
    fields: dict[str, Any] = {
        "status": Status.INVITED if invited else Status.ACTIVE,
        "deactivated_at": None,
        "deactivated_by": None,
        "deactivated_reason": "",
        "usable_since": now,
        "clock_on": None if invited else today,
        "warned_day": 0,
    }
    if invited:
        fields |= {"invite_sent_at": now, "invite_sent_on": today, "invite_count": 1}
    for membership in memberships:
        for name, value in fields.items():
            setattr(membership, name, value)
    Membership.objects.filter(pk__in=[m.pk for m in memberships]).update(**fields)
