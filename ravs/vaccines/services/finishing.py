"""Mark a batch as finished from a day on, and take it back."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from ravs.accounts.models import Account
from ravs.audit import services as audit
from ravs.audit.events import BatchBroughtBack, BatchFinished, vaccine
from ravs.core.dates import london_date
from ravs.members.ground import person
from ravs.vaccines import ground
from ravs.vaccines.models import Batch
from ravs.vaccines.refusals import ChangedMeanwhile, DayNotPossible
from ravs.vaccines.services.stock import state_of


@transaction.atomic
def finish_batch(
    *,
    actor: Account | None,
    batch: Batch,
    last_day: date | None = None,
    seen: str | None = None,
) -> Batch:
    """The batch is given until ``last_day``, today where none is said; no difference, no event.

    Vaccinations given by then can still be recorded with it, also later.

    Raises:
        MayNotManageVaccines, ChangedMeanwhile, DayNotPossible
    """
    batch = ground.lock_batch(actor, batch)
    now = timezone.now()
    last_day = last_day or london_date(now)
    if batch.finished_on == last_day:
        return batch
    if seen is not None and seen != state_of(batch):
        raise ChangedMeanwhile(batch)
    check_last_day(batch, last_day)
    batch.finished_on, batch.finished_at, batch.finished_by = last_day, now, actor
    batch.save(update_fields=["finished_on", "finished_at", "finished_by"])
    audit.record(
        BatchFinished(
            site=batch.item.site.public_id,
            product=vaccine(batch.item.product.code),
            batch=batch.public_id,
            last_day=last_day,
        ),
        actor=person(actor),
        organisation=batch.organisation.public_id,
    )
    return batch


def check_last_day(batch: Batch, last_day: date) -> None:
    """Refuse a day before the batch was added, or after it expires.

    Raises:
        DayNotPossible
    """
    added_on = london_date(batch.added_at)
    if last_day < added_on:
        raise DayNotPossible(f"The date must be {_told(added_on)}, when it was added, or later")
    if last_day > batch.expiry:
        raise DayNotPossible(f"The date must be {_told(batch.expiry)}, its expiry date, or earlier")


@transaction.atomic
def unfinish_batch(*, actor: Account | None, batch: Batch) -> Batch:
    """It can be given again, until it expires. One that is not finished stays as it is.

    Raises:
        MayNotManageVaccines
    """
    batch = ground.lock_batch(actor, batch)
    if batch.finished_on is None:
        return batch
    batch.finished_on = batch.finished_at = batch.finished_by = None
    batch.save(update_fields=["finished_on", "finished_at", "finished_by"])
    audit.record(
        BatchBroughtBack(
            site=batch.item.site.public_id,
            product=vaccine(batch.item.product.code),
            batch=batch.public_id,
            added_again=False,
        ),
        actor=person(actor),
        organisation=batch.organisation.public_id,
    )
    return batch


def _told(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
