"""The ground of the verbs of this room: who may edit here, asked under the lock.

Order of locks: the organisation, then the draft or the vaccination, then its totals, then the
chain of history.
"""

from ravs.accounts.models import Account
from ravs.audit.services import Person
from ravs.members.models import Membership, Status
from ravs.organisations.models import Organisation
from ravs.patients.models import Patient
from ravs.patients.refusals import MayNotRecord


def membership_of(actor: Account, organisation: Organisation) -> Membership:
    """The actor's active membership here. Raises ``MayNotRecord`` when there is none."""
    rows = organisation.memberships.filter(account=actor, status=Status.ACTIVE)
    membership: Membership | None = rows.select_related("account").first()
    if membership is None or not organisation.is_open:
        raise MayNotRecord(organisation)
    return membership


def subject_of(patient: Patient) -> Person:
    """A patient as history names one: by public id alone."""
    return Person(public_id=patient.public_id)
