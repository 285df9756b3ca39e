"""Putting right what was typed about somebody invited, before they have ever come."""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from ravs.accounts.models import Account, IdentityState
from ravs.accounts.normalise import email_key
from ravs.audit import services as audit
from ravs.audit.events import AddressCorrected, Event, MemberRenamed
from ravs.mail.withdrawal import withdraw
from ravs.members import ground, identity_calls
from ravs.members.models import IdentityCall, Membership
from ravs.members.names import write_keys
from ravs.members.refusals import CannotResend, MemberRefusal, NotInThatState
from ravs.members.services.invite import check_can_be_added, start_invitation


class KnownElsewhere(MemberRefusal):
    """The person has logged in, or belongs somewhere else too: their details are theirs."""

    message = "Their name and email address cannot be changed here."


class AddressInUse(MemberRefusal):
    """Somebody has that address already; says nothing of who, or where."""

    message = "You cannot change to this email address. Cancel the invite and add them again."


def may_be_corrected(membership: Membership) -> bool:
    """Whether nothing but this invitation hangs on the person's name and address."""
    account = membership.account
    return (
        membership.is_invited
        and account.last_login_at is None
        and not account.identities.exists()
        and not account.memberships.exclude(pk=membership.pk).exists()
        and not account.group_memberships.exists()
    )


@transaction.atomic
def correct_invited(
    *, actor: Account | None, membership: Membership, first_name: str, last_name: str, email: str
) -> Membership:
    """Correct the name, the address, or both, of somebody invited; no difference, no event.

    Another address is another mailbox and another account at the provider: what still waits to
    go to the old one is dropped, and the invitation is sent anew, which counts as a send.

    Raises:
        NotALeadAdministrator, OrganisationNotOpen, NotInThatState, KnownElsewhere, AddressInUse,
        CannotResend (sent too often), DomainNotAllowed, GroupAdministrator, AlreadyMember,
        UsedElsewhere
    """
    membership = ground.lock_membership(membership)
    ground.require_open(membership.organisation)
    ground.require_lead(actor, membership.organisation)
    if not membership.is_invited:
        raise NotInThatState(membership)
    rows = Account.objects.select_for_update(no_key=True)
    membership.account = rows.get(pk=membership.account_id)
    if not may_be_corrected(membership):
        raise KnownElsewhere
    events = [*_rename(membership, first_name, last_name), *_move(membership, email)]
    if events:
        write_keys(membership.account, [membership])
    for event, formerly in events:
        _record(event, actor, membership, formerly)
    return membership


Made = list[tuple[Event, audit.Person]]


def _rename(membership: Membership, first_name: str, last_name: str) -> Made:
    account = membership.account
    before = _called(account)
    if (account.first_name, account.last_name) == (first_name, last_name):
        return []
    account.first_name, account.last_name = first_name, last_name
    account.save(update_fields=["first_name", "last_name"])
    return [(MemberRenamed(), before)]


def _move(membership: Membership, email: str) -> Made:
    account = membership.account
    before = _called(account)
    if email_key(email) == account.email_key:
        return []
    if membership.invite_count >= settings.INVITATION_MOST_SENDS:
        raise CannotResend(membership)
    if check_can_be_added(membership.organisation, email) is not None:
        raise AddressInUse
    _write_address(account, email)
    withdraw(about=membership.public_id, to=before.email)
    start_invitation(membership, timezone.now(), sends=membership.invite_count + 1)
    membership.save()
    identity_calls.request(membership, IdentityCall.Purpose.ENSURE)
    return [(AddressCorrected(), before)]


def _write_address(account: Account, email: str) -> None:
    """What the provider told of the old address says nothing of the new one."""
    account.email, account.email_key = email, email_key(email)
    account.identity_state, account.activation_expires_at = IdentityState.UNKNOWN, None
    try:
        with transaction.atomic():
            account.save(
                update_fields=["email", "email_key", "identity_state", "activation_expires_at"]
            )
    except IntegrityError as error:
        raise AddressInUse from error


def _called(account: Account) -> audit.Person:
    """The person as the history names them; never nobody, unlike an actor."""
    return audit.Person(account.public_id, account.full_name, account.email)


def _record(
    event: Event, actor: Account | None, membership: Membership, formerly: audit.Person
) -> None:
    audit.record(
        event,
        actor=ground.person(actor),
        subject=ground.person(membership.account),
        formerly=formerly,
        organisation=membership.organisation.public_id,
    )
