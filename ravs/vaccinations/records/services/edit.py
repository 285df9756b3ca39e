"""Editing a record: what it said before stays readable."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from ravs.accounts.models import Account
from ravs.audit import services as audit
from ravs.audit.events import VaccinationChanged
from ravs.members import ground as members
from ravs.members.models import Membership
from ravs.vaccinations import ground, totals
from ravs.vaccinations.models import Vaccination
from ravs.vaccinations.recording.step import Answer
from ravs.vaccinations.records.answering import answer, still_to_answer
from ravs.vaccinations.records.columns import changes_of, columns_of
from ravs.vaccinations.records.reading import Reading
from ravs.vaccinations.records.refusals import NotPossible
from ravs.vaccinations.records.services.locking import lock_vaccination
from ravs.vaccinations.records.versions import keep_version

COUNTED = {"site", "given_on"}
"""What decides where a vaccination counts. Its type never changes."""


@transaction.atomic
def edit_vaccination(
    *,
    actor: Account,
    vaccination: Vaccination,
    changes: Mapping[str, Answer],
    shown_version: int,
    reason: str = "",
) -> Vaccination:
    """Replace the answers of ``changes``, by slug of the question as typed into its form.

    They are read anew under the organisation's lock, so what is saved is true when it is saved.
    Answers that say what the record says make no new version and no event.

    Raises:
        MayNotRecord, RecordDeleted, NotEditable, NotPossible (an answer does not hold, or another
        question has to be answered with it), ChangedMeanwhile (it is not the version shown)
    """
    row, me = lock_vaccination(actor=actor, vaccination=vaccination, shown_version=shown_version)
    reading = _read(row, me, changes)
    columns = columns_of(reading)
    changed = changes_of(row, columns)
    if not changed:
        return row
    keep_version(vaccination=row, changed=changed, actor=actor, reason=reason)
    moves = bool(COUNTED & set(changed))
    if moves:
        totals.count_out(row)
    for name in changed:
        setattr(row, name, columns[name])
    row.version += 1
    row.edited_at = timezone.now()
    row.save(update_fields=[*changed, "version", "edited_at"])
    if moves:
        totals.count_in(row)
    audit.record(
        VaccinationChanged(vaccination=row.public_id, version=row.version),
        actor=members.person(actor),
        subject=ground.subject_of(row.patient),
        organisation=row.organisation.public_id,
    )
    return row


def _read(row: Vaccination, me: Membership, changes: Mapping[str, Answer]) -> Reading:
    reading = Reading(row, me=me)
    answer(reading, changes)
    missing = still_to_answer(reading, changes)
    if missing:
        raise NotPossible(missing)
    return reading
