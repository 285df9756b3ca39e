"""Opening a record: every opening of a patient's details stands in the history."""

from django.db import transaction

from ravs.accounts.models import Account
from ravs.audit import services as audit
from ravs.audit.events import VaccinationViewed
from ravs.members import ground as members
from ravs.vaccinations import ground
from ravs.vaccinations.models import Vaccination


@transaction.atomic
def open_vaccination(*, actor: Account, vaccination: Vaccination) -> None:
    """Write down that somebody sees this record now."""
    audit.record(
        VaccinationViewed(vaccination=vaccination.public_id),
        actor=members.person(actor),
        subject=ground.subject_of(vaccination.patient),
        organisation=vaccination.organisation.public_id,
    )
