"""Taking a list of people out of the service, which the history remembers."""

from django.db import transaction
from django.db.models import QuerySet

from ravs.accounts.models import Account
from ravs.audit import services as audit
from ravs.audit.events import UsersExported
from ravs.members import ground
from ravs.members.models import Membership
from ravs.organisations.models import Organisation


@transaction.atomic
def export_people(
    *, actor: Account, organisation: Organisation, people: QuerySet[Membership]
) -> list[Membership]:
    """The memberships among ``people`` that are this organisation's, read whole.

    Raises:
        NotALeadAdministrator
    """
    organisation = ground.lock_organisation(organisation.pk)
    ground.require_lead(actor, organisation)
    rows = list(
        people.filter(organisation=organisation).select_related("account", "deactivated_by")
    )
    audit.record(
        UsersExported(people=len(rows)),
        actor=ground.person(actor),
        organisation=organisation.public_id,
    )
    return rows
