"""Deleting a record: it leaves the lists and the totals, and is kept for audit."""

from django.db import transaction
from django.utils import timezone

from ravs.accounts.models import Account
from ravs.audit import services as audit
from ravs.audit.events import VaccinationDeleted
from ravs.members import ground as members
from ravs.vaccinations import ground, totals
from ravs.vaccinations.models import Vaccination
from ravs.vaccinations.records.refusals import ReasonMissing
from ravs.vaccinations.records.services.locking import lock_vaccination
from ravs.vaccinations.records.versions import keep_version

FIELDS = ["deleted_at", "deleted_by", "deletion_reason"]


@transaction.atomic
def delete_vaccination(
    *, actor: Account, vaccination: Vaccination, shown_version: int, reason: str
) -> Vaccination:
    """Delete a record for ``reason``. It cannot be restored; what it said stays readable.

    Raises:
        MayNotRecord, RecordDeleted, ChangedMeanwhile, ReasonMissing
    """
    row, _ = lock_vaccination(actor=actor, vaccination=vaccination, shown_version=shown_version)
    if not reason.strip():
        raise ReasonMissing
    keep_version(vaccination=row, changed=FIELDS, actor=actor, reason=reason)
    row.deleted_at, row.deleted_by, row.deletion_reason = timezone.now(), actor, reason
    row.version += 1
    row.save(update_fields=[*FIELDS, "version"])
    totals.count_out(row)
    audit.record(
        VaccinationDeleted(vaccination=row.public_id),
        actor=members.person(actor),
        subject=ground.subject_of(row.patient),
        organisation=row.organisation.public_id,
    )
    return row
