"""Close a site, and reopen it. A closed site is offered nowhere; its batches stay readable."""

from django.db import transaction

from ravs.accounts.models import Account
from ravs.audit import services as audit
from ravs.audit.events import SiteClosed, SiteReopened
from ravs.members.ground import person
from ravs.organisations.models import Site
from ravs.vaccines import ground


@transaction.atomic
def close_site(*, actor: Account | None, site: Site) -> Site:
    """Nothing is recorded or added there any more. One that is closed stays as it is.

    Raises:
        MayNotManageVaccines
    """
    return _set(actor, site, Site.Status.CLOSED, SiteClosed(site=site.public_id))


@transaction.atomic
def reopen_site(*, actor: Account | None, site: Site) -> Site:
    """It is offered again, with the batches it has. One that is open stays as it is.

    Raises:
        MayNotManageVaccines
    """
    return _set(actor, site, Site.Status.OPEN, SiteReopened(site=site.public_id))


def _set(
    actor: Account | None, site: Site, status: Site.Status, event: SiteClosed | SiteReopened
) -> Site:
    organisation = ground.lock(actor, site.organisation_id)
    site = ground.lock_sites(organisation, [site])[0]
    if site.status == status:
        return site
    site.status = status
    site.save(update_fields=["status"])
    audit.record(event, actor=person(actor), organisation=organisation.public_id)
    return site
