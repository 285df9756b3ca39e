"""Carrying lists on: checking them, and after *confirm* adding their people, row by row.

A list is taken by lease, so that one worker has it at a time, and any worker takes over a lease
that has run out. Each row is one transaction, in which the verb and the row's outcome are written
or neither is: killed anywhere, nothing is lost and nobody is added twice. What a worker does first
in that transaction is to see, under the list's lock, whether its lease still stands.
"""

import logging
import time
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from ravs.accounts.normalise import email_key
from ravs.audit import services as audit
from ravs.audit.events import ImportFinished
from ravs.core import stopping
from ravs.core.wakeups import wake_again
from ravs.members import ground
from ravs.members.importing.services import check_rows
from ravs.members.importing.tasks import wake
from ravs.members.models import Import, ImportRow, Level, Membership, RowOutcome
from ravs.members.refusals import (
    AlreadyMember,
    MemberRefusal,
    NotALeadAdministrator,
    OrganisationNotOpen,
)
from ravs.members.services import invite_member
from ravs.members.services.details import Details

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
SECONDS = 3.0
"""How long one call works at most: the worker that carries lists on sends the mail besides."""

ROWS = 500
"""Rows that are checked in one transaction."""

Waiting = Q(state__in=[Import.State.CHECKING, Import.State.RUNNING])
STOPS = {
    NotALeadAdministrator: (
        Import.Stop.NOT_LEAD,
        "The person who confirmed the list is no longer a lead administrator here",
    ),
    OrganisationNotOpen: (
        Import.Stop.NOT_OPEN,
        "The organisation was deactivated before this person was added",
    ),
}
FAULT = "Something went wrong. Add this person on their own"


def drain(limit: int = 50) -> int:
    """Carry one list on for a moment; always says less than ``limit``, so that a sweep goes on
    to the mail. What is left is left to a wake-up."""
    done = _work(limit - 1)
    _wake_for_the_rest()
    return done


def carry_on() -> None:
    """The wake-up's share: as many rows as the seconds allow."""
    _work(10 * ROWS)
    _wake_for_the_rest()


def _wake_for_the_rest() -> None:
    """One wake-up waits in the queue while lists wait, behind what other work came meanwhile."""
    if _due().exists():
        wake_again(wake)


def _due() -> QuerySet[Import]:
    now = timezone.now()
    return Import.objects.filter(Waiting).filter(
        Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    )


def _work(most: int) -> int:
    """Take the list that has waited longest and carry it on; how many rows that were."""
    end, done = time.monotonic() + SECONDS, 0
    job = _lease()
    if job is None:
        return 0
    while done < most and time.monotonic() < end and not stopping.requested():
        step = _check if job.state == Import.State.CHECKING else _add_next
        taken = step(job)
        done += taken
        if not taken:
            break
    _release(job)
    return min(done, most)


def _lease() -> Import | None:
    """Take a list for half a minute."""
    token = uuid4()
    with transaction.atomic():
        job = (
            _due()
            .select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
            .order_by(F("lease_until").asc(nulls_first=True), "pk")
            .first()
        )
        if job is None:
            return None
        Import.objects.filter(pk=job.pk).update(
            lease_until=timezone.now() + LEASE, lease_token=token
        )
    return Import.objects.select_related("organisation", "actor").get(pk=job.pk)


def _release(job: Import) -> None:
    """Give the list back, behind all others that wait."""
    held = Import.objects.filter(pk=job.pk, lease_token=job.lease_token)
    held.update(lease_token=None, lease_until=timezone.now())


def _still_mine(pk: int, token: UUID | None, state: str) -> bool:
    """Whether this worker's lease stands, under the list's lock; if so it is renewed."""
    held = Import.objects.select_for_update().filter(pk=pk, lease_token=token, state=state)
    if not held.exists():
        return False
    Import.objects.filter(pk=pk).update(lease_until=timezone.now() + LEASE)
    return True


@transaction.atomic
def _check(job: Import) -> int:
    """Check some rows that have no verdict yet, or call the list checked."""
    if not _still_mine(job.pk, job.lease_token, job.state):
        return 0
    rows = list(job.rows.filter(verdict="").order_by("line")[:ROWS])
    if not rows:
        Import.objects.filter(pk=job.pk).update(state=Import.State.CHECKED)
        return 0
    before = job.rows.filter(line__lt=rows[0].line).exclude(email="")
    counted = before.exclude(verdict__in=["invalid", "duplicate"]).order_by("-line")
    earlier = {email_key(email): line for line, email in counted.values_list("line", "email")}
    check_rows(job, rows, earlier)
    ImportRow.objects.bulk_create(  # which updates ten times as fast as ``bulk_update`` does
        rows, update_conflicts=True, unique_fields=["id"], update_fields=CHECKED_FIELDS
    )
    return len(rows)


CHECKED_FIELDS = [
    "email",
    "first_name",
    "last_name",
    "level",
    "vaccinator",
    "clinician",
    "starts_on",
    "ends_on",
    "verdict",
    "problems",
    "suggestion",
    "membership",
]


@transaction.atomic
def _add_next(job: Import) -> int:
    """Carry out the next row, or finish the list."""
    if not _still_mine(job.pk, job.lease_token, job.state):
        return 0
    row = job.rows.filter(outcome="").order_by("line").first()
    if row is None:
        _finish(job)
        return 0
    try:
        _add(job, row)
    except (NotALeadAdministrator, OrganisationNotOpen) as refusal:
        _stop(job, refusal)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("Row %s of a list could not be carried out.", row.pk)
        _settle(row, RowOutcome.REFUSED, reason=FAULT)
    return 1


def _add(job: Import, row: ImportRow) -> None:
    """Run the one verb, and write down what it did or why it did nothing."""
    try:
        membership = invite_member(
            actor=job.actor, organisation=job.organisation, details=_details(row)
        )
    except (NotALeadAdministrator, OrganisationNotOpen):
        raise
    except AlreadyMember as refusal:
        _settle(row, RowOutcome.ALREADY_HERE, refusal.membership)
    except MemberRefusal as refusal:
        _settle(row, RowOutcome.REFUSED, reason=str(refusal))
    else:
        is_new = membership.is_invited
        _settle(row, RowOutcome.INVITED if is_new else RowOutcome.REACTIVATED, membership)


def _details(row: ImportRow) -> Details:
    return Details(
        email=row.email,
        first_name=row.first_name,
        last_name=row.last_name,
        level=Level(row.level),
        vaccinator=bool(row.vaccinator),
        clinician=row.clinician,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
    )


def _settle(
    row: ImportRow, outcome: str, membership: Membership | None = None, *, reason: str = ""
) -> None:
    row.outcome, row.reason, row.settled_at = outcome, reason[:300], timezone.now()
    row.membership = membership
    row.save(update_fields=["outcome", "reason", "settled_at", "membership"])


def _stop(job: Import, refusal: MemberRefusal) -> None:
    """Nobody else of the list can be added: every row that waits is told why."""
    stop, reason = next(why for kind, why in STOPS.items() if isinstance(refusal, kind))
    job.rows.filter(outcome="").update(
        outcome=RowOutcome.REFUSED, reason=reason, settled_at=timezone.now()
    )
    Import.objects.filter(pk=job.pk).update(stopped=stop)


def _finish(job: Import) -> None:
    outcomes = list(job.rows.values_list("outcome", flat=True))
    invited = outcomes.count(RowOutcome.INVITED)
    reactivated = outcomes.count(RowOutcome.REACTIVATED)
    Import.objects.filter(pk=job.pk).update(state=Import.State.FINISHED, finished_at=timezone.now())
    audit.record(
        ImportFinished(
            invited=invited,
            reactivated=reactivated,
            not_added=len(outcomes) - invited - reactivated,
        ),
        actor=ground.person(job.actor),
        organisation=job.organisation.public_id,
    )
