"""Who may record vaccinations somewhere, and so look patients up there."""

from ravs.accounts.models import Account
from ravs.core.prepared import Prepared, Slot
from ravs.members.models import Membership, Status
from ravs.members.permissions import Permission, rights
from ravs.organisations.models import Organisation
from ravs.patients.refusals import MayNotRecord

_ACTIVE = Prepared(
    lambda: Membership.objects.select_related("account").filter(
        organisation=Slot(Membership, "organisation"),
        account=Slot(Membership, "account"),
        status=Status.ACTIVE,
    )[:1]
)


def require_recorder(actor: Account, organisation: Organisation) -> Membership:
    """The actor's active membership, where the permission table lets it record in the
    organisation's state. Raises ``MayNotRecord``."""
    membership = _ACTIVE.first(organisation=organisation.pk, account=actor.pk)
    if membership is None or Permission.RECORD_VACCINATIONS not in rights(
        membership.level, organisation
    ):
        raise MayNotRecord(organisation)
    return membership
