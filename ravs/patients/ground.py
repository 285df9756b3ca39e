"""Who may record vaccinations somewhere, and so look patients up there."""

from ravs.accounts.models import Account
from ravs.members.models import Membership, Status
from ravs.members.permissions import Permission, rights
from ravs.organisations.models import Organisation
from ravs.patients.refusals import MayNotRecord


def require_recorder(actor: Account, organisation: Organisation) -> Membership:
    """The actor's active membership, where the permission table lets it record in the
    organisation's state. Raises ``MayNotRecord``."""
    rows = organisation.memberships.filter(account=actor, status=Status.ACTIVE)
    membership: Membership | None = rows.select_related("account").first()
    if membership is None or Permission.RECORD_VACCINATIONS not in rights(
        membership.level, organisation
    ):
        raise MayNotRecord(organisation)
    return membership
