"""The record that a verb changes, locked, with everything about it that the verb asks."""

from ravs.accounts.models import Account
from ravs.members import ground as members
from ravs.members.models import Membership
from ravs.vaccinations import ground
from ravs.vaccinations.models import Vaccination
from ravs.vaccinations.records.refusals import ChangedMeanwhile, RecordDeleted
from ravs.vaccinations.records.selectors import with_everything


def lock_vaccination(
    *, actor: Account, vaccination: Vaccination, shown_version: int
) -> tuple[Vaccination, Membership]:
    """A fresh, locked copy under the organisation's lock, and the actor's membership.

    An organisation that is deactivated still edits, until it closes.

    Raises:
        MayNotRecord, RecordDeleted, ChangedMeanwhile (it is not what the actor saw)
    """
    organisation = members.lock_organisation(vaccination.organisation_id)
    me = ground.membership_of(actor, organisation)
    rows = Vaccination.objects.select_for_update(no_key=True, of=("self",))
    row = with_everything(rows).get(pk=vaccination.pk)
    row.organisation = organisation
    if row.is_deleted:
        raise RecordDeleted
    if row.version != shown_version:
        raise ChangedMeanwhile(row, shown_version)
    return row, me
