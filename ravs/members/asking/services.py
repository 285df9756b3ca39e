"""The verbs of asking: to be reactivated, the answer, and whether a new lead vaccinates."""

from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from ravs.accounts.models import Account
from ravs.audit import services as audit
from ravs.audit.events import Event, ReactivationAsked, ReactivationDeclined
from ravs.mail.services import enqueue, enqueue_many
from ravs.members import ground
from ravs.members.asking import emails
from ravs.members.asking.rules import may_ask
from ravs.members.models import Membership, ReactivationRequest
from ravs.members.refusals import NotInThatState
from ravs.members.selectors import lead_administrators
from ravs.members.services import change_member, reactivate_member
from ravs.members.services.change import Standing

WAITING = ReactivationRequest.State.WAITING


class CannotAsk(NotInThatState):
    """The person is not deactivated any more, or nobody at the organisation can bring them back."""


class AlreadyAnswered(NotInThatState):
    """There is no request waiting: somebody else answered it, or it is no longer needed."""

    def __init__(self, membership: Membership) -> None:
        super().__init__(membership)
        name = membership.account.full_name
        self.args = (f"The request of {name} has been answered already.",)


@transaction.atomic
def ask_to_be_reactivated(
    *, actor: Account, membership: Membership, reason: str
) -> ReactivationRequest:
    """Ask the lead administrators to be reactivated; where there is none, ask the region.

    There is one waiting request for each membership: asking again finds it and changes nothing.

    Raises:
        CannotAsk
    """
    membership = ground.lock_membership(membership)
    if membership.account_id != actor.pk or not may_ask(membership):
        raise CannotAsk(membership)
    waiting = waiting_of(membership)
    if waiting is not None:
        return waiting
    leads = lead_administrators(membership.organisation)
    request = ReactivationRequest.objects.create(
        membership=membership,
        organisation=membership.organisation,
        reason=reason,
        to_region=not leads,
        asked_at=timezone.now(),
    )
    _record(ReactivationAsked(to_region=not leads), actor, membership)
    enqueue_many(emails.asked(request, leads))
    return request


@transaction.atomic
def accept_request(*, actor: Account | None, membership: Membership) -> Membership:
    """Give access back to somebody who asked for it, by the one road back.

    Raises:
        NotALeadAdministrator, AlreadyAnswered, OrganisationNotOpen
    """
    membership = ground.lock_membership(membership)
    ground.require_lead(actor, membership.organisation)
    _require_waiting(membership)
    return reactivate_member(actor=actor, membership=membership, how="asked")


@transaction.atomic
def decline_request(*, actor: Account | None, membership: Membership) -> ReactivationRequest:
    """Leave somebody who asked deactivated, and tell them whom to speak to.

    Raises:
        NotALeadAdministrator, AlreadyAnswered
    """
    membership = ground.lock_membership(membership)
    ground.require_lead(actor, membership.organisation)
    request = _require_waiting(membership)
    request.state = ReactivationRequest.State.DECLINED
    request.decided_at, request.decided_by = timezone.now(), actor
    request.save(update_fields=["state", "decided_at", "decided_by"])
    _record(ReactivationDeclined(), actor, membership)
    enqueue(emails.declined(membership, lead_administrators(membership.organisation)))
    return request


@transaction.atomic
def answer_whether_they_vaccinate(
    *, actor: Account, membership: Membership, vaccinates: bool
) -> Membership:
    """A new lead administrator says whether they give vaccines; they are not asked again.

    Raises:
        NotALeadAdministrator, NotInThatState
    """
    membership = ground.lock_membership(membership)
    if vaccinates:
        standing = replace(Standing.of(membership), vaccinator=True)
        membership = change_member(actor=actor, membership=membership, standing=standing)
    membership.asked_vaccinator_at = timezone.now()
    membership.save(update_fields=["asked_vaccinator_at"])
    return membership


def waiting_of(membership: Membership) -> ReactivationRequest | None:
    """The request of this membership that nobody has answered yet."""
    return ReactivationRequest.objects.filter(membership=membership, state=WAITING).first()


def _require_waiting(membership: Membership) -> ReactivationRequest:
    request = waiting_of(membership)
    if request is None:
        raise AlreadyAnswered(membership)
    request.membership, request.organisation = membership, membership.organisation
    return request


def _record(event: Event, actor: Account | None, membership: Membership) -> None:
    audit.record(
        event,
        actor=ground.person(actor),
        subject=ground.person(membership.account),
        organisation=membership.organisation.public_id,
    )
