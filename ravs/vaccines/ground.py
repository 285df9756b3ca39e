"""The ground every verb of stock stands on: the organisation's lock, and the actor's right."""

from ravs.accounts.models import Account
from ravs.members import ground
from ravs.members.models import Status
from ravs.members.permissions import Permission, rights
from ravs.organisations.models import Organisation, Site
from ravs.vaccines.models import Batch
from ravs.vaccines.refusals import MayNotManageVaccines, SiteNotOurs


def lock(actor: Account | None, organisation_id: int) -> Organisation:
    """The organisation's row, locked, once it is sure that ``actor`` may manage vaccines there.

    The page's door asked before the lock was held; this asks under it. No actor means the
    service itself, a command for instance.
    """
    organisation = ground.lock_organisation(organisation_id)
    if actor is not None and not _may_manage(actor, organisation):
        raise MayNotManageVaccines
    return organisation


def lock_sites(organisation: Organisation, sites: list[Site]) -> list[Site]:
    """Fresh rows of these sites of the organisation, locked in order of their keys."""
    keys = {site.pk for site in sites}
    rows = organisation.sites.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    found = list(rows)
    if len(found) != len(keys):
        raise SiteNotOurs(organisation)
    return found


def lock_batch(actor: Account | None, batch: Batch) -> Batch:
    """A fresh, locked copy of ``batch`` under its organisation's lock, with its product."""
    organisation = lock(actor, batch.organisation_id)
    rows = Batch.objects.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("item__site", "item__product").get(pk=batch.pk)
    row.organisation = organisation
    return row


def _may_manage(actor: Account, organisation: Organisation) -> bool:
    membership = organisation.memberships.filter(account=actor, status=Status.ACTIVE).first()
    if membership is None:
        return False
    return Permission.MANAGE_VACCINES in rights(membership.level, organisation)
