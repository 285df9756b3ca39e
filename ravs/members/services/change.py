"""Changing what a person may do, and what they are called."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from ravs.accounts.models import Account
from ravs.audit import services as audit
from ravs.audit.events import MemberChanged, MemberRenamed
from ravs.mail.services import enqueue
from ravs.members import emails, ground
from ravs.members.models import Level, Membership
from ravs.members.names import write_keys
from ravs.members.permissions import is_last_lead, is_reduction, may_be_changed
from ravs.members.refusals import ChangedMeanwhile, LastLeadAdministrator, NotInThatState


@dataclass(frozen=True)
class Standing:
    """What *Change* sets: a level and the flags that steer pick-lists."""

    level: Level
    vaccinator: bool
    clinician: bool = False

    @classmethod
    def of(cls, membership: Membership) -> "Standing":
        return cls(Level(membership.level), membership.vaccinator, membership.clinician)


@transaction.atomic
def change_member(
    *,
    actor: Account | None,
    membership: Membership,
    standing: Standing,
    shown: Standing | None = None,
) -> Membership:
    """Set a person's level and flags at this organisation; no difference, no event.

    A raise waits for the person's next log-in; a reduction ends their session here, so that
    their next request is that log-in. The flags steer pick-lists at once. ``shown`` is what the
    person who decided was looking at: somebody else's change meanwhile is not undone by chance.

    Raises:
        NotALeadAdministrator, NotInThatState, ChangedMeanwhile,
        LastLeadAdministrator (guards G1 and G2),
        OrganisationNotOpen (raising while the organisation is deactivated)
    """
    membership = ground.lock_membership(membership)
    ground.require_lead(actor, membership.organisation)
    if not may_be_changed(membership):
        raise NotInThatState(membership)
    before = Standing.of(membership)
    if standing == before:
        return membership
    if shown is not None and shown != before:
        raise ChangedMeanwhile(membership)
    _check_level(membership, before, standing)
    _write(membership, before, standing)
    audit.record(
        MemberChanged(
            level_before=before.level,
            level_after=standing.level,
            vaccinator_before=before.vaccinator,
            vaccinator_after=standing.vaccinator,
            clinician_before=before.clinician,
            clinician_after=standing.clinician,
        ),
        actor=ground.person(actor),
        subject=ground.person(membership.account),
        organisation=membership.organisation.public_id,
    )
    if standing.level != before.level and membership.is_active:
        enqueue(emails.level_changed(membership, before=before.level))
    return membership


def _check_level(membership: Membership, before: Standing, after: Standing) -> None:
    if after.level == before.level:
        return
    if not is_reduction(before=before.level, after=after.level):
        ground.require_open(membership.organisation)
    elif is_last_lead(membership, other_leads=ground.other_active_leads(membership)):
        raise LastLeadAdministrator(membership)


def _write(membership: Membership, before: Standing, after: Standing) -> None:
    membership.level = after.level
    membership.vaccinator, membership.clinician = after.vaccinator, after.clinician
    if is_reduction(before=before.level, after=after.level):
        membership.reduced_at = timezone.now()
        ground.end_snapshots([membership])
    membership.save(update_fields=["level", "vaccinator", "clinician", "reduced_at"])


def rename_person(*, actor: Account, account: Account, first_name: str, last_name: str) -> Account:
    """Change a person's own name everywhere at once; existing records keep their snapshot."""
    renamed = None
    while renamed is None:
        with transaction.atomic():
            renamed = _rename(actor, account, first_name, last_name)
            if renamed is None:
                transaction.set_rollback(True)
    return renamed


def _rename(actor: Account, account: Account, first_name: str, last_name: str) -> Account | None:
    """One try; nothing when the person was added somewhere else before all locks were held."""
    places = ground.lock_organisations(account.memberships.values_list("organisation", flat=True))
    memberships = list(
        account.memberships.select_for_update(no_key=True, of=("self",))
        .filter(organisation__in=places)
        .select_related("organisation")
        .order_by("pk")
    )
    account = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    if account.memberships.exclude(organisation__in=places).exists():
        return None
    if (account.first_name, account.last_name) == (first_name, last_name):
        return account
    before = ground.person(account)
    account.first_name, account.last_name = first_name, last_name
    account.save(update_fields=["first_name", "last_name"])
    write_keys(account, memberships)
    audit.record_many(
        audit.Entry(
            event=MemberRenamed(),
            actor=before if actor.pk == account.pk else ground.person(actor),
            subject=ground.person(account),
            formerly=before,
            organisation=membership.organisation.public_id,
        )
        for membership in memberships
    )
    return account
