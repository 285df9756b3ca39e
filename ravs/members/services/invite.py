"""Adding people: invitations, their renewal, their end."""

from collections import Counter
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ravs.accounts.models import Account
from ravs.accounts.normalise import email_key
from ravs.audit import services as audit
from ravs.audit.events import (
    AccountCreated,
    Event,
    InvitationCancelled,
    InvitationRenewed,
    InvitationResent,
    MemberInvited,
)
from ravs.core.dates import london_date, london_today
from ravs.members import counts, dates, domains, ground, identity_calls
from ravs.members.models import (
    GroupMembership,
    IdentityCall,
    InvitationEnd,
    Membership,
    Status,
)
from ravs.members.names import sort_key, write_keys
from ravs.members.refusals import (
    AlreadyMember,
    CannotResend,
    DomainNotAllowed,
    GroupAdministrator,
    NotInThatState,
    UsedElsewhere,
)
from ravs.members.services.details import Details, rename_if_only_here
from ravs.members.services.reactivate import readmit
from ravs.organisations.models import EmailPolicy, Organisation


def check_can_be_added(organisation: Organisation, email: str) -> Membership | None:
    """The rules of adding an address here, in the order of domain 3.5.

    Returns the row to bring back (deactivated, lapsed or cancelled), or ``None`` for someone new.

    Raises:
        DomainNotAllowed, GroupAdministrator, AlreadyMember,
        UsedElsewhere (where each organisation wants an address of its own)
    """
    key = email_key(email)
    if not domains.is_allowed(key):
        raise DomainNotAllowed
    group_roles = GroupMembership.objects.filter(account__email_key=key)
    if group_roles.exclude(status=Status.DEACTIVATED).exists():
        raise GroupAdministrator
    membership = (
        organisation.memberships.select_related("account").filter(account__email_key=key).first()
    )
    if membership is not None and membership.is_usable:
        membership.organisation = organisation
        raise AlreadyMember(membership)
    if organisation.email_policy == EmailPolicy.ONE_PER_ORGANISATION:
        _refuse_if_elsewhere(organisation, key)
    return membership


def _refuse_if_elsewhere(organisation: Organisation, key: str) -> None:
    """The older guide's rule: one address belongs to one organisation (domain 3.14, row 2)."""
    elsewhere = Membership.objects.filter(account__email_key=key).exclude(organisation=organisation)
    in_use = Q(status=Status.ACTIVE) | Q(status=Status.INVITED, invitation_end="")
    if elsewhere.filter(in_use).of_open_organisations().exists():
        raise UsedElsewhere


@transaction.atomic
def invite_member(
    *, actor: Account | None, organisation: Organisation, details: Details
) -> Membership:
    """Add a person to ``organisation`` at a level, or bring back one who was here.

    Someone new is invited; someone who had logged in here becomes active again at the newly
    entered level; an ended invitation is renewed on its own row.

    Raises:
        NotALeadAdministrator, OrganisationNotOpen, DomainNotAllowed, GroupAdministrator,
        AlreadyMember, UsedElsewhere, DatesNotPossible
    """
    organisation = ground.lock_organisation(organisation.pk)
    ground.require_open(organisation)
    ground.require_lead(actor, organisation)
    dates.check(details.starts_on, details.ends_on, london_today())
    known = check_can_be_added(organisation, details.email)
    if known is None:
        return _invite_new(actor, organisation, details)
    membership = ground.lock_membership(known)
    if membership.first_login_at is not None:
        readmit(actor=actor, membership=membership, details=details)
    else:
        _renew(actor, membership, details)
    return membership


def _invite_new(actor: Account | None, organisation: Organisation, details: Details) -> Membership:
    account = _account_for(actor, details)
    now = timezone.now()
    membership = Membership.objects.create(
        account=account,
        organisation=organisation,
        level=details.level,
        vaccinator=details.vaccinator,
        clinician=details.clinician,
        starts_on=details.starts_on,
        ends_on=details.ends_on,
        status=Status.INVITED,
        invited_by=actor,
        invite_sent_at=now,
        invite_sent_on=london_date(now),
        usable_since=now,
        sort_key=sort_key(account),
    )
    write_keys(account, [membership])
    counts.move(organisation.pk, before=Counter(), after=counts.places(membership))
    _record(MemberInvited(**details.rights), actor, membership)
    identity_calls.request(membership, IdentityCall.Purpose.ENSURE)
    return membership


def _account_for(actor: Account | None, details: Details) -> Account:
    """The one account of this address: an existing one keeps its own name (domain 3.8).

    Locked, so that a renaming meanwhile either comes first or finds the new membership.
    """
    account, created = Account.objects.select_for_update(no_key=True).get_or_create(
        email_key=email_key(details.email),
        defaults={
            "email": details.email,
            "first_name": details.first_name,
            "last_name": details.last_name,
        },
    )
    if created:
        audit.record(AccountCreated(), actor=ground.person(actor), subject=ground.person(account))
    return account


def _renew(actor: Account | None, membership: Membership, details: Details) -> None:
    """Invite again somebody who never logged in here: a fresh invitation on the same row."""
    before = counts.places(membership)
    rename_if_only_here(actor, membership, details)
    details.write_to(membership)
    membership.invited_by = actor
    start_invitation(membership, timezone.now(), sends=1)
    membership.save()
    write_keys(membership.account, [membership])
    counts.move(membership.organisation_id, before=before, after=counts.places(membership))
    _record(InvitationRenewed(**details.rights), actor, membership)
    identity_calls.request(membership, IdentityCall.Purpose.RESEND)


def start_invitation(membership: Membership, now: datetime, *, sends: int) -> None:
    """Set the fields of an invitation that stands from ``now``; does not save."""
    membership.status = Status.INVITED
    membership.invite_sent_at, membership.invite_sent_on = now, london_date(now)
    membership.invite_count = sends
    membership.invitation_end, membership.invitation_ended_at = "", None
    membership.deactivated_at = membership.deactivated_by = None
    membership.deactivated_reason = ""
    membership.usable_since = now
    membership.clock_on, membership.warned_day = None, 0
    if membership.ends_on and membership.ends_on < london_date(now):
        membership.starts_on = membership.ends_on = membership.end_told_days = None


def can_resend(membership: Membership, *, last_send_failed: bool, now: datetime) -> bool:
    """One predicate for link and POST: over 7 days since the last send or that one failed."""
    if membership.status != Status.INVITED or membership.invitation_end == InvitationEnd.CANCELLED:
        return False
    if membership.invite_count >= settings.INVITATION_MOST_SENDS:
        return False
    age = london_date(now) - membership.invite_sent_on
    return last_send_failed or age > timedelta(days=settings.RESEND_AFTER_DAYS)


@transaction.atomic
def resend_invitation(*, actor: Account | None, membership: Membership) -> Membership:
    """Send the welcome again, with a fresh activation when the provider still awaits one.

    Raises:
        NotALeadAdministrator, OrganisationNotOpen, CannotResend
    """
    membership = ground.lock_membership(membership)
    ground.require_open(membership.organisation)
    ground.require_lead(actor, membership.organisation)
    sending = identity_calls.sendings([membership])[membership.pk]
    now = timezone.now()
    if not can_resend(membership, last_send_failed=sending.failed, now=now):
        raise CannotResend(membership)
    before = counts.places(membership)
    start_invitation(membership, now, sends=membership.invite_count + 1)
    membership.save()
    counts.move(membership.organisation_id, before=before, after=counts.places(membership))
    _record(InvitationResent(count=membership.invite_count), actor, membership)
    identity_calls.request(membership, IdentityCall.Purpose.RESEND)
    return membership


@transaction.atomic
def cancel_invitation(*, actor: Account | None, membership: Membership) -> Membership:
    """Withdraw an invitation that nobody has accepted: it leaves the lists and signs nobody in.

    Raises:
        NotALeadAdministrator, NotInThatState
    """
    membership = ground.lock_membership(membership)
    ground.require_lead(actor, membership.organisation)
    if membership.status != Status.INVITED:
        raise NotInThatState(membership)
    if membership.invitation_end == InvitationEnd.CANCELLED:
        return membership
    before = counts.places(membership)
    membership.invitation_end = InvitationEnd.CANCELLED
    membership.invitation_ended_at = timezone.now()
    membership.save(update_fields=["invitation_end", "invitation_ended_at"])
    counts.move(membership.organisation_id, before=before, after=counts.places(membership))
    ground.end_snapshots([membership])
    identity_calls.drop(membership)
    _record(InvitationCancelled(), actor, membership)
    return membership


def _record(event: Event, actor: Account | None, membership: Membership) -> None:
    audit.record(
        event,
        actor=ground.person(actor),
        subject=ground.person(membership.account),
        organisation=membership.organisation.public_id,
    )
