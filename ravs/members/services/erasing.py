"""Deletion at a person's wish: asked of support, done by command, refused where records forbid.

Deactivating ends access and is the lead administrator's to do. Deleting what is held of somebody
is support's, because it cannot be undone and may concern other organisations (domain 3.14, row 3).
"""

from collections import Counter

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from ravs.accounts.models import Account, IdentityState, Journey, Session
from ravs.audit import services as audit
from ravs.audit.events import AccountErased, DeletionAsked, DeletionRefused
from ravs.core.errors import Refusal
from ravs.mail.erasing import forget_letters
from ravs.mail.services import enqueue
from ravs.members import counts, emails, ground
from ravs.members.models import DeletionRequest, ImportRow, Membership, ReactivationRequest
from ravs.members.refusals import NotInThatState

ERASED_NAME = ("Erased", "person")


class RecordsForbid(Refusal):
    """Records name the person, so their name has to be kept. Says which, never what."""


class StillAUser(Refusal):
    """The person can log in, or is invited, somewhere: that ends first."""


@transaction.atomic
def ask_for_deletion(*, actor: Account, membership: Membership) -> DeletionRequest:
    """Ask support to delete what is held of somebody who is deactivated here.

    Asking again finds the waiting request and changes nothing.

    Raises:
        NotALeadAdministrator, NotInThatState (deactivate them first)
    """
    membership = ground.lock_membership(membership)
    ground.require_lead(actor, membership.organisation)
    if not membership.is_deactivated:
        raise NotInThatState(membership)
    account = Account.objects.select_for_update(no_key=True).get(pk=membership.account_id)
    waiting = account.deletion_requests.filter(state=DeletionRequest.State.WAITING).first()
    if waiting is not None:
        return waiting
    request = DeletionRequest.objects.create(
        account=account,
        organisation=membership.organisation,
        asked_by=actor,
        asked_at=timezone.now(),
    )
    audit.record(
        DeletionAsked(),
        actor=ground.person(actor),
        subject=ground.person(account),
        organisation=membership.organisation.public_id,
    )
    if "@" in settings.SUPPORT_CONTACT:
        enqueue(emails.deletion_asked(request, membership))
    return request


def reasons_to_keep(account: Account) -> list[str]:
    """Why records forbid erasing somebody: what each room that keeps records says of them."""
    told = (import_string(path)(account) for path in settings.RECORD_KEEPERS)
    return [reason for reason in told if reason]


def erase_account(*, account: Account) -> Account:
    """Delete what is held of a person. Their address is free again, for somebody new.

    Gone: name and address, memberships, log-ins, letters, what was typed about them, and their
    name in every entry of the history, whose chain still holds. Kept: that something was done,
    when, and that the person is erased. The account at the identity provider is not ours.

    Raises:
        StillAUser, RecordsForbid (which is recorded and ends a waiting request)
    """
    if reasons := reasons_to_keep(account):
        _refuse(account)
        raise RecordsForbid(f"{account} stays, because of {', '.join(reasons)}.")
    return _erase(account)


@transaction.atomic
def _refuse(account: Account) -> None:
    _settle_requests(account, DeletionRequest.State.REFUSED)
    audit.record(DeletionRefused(), subject=ground.person(account))


@transaction.atomic
def _erase(account: Account) -> Account:
    places = ground.lock_organisations(account.memberships.values_list("organisation", flat=True))
    rows = account.memberships.select_for_update(no_key=True).select_related("organisation")
    memberships = list(rows.filter(organisation__in=places).order_by("pk"))
    account = Account.objects.select_for_update().get(pk=account.pk)
    if any(m.is_usable for m in memberships) or account.memberships.count() != len(memberships):
        raise StillAUser(f"{account} is still a user. Deactivate them, or cancel the invitation.")
    _record(account, memberships)
    asked = ReactivationRequest.objects.filter(membership__in=memberships)
    about = [account.public_id, *(m.public_id for m in memberships)]
    about += asked.values_list("public_id", flat=True)
    forget_letters(address=account.email, about=about)
    _forget_typed(account)
    for membership in memberships:
        places_before = counts.places(membership)
        counts.move(membership.organisation_id, before=places_before, after=Counter())
    account.memberships.all().delete()
    account.identities.all().delete()
    Session.objects.filter(account=account).delete()
    _settle_requests(account, DeletionRequest.State.DONE)
    _empty(account)
    audit.erase_person(person=account.public_id)
    return account


def _record(account: Account, memberships: list[Membership]) -> None:
    """Everybody who knew the person reads that they were erased; their name goes with the rest."""
    audit.record_many(
        audit.Entry(
            event=AccountErased(),
            actor=None,
            subject=ground.person(account),
            organisation=organisation,
        )
        for organisation in (None, *(m.organisation.public_id for m in memberships))
    )


def _forget_typed(account: Account) -> None:
    """What the person typed, and what others typed of them in a list."""
    Journey.objects.filter(account=account).delete()
    of_them = Q(membership__account=account) | Q(email__iexact=account.email)
    ImportRow.objects.filter(of_them).update(
        typed={}, email="", first_name="", last_name="", problems=[], suggestion="", reason=""
    )


def _settle_requests(account: Account, state: DeletionRequest.State) -> None:
    waiting = account.deletion_requests.filter(state=DeletionRequest.State.WAITING)
    waiting.update(state=state, decided_at=timezone.now())


def _empty(account: Account) -> None:
    """Leave a row that holds nobody: others point at it for what was done."""
    address = f"erased-{account.public_id}@erased.invalid"
    account.first_name, account.last_name = ERASED_NAME
    account.email = account.email_key = address
    account.last_login_at = account.last_login_on = account.activation_expires_at = None
    account.identity_state = IdentityState.UNKNOWN
    account.erased_at = timezone.now()
    account.save()
