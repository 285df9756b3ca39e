"""One act for several people: begun here, carried on by workers, taken back within a day.

What is done to each person is the verb that a single act uses, in a transaction of its own: the
last lead administrator is safe because each verb looks for itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ravs.accounts.models import Account
from ravs.audit import services as audit
from ravs.audit.events import BulkStarted, BulkUndone, Event
from ravs.members import ground
from ravs.members.bulk_tasks import wake_bulk
from ravs.members.models import BulkAct, BulkOutcome, BulkRow, BulkVerb, Level, Membership
from ravs.members.refusals import CannotUndo
from ravs.organisations.models import Organisation

UNDO_FOR = timedelta(hours=24)
INSERTED_AT_ONCE = 2000


@dataclass(frozen=True)
class Wanted:
    """What is to be done to everybody chosen; level and flag only where the verb sets them."""

    verb: BulkVerb
    level: Level | None = None
    vaccinator: bool | None = None


@transaction.atomic
def begin_bulk(
    *, actor: Account, organisation: Organisation, wanted: Wanted, chosen: QuerySet[Membership]
) -> BulkAct:
    """Write down what is to be done to whom; workers do it, person by person.

    Of ``chosen`` only memberships of this organisation are taken.

    Raises:
        NotALeadAdministrator, OrganisationNotOpen (closed; or deactivated, to resend)
    """
    organisation = ground.lock_organisation(organisation.pk)
    ground.require_lead(actor, organisation)
    if wanted.verb == BulkVerb.RESEND:
        ground.require_open(organisation)
    members = chosen.filter(organisation=organisation).values_list("pk", flat=True)
    act = BulkAct.objects.create(
        organisation=organisation,
        actor=actor,
        verb=wanted.verb,
        level=wanted.level or "",
        vaccinator=wanted.vaccinator,
    )
    count = _add_rows(act, members.order_by("sort_key", "pk"))
    _record(BulkStarted(verb=wanted.verb.value, people=count), act)
    wake_bulk.enqueue()
    return act


@transaction.atomic
def undo_bulk(*, actor: Account, act: BulkAct) -> BulkAct:
    """Begin the opposite verbs for everybody whom ``act`` changed. Letters are not unsent.

    Undoing what is being undone already gives the same act again.

    Raises:
        NotALeadAdministrator, OrganisationNotOpen (closed),
        CannotUndo (unfinished, more than a day old, itself an undoing, or nothing to take back)
    """
    ground.require_lead(actor, ground.lock_organisation(act.organisation_id))
    act = BulkAct.objects.select_for_update().select_related("organisation").get(pk=act.pk)
    begun = BulkAct.objects.filter(undoes=act).first()
    if begun is not None:
        return begun
    if not can_undo(act, now=timezone.now()):
        raise CannotUndo
    done = act.rows.filter(outcome=BulkOutcome.DONE)
    undoing = BulkAct.objects.create(
        organisation=act.organisation, actor=actor, verb=act.verb, undoes=act
    )
    count = _add_rows(undoing, done.order_by("pk").values_list("membership", flat=True))
    _record(BulkUndone(verb=act.verb, people=count), undoing)
    wake_bulk.enqueue()
    return undoing


def can_undo(act: BulkAct, *, now: datetime) -> bool:
    """One predicate for the button and the verb."""
    if act.verb == BulkVerb.RESEND or act.undoes_id or act.finished_at is None:
        return False
    is_recent = now - act.finished_at <= UNDO_FOR
    return is_recent and act.rows.filter(outcome=BulkOutcome.DONE).exists()


def _add_rows(act: BulkAct, members: Iterable[int]) -> int:
    rows = [BulkRow(act=act, membership_id=pk) for pk in members]
    BulkRow.objects.bulk_create(rows, batch_size=INSERTED_AT_ONCE)
    return len(rows)


def _record(event: Event, act: BulkAct) -> None:
    audit.record(event, actor=ground.person(act.actor), organisation=act.organisation.public_id)
