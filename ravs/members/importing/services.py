"""The verbs of bulk adding: take a list in, confirm it, leave it, forget what was typed.

Until *confirm* nothing is written but the import and its rows. Locks: the import first, then what
its rows need.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ravs.accounts.models import Account
from ravs.audit import services as audit
from ravs.audit.events import ImportConfirmed
from ravs.core.dates import london_today
from ravs.mail.services import enqueue_many
from ravs.members import ground
from ravs.members.importing import emails
from ravs.members.importing.columns import Table
from ravs.members.importing.judging import ADDED, Shared, fill, judge
from ravs.members.importing.selectors import count_leads
from ravs.members.importing.tasks import wake
from ravs.members.models import Import, ImportRow, RowOutcome, RowVerdict
from ravs.members.refusals import MemberRefusal
from ravs.organisations.models import Organisation

AT_ONCE = 500
"""Up to so many rows are checked while the person waits for the page; more are by the worker."""

FORGET_AT_ONCE = 1000
FORGOTTEN = {
    "typed": {},
    "problems": [],
    "suggestion": "",
    "email": "",
    "first_name": "",
    "last_name": "",
    "reason": "",
}


class NothingToAdd(MemberRefusal):
    """No row of the list can be carried out."""

    message = "There is nobody in the list who can be added."


class NotCheckedYet(MemberRefusal):
    message = "The list is still being checked. Wait until that is done."


class ImportOver(MemberRefusal):
    """The list was cancelled, or what was typed in it has been removed."""

    message = "This list can no longer be used. Add it again."


@dataclass(frozen=True)
class List:
    """What somebody gave: a file's name, its people, and the answers for those without."""

    name: str
    table: Table
    shared: Shared


@transaction.atomic
def take_in(*, actor: Account, organisation: Organisation, given: List) -> Import:
    """Keep a list and begin its dry run; a short one is checked when this returns.

    Raises:
        NotALeadAdministrator, OrganisationNotOpen
    """
    ground.require_open(organisation)
    ground.require_lead(actor, organisation)
    is_short = len(given.table.people) <= AT_ONCE
    job = Import.objects.create(
        organisation=organisation,
        actor=actor,
        state=Import.State.CHECKED if is_short else Import.State.CHECKING,
        name=given.name[:200],
        total=len(given.table.people),
        reading={
            "fields": list(given.table.fields),
            "ignored": [heading[:100] for heading in given.table.ignored],
            "notes": list(given.table.notes),
            "shared": given.shared.kept(),
        },
    )
    rows = [ImportRow(job=job, line=line, typed=typed) for line, typed in given.table.people]
    if is_short:
        check_rows(job, rows, {})
    else:
        wake.enqueue()
    ImportRow.objects.bulk_create(rows, batch_size=AT_ONCE)
    return job


def check_rows(job: Import, rows: Iterable[ImportRow], earlier: dict[str, int]) -> None:
    """Give rows of one list their values and verdicts; does not save."""
    rows, today = list(rows), london_today()
    shared = Shared.of(job.reading.get("shared", {}))
    for row in rows:
        fill(row, shared, today)
    judge(rows, job.organisation, earlier)


@transaction.atomic
def confirm(*, actor: Account, job: Import) -> Import:
    """Begin to add the people of a checked list, and tell the other lead administrators.

    Confirming it again changes nothing.

    Raises:
        NotALeadAdministrator, OrganisationNotOpen, NothingToAdd, NotCheckedYet, ImportOver
    """
    job = Import.objects.select_for_update().get(pk=job.pk)
    organisation = ground.lock_organisation(job.organisation_id)
    ground.require_open(organisation)
    ground.require_lead(actor, organisation)
    if job.state in {Import.State.RUNNING, Import.State.FINISHED}:
        return job
    _require_checked(job)
    now = timezone.now()
    added = job.rows.filter(verdict__in=ADDED).count()
    if not added:
        raise NothingToAdd
    _leave_out(job, now)
    job.state, job.confirmed_at, job.actor = Import.State.RUNNING, now, actor
    job.lease_until = job.lease_token = None
    job.save()
    audit.record(
        ImportConfirmed(rows=job.total, to_add=added),
        actor=ground.person(actor),
        organisation=organisation.public_id,
    )
    enqueue_many(_letters(job, organisation, added))
    wake.enqueue()
    return job


@transaction.atomic
def cancel(*, actor: Account, job: Import) -> Import:
    """Leave a list that was not confirmed; what was typed in it is emptied at once.

    Raises:
        NotALeadAdministrator, OrganisationNotOpen (closed), ImportOver (it was confirmed)
    """
    job = Import.objects.select_for_update().get(pk=job.pk)
    ground.require_lead(actor, job.organisation)
    if job.state == Import.State.CANCELLED:
        return job
    if job.state in {Import.State.RUNNING, Import.State.FINISHED}:
        raise ImportOver
    job.state, job.finished_at = Import.State.CANCELLED, timezone.now()
    _forget([job], timezone.now())
    job.save(update_fields=["state", "finished_at", "forgotten_at"])
    return job


def forget_old(now: datetime) -> int:
    """Empty what was typed in lists of long ago; says how many lists that were.

    Receipts stay, with the people who were added. A list that nobody confirmed is cancelled.
    """
    before = now - timedelta(days=settings.IMPORT_KEPT_DAYS)
    old = Import.objects.filter(created_at__lt=before, forgotten_at__isnull=True)
    forgotten = 0
    while True:
        with transaction.atomic():
            jobs = list(
                old.exclude(state=Import.State.RUNNING)
                .select_for_update(skip_locked=True)
                .order_by("pk")[:FORGET_AT_ONCE]
            )
            waiting = [j for j in jobs if j.state != Import.State.FINISHED]
            for job in waiting:
                job.state, job.finished_at = Import.State.CANCELLED, now
            _forget(jobs, now)
            Import.objects.bulk_update(jobs, ["state", "finished_at", "forgotten_at"])
        forgotten += len(jobs)
        if len(jobs) < FORGET_AT_ONCE:
            return forgotten


def _require_checked(job: Import) -> None:
    if job.state == Import.State.CHECKING:
        raise NotCheckedYet
    if job.state == Import.State.CANCELLED or job.forgotten_at:
        raise ImportOver


def _leave_out(job: Import, now: datetime) -> None:
    """The rows that will not be carried out are settled at once."""
    others = job.rows.exclude(verdict__in=ADDED)
    here = others.filter(verdict=RowVerdict.ALREADY_HERE)
    here.update(outcome=RowOutcome.ALREADY_HERE, settled_at=now)
    others.filter(outcome="").update(outcome=RowOutcome.LEFT_OUT, settled_at=now)


def _letters(job: Import, organisation: Organisation, added: int) -> list[emails.Letter]:
    """To everybody else who manages users here: an act on many people is never a quiet one."""
    leads = organisation.memberships.active_lead_administrators().select_related("account")
    lead_rows = count_leads(job)
    return [
        emails.confirmed(job, organisation, to=lead.account, people=added, leads=lead_rows)
        for lead in leads.exclude(account=job.actor).order_by("pk")
    ]


def _forget(jobs: list[Import], now: datetime) -> None:
    ImportRow.objects.filter(job__in=jobs).update(**FORGOTTEN)
    for job in jobs:
        job.forgotten_at = now
