"""The ground every verb stands on: locks taken in one order, the actor's right, the counts.

Order of locks: organisations by key, memberships by key, the account, counts, then the chain.
"""

from collections.abc import Iterable

from ravs.accounts.models import Account
from ravs.audit.services import Person
from ravs.core.prepared import Prepared, Slot
from ravs.members.models import Level, LevelSnapshot, Membership, MembershipQuerySet
from ravs.members.refusals import NotALeadAdministrator, OrganisationNotOpen
from ravs.organisations.models import Organisation


def lock_organisation(organisation_id: int) -> Organisation:
    """The organisation's row, locked until the transaction ends."""
    organisation = _LOCKED.first(id=organisation_id)
    if organisation is None:
        raise Organisation.DoesNotExist
    return organisation


_LOCKED = Prepared(
    lambda: Organisation.objects.select_for_update(no_key=True).filter(pk=Slot(Organisation, "id"))
)


def lock_organisations(ids: Iterable[int]) -> dict[int, Organisation]:
    """Several organisations' rows, locked in order of key so that no two verbs deadlock."""
    rows = Organisation.objects.select_for_update(no_key=True).filter(pk__in=set(ids))
    return {row.pk: row for row in rows.order_by("pk")}


def lock_membership(membership: Membership) -> Membership:
    """A fresh, locked copy of ``membership`` under its organisation's lock."""
    organisation = lock_organisation(membership.organisation_id)
    row = (
        Membership.objects.select_for_update(no_key=True, of=("self",))
        .select_related("account")
        .get(pk=membership.pk)
    )
    row.organisation = organisation
    return row


def lock_memberships(wanted: MembershipQuerySet) -> list[Membership]:
    """Those of ``wanted`` that are so under their organisations' locks, each locked too, with
    account, organisation and region; in order of key."""
    organisations = lock_organisations(wanted.values_list("organisation", flat=True))
    rows = wanted.filter(organisation__in=organisations)
    return list(
        rows.select_for_update(no_key=True, of=("self",))
        .select_related("account", "organisation__region")
        .order_by("pk")
    )


def require_lead(actor: Account | None, organisation: Organisation) -> None:
    """Refuse an actor who is not an active lead administrator here now.

    The page's door asked before the lock was held; this asks under it. No actor means the
    service itself: a command or the night job. At a closed organisation nobody has any right.
    """
    if actor is None:
        return
    require_not_closed(organisation)
    if not organisation.memberships.active_lead_administrators().filter(account=actor).exists():
        raise NotALeadAdministrator


def require_open(organisation: Organisation) -> None:
    """Refuse what an organisation in its wind-down may not begin."""
    if organisation.status in {Organisation.Status.DEACTIVATED, Organisation.Status.CLOSED}:
        raise OrganisationNotOpen(organisation)


def require_not_closed(organisation: Organisation) -> None:
    """Refuse what needs an organisation that people may still enter."""
    if not organisation.is_open:
        raise OrganisationNotOpen(organisation)


def other_active_leads(membership: Membership) -> int:
    """How many active lead administrators remain without this person."""
    leads = membership.organisation.memberships.active_lead_administrators()
    return leads.exclude(pk=membership.pk).count()


def other_lasting_leads(membership: Membership) -> MembershipQuerySet:
    """The other active lead administrators whose access has no end date."""
    leads: MembershipQuerySet = membership.organisation.memberships.active_lead_administrators()
    return leads.filter(ends_on__isnull=True).exclude(pk=membership.pk)


def end_snapshots(memberships: Iterable[Membership]) -> None:
    """End these people's sessions at their organisation: the next request must be let in anew."""
    LevelSnapshot.objects.filter(membership__in=list(memberships)).delete()


def person(account: Account | None) -> Person | None:
    """An account as history names it."""
    if account is None:
        return None
    return Person(public_id=account.public_id, name=account.full_name, email=account.email)


def is_lead(membership: Membership) -> bool:
    return membership.level == Level.LEAD_ADMINISTRATOR
