"""Ending a person's access at one organisation."""

from django.db import transaction
from django.utils import timezone

from ravs.accounts.models import Account
from ravs.audit import services as audit
from ravs.audit.events import MemberDeactivated
from ravs.mail.services import enqueue
from ravs.members import counts, emails, ground
from ravs.members.models import DeactivationReason, Membership, Status
from ravs.members.permissions import is_last_lead
from ravs.members.refusals import LastLeadAdministrator, NotInThatState


@transaction.atomic
def deactivate_member(
    *, actor: Account | None, membership: Membership, undo: bool = False
) -> Membership:
    """End access at this organisation only, at once; the person keeps any other memberships.

    Nothing is deleted: records keep the name, and the row its history. Deactivating someone who
    is deactivated already changes nothing. ``undo``: it takes a reactivation back, as history says.

    Raises:
        NotALeadAdministrator, NotInThatState (only invited: cancel the invitation instead),
        LastLeadAdministrator (guards G3 and G4)
    """
    membership = ground.lock_membership(membership)
    if membership.is_deactivated:
        return membership
    ground.require_lead(actor, membership.organisation)
    if not membership.is_active:
        raise NotInThatState(membership)
    if is_last_lead(membership, other_leads=ground.other_active_leads(membership)):
        raise LastLeadAdministrator(membership)
    before = counts.places(membership)
    close_membership(membership, actor)
    counts.move(membership.organisation_id, before=before, after=counts.places(membership))
    ground.end_snapshots([membership])
    audit.record(
        MemberDeactivated(reason=DeactivationReason(membership.deactivated_reason), undo=undo),
        actor=ground.person(actor),
        subject=ground.person(membership.account),
        organisation=membership.organisation.public_id,
    )
    enqueue(emails.deactivated(membership))
    return membership


def close_membership(membership: Membership, actor: Account | None) -> None:
    """Write the deactivated state with its date, actor and reason."""
    membership.status = Status.DEACTIVATED
    membership.deactivated_at, membership.deactivated_by = timezone.now(), actor
    if actor is None:
        membership.deactivated_reason = DeactivationReason.SUPPORT
    elif actor.pk == membership.account_id:
        membership.deactivated_reason = DeactivationReason.SELF
    else:
        membership.deactivated_reason = DeactivationReason.PERSON
    membership.save(
        update_fields=["status", "deactivated_at", "deactivated_by", "deactivated_reason"]
    )
