"""What follows a verified account: the log-in itself, and entering an organisation."""

from django.db import transaction
from django.utils import timezone

from ravs.accounts.models import Account, IdentityState, Session
from ravs.audit import services as audit
from ravs.audit.events import (
    AccessDenied,
    Event,
    MemberJoined,
    OrganisationActivated,
    OrganisationEntered,
    SignedIn,
    SignInRefusedInactive,
)
from ravs.core.dates import london_date, london_today
from ravs.members import counts, ground
from ravs.members.entry import rules
from ravs.members.entry.rules import Closed
from ravs.members.models import LevelSnapshot, Membership, Status
from ravs.members.refusals import NotInThatState
from ravs.members.services import apply_end_dates, apply_inactivity_rule, lapse_invitations
from ravs.organisations.models import Organisation, OrganisationStatus


class MustSignInAgain(NotInThatState):
    """The level was reduced since the log-in: the person goes through the provider again."""


def lapse_at_the_door(account: Account) -> None:
    """Apply the night's rules to the person signing in, however late the night job is.

    Kept even when the log-in is then refused, so it runs in transactions of its own.
    """
    today, person = london_today(), [account.pk]
    for _ in apply_inactivity_rule(today=today, accounts=person, warn=False):
        pass
    for _ in lapse_invitations(today=today, accounts=person):
        pass
    for _ in apply_end_dates(today=today, accounts=person, tell=False):
        pass


@transaction.atomic
def sign_in(*, account: Account, session: Session) -> list[Membership]:
    """Record and date a log-in, and take a snapshot of every level it may use.

    Whoever comes in by the provider has an account there that works.

    Returns the memberships that are open to the person, in order of organisation name; none
    means that nothing was written and the log-in must be refused.
    """
    now = timezone.now()
    rows = account.memberships.select_for_update(no_key=True, of=("self",))
    found = [m for m in rows.select_related("organisation").order_by("pk") if rules.is_open(m)]
    if not found:
        return []
    today = london_date(now)
    Membership.objects.filter(account=account, status=Status.ACTIVE).update(
        clock_on=today, warned_day=0
    )
    Account.objects.filter(pk=account.pk).update(
        last_login_at=now,
        last_login_on=today,
        identity_state=IdentityState.ACTIVE,
        activation_expires_at=None,
    )
    LevelSnapshot.objects.bulk_create(
        LevelSnapshot(session=session, membership=m, level=m.level) for m in found
    )
    who = ground.person(account)
    audit.record(SignedIn(), actor=who, subject=who)
    return sorted(found, key=lambda m: (m.organisation.name, m.organisation.ods))


def why_nowhere(account: Account) -> list[tuple[Membership, Closed]]:
    """Each membership that leads nowhere, and why."""
    rows = account.memberships.select_related("organisation__region").order_by("pk")
    return [(m, why) for m in rows if (why := rules.why_closed(m))]


@transaction.atomic
def refuse(*, account: Account) -> list[tuple[Membership, Closed]]:
    """Record that a known person was let in nowhere; return why, for each of their memberships."""
    closed = why_nowhere(account)
    told = [why for _, why in closed if why != Closed.INVITATION_CANCELLED]
    cause = told[0] if told else Closed.NO_MEMBERSHIP
    who = ground.person(account)
    audit.record(SignInRefusedInactive(cause=cause.value), actor=who, subject=who)
    return closed


@transaction.atomic
def note_refusal(*, membership: Membership, view: str, permission: str) -> None:
    """Record that somebody asked for what their level does not open; it was refused already."""
    _record(AccessDenied(view=view, permission=permission), membership)


@transaction.atomic
def enter_organisation(*, account: Account, session: Session, membership: Membership) -> Membership:
    """Go into one organisation: accepts an invitation, and is an event of that organisation.

    Raises:
        NotInThatState (no longer open to this person), MustSignInAgain
    """
    membership = ground.lock_membership(membership)
    if membership.account_id != account.pk or not rules.is_open(membership):
        raise NotInThatState(membership)
    _hold_snapshot(membership, session)
    if membership.is_invited:
        _accept(membership)
    membership.last_login_at = timezone.now()
    membership.save(update_fields=["last_login_at"])
    _record(OrganisationEntered(level=membership.level), membership)
    return membership


def _hold_snapshot(membership: Membership, session: Session) -> None:
    if LevelSnapshot.objects.filter(session=session, membership=membership).exists():
        return
    if not rules.may_take_snapshot(membership, session):
        raise MustSignInAgain(membership)
    LevelSnapshot.objects.create(session=session, membership=membership, level=membership.level)


def _accept(membership: Membership) -> None:
    """The first log-in here: invited becomes active, and so does an invited organisation."""
    now = timezone.now()
    before = counts.places(membership)
    membership.status = Status.ACTIVE
    membership.first_login_at, membership.clock_on = now, london_date(now)
    membership.save(update_fields=["status", "first_login_at", "clock_on"])
    counts.move(membership.organisation_id, before=before, after=counts.places(membership))
    _record(MemberJoined(level=membership.level), membership)
    if membership.organisation.status == OrganisationStatus.INVITED:
        Organisation.objects.filter(pk=membership.organisation_id).update(
            status=OrganisationStatus.ACTIVE, activated_at=now
        )
        _record(OrganisationActivated(), membership)


def _record(event: Event, membership: Membership) -> None:
    who = ground.person(membership.account)
    audit.record(event, actor=who, subject=who, organisation=membership.organisation.public_id)
