"""Carrying on what was begun for several people: one person, one verb, one transaction.

Each row is settled in the transaction of its verb, so a worker that dies anywhere has done each
person wholly or not at all, and the next one goes on with those who still wait.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from ravs.audit import services as audit
from ravs.audit.events import BulkFinished
from ravs.core import stopping
from ravs.core.wakeups import wake_again
from ravs.members import bulk_tasks, ground
from ravs.members.models import (
    BulkAct,
    BulkOutcome,
    BulkRow,
    BulkVerb,
    Level,
    Membership,
)
from ravs.members.refusals import (
    CannotResend,
    LastLeadAdministrator,
    MemberRefusal,
    NotALeadAdministrator,
    OrganisationNotOpen,
)
from ravs.members.services.change import Standing, change_member
from ravs.members.services.deactivate import deactivate_member
from ravs.members.services.invite import resend_invitation
from ravs.members.services.reactivate import reactivate_member

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
SECONDS_AT_A_TIME = 3.0
"""A worker goes back to its mail after this long, and comes again."""

REFUSED: tuple[tuple[type[MemberRefusal], BulkOutcome], ...] = (
    (LastLeadAdministrator, BulkOutcome.LAST_LEAD),
    (CannotResend, BulkOutcome.NOT_YET),
    (OrganisationNotOpen, BulkOutcome.NOT_OPEN),
    (NotALeadAdministrator, BulkOutcome.NOT_ALLOWED),
    (MemberRefusal, BulkOutcome.MOVED_ON),
)


def drain(limit: int = 50) -> int:
    """Carry on acts for a few seconds, oldest first; returns how many people were settled.

    Always less than ``limit``, so that a sweep goes on to the mail. What is left is left to a
    wake-up, which waits behind what other work came meanwhile.
    """
    until = time.monotonic() + SECONDS_AT_A_TIME
    done = 0
    while time.monotonic() < until and not stopping.requested():
        act = _lease()
        if act is None:
            break
        done += _carry_on(act, until)
    if _waiting().exists():
        wake_again(bulk_tasks.wake_bulk)
    return min(done, limit - 1)


def _waiting() -> QuerySet[BulkAct]:
    """Acts that are not finished and that nobody carries on just now."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=timezone.now())
    return BulkAct.objects.filter(free, finished_at__isnull=True)


def _lease() -> BulkAct | None:
    """Take the oldest act that waits."""
    now = timezone.now()
    can_skip = connection.features.has_select_for_update_skip_locked
    with transaction.atomic():
        act = _waiting().select_for_update(skip_locked=can_skip).order_by("pk").first()
        if act is not None:
            act.lease_until, act.lease_token = now + LEASE, uuid4()
            act.save(update_fields=["lease_until", "lease_token"])
    return act


def _carry_on(act: BulkAct, until: float) -> int:
    """Settle people until all are or the time is over, then give the lease back."""
    act = BulkAct.objects.select_related("organisation", "actor", "undoes").get(pk=act.pk)
    done = 0
    waiting = BulkRow.objects.filter(act=act, outcome="").order_by("pk")
    while time.monotonic() < until and not stopping.requested():
        row = waiting.select_related("membership").first()
        if row is None:
            _finish(act)
            return done
        if not _settle(act, row):
            return done
        done += 1
    BulkAct.objects.filter(pk=act.pk, lease_token=act.lease_token).update(
        lease_until=None, lease_token=None
    )
    return done


def _settle(act: BulkAct, row: BulkRow) -> bool:
    """Do the act to one person and write down what became of it; ``False`` when the lease is
    another worker's now."""
    try:
        with transaction.atomic():
            return _do(act, row)
    except MemberRefusal as refusal:
        outcome = next(found for kind, found in REFUSED if isinstance(refusal, kind))
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("The act %s failed for one person.", act.public_id)
        outcome = BulkOutcome.FAILED
    with transaction.atomic():
        return _write(act, row, outcome)


def _do(act: BulkAct, row: BulkRow) -> bool:
    """The organisation is locked first, as every verb does, then the lease is held fast."""
    membership = ground.lock_membership(row.membership)
    before = Standing.of(membership)
    outcome = UNDO[act.verb](act, membership) if act.undoes else DO[act.verb](act, membership)
    row.level_before, row.vaccinator_before = before.level, before.vaccinator
    return _write(act, row, outcome)


def _write(act: BulkAct, row: BulkRow, outcome: BulkOutcome) -> bool:
    """Settle the row, renewing the lease. Raises nothing when another worker has taken over:
    then the transaction is undone."""
    now = timezone.now()
    held = BulkAct.objects.filter(pk=act.pk, lease_token=act.lease_token)
    if not held.update(lease_until=now + LEASE):
        transaction.set_rollback(True)
        return False
    settled = BulkRow.objects.filter(pk=row.pk, outcome="").update(
        outcome=outcome,
        level_before=row.level_before,
        vaccinator_before=row.vaccinator_before,
        settled_at=now,
    )
    if not settled:
        transaction.set_rollback(True)
    return bool(settled)


@transaction.atomic
def _finish(act: BulkAct) -> None:
    ground.lock_organisation(act.organisation_id)
    held = BulkAct.objects.filter(pk=act.pk, lease_token=act.lease_token, finished_at=None)
    if not held.update(finished_at=timezone.now(), lease_until=None, lease_token=None):
        return
    tally = act.rows.aggregate(
        done=Count("pk", filter=Q(outcome=BulkOutcome.DONE)), people=Count("pk")
    )
    event = BulkFinished(
        verb=act.verb, done=tally["done"], not_done=tally["people"] - tally["done"]
    )
    audit.record(event, actor=ground.person(act.actor), organisation=act.organisation.public_id)


def _is_self(act: BulkAct, membership: Membership) -> bool:
    return membership.account_id == act.actor_id


def _deactivate(act: BulkAct, membership: Membership) -> BulkOutcome:
    if membership.is_deactivated:
        return BulkOutcome.ALREADY
    if _is_self(act, membership):
        return BulkOutcome.YOURSELF
    deactivate_member(actor=act.actor, membership=membership)
    return BulkOutcome.DONE


def _reactivate(act: BulkAct, membership: Membership) -> BulkOutcome:
    if not membership.is_deactivated:
        return BulkOutcome.ALREADY
    reactivate_member(actor=act.actor, membership=membership, how="chosen")
    return BulkOutcome.DONE


def _resend(act: BulkAct, membership: Membership) -> BulkOutcome:
    resend_invitation(actor=act.actor, membership=membership)
    return BulkOutcome.DONE


def _set_level(act: BulkAct, membership: Membership) -> BulkOutcome:
    if membership.level == act.level:
        return BulkOutcome.ALREADY
    if _is_self(act, membership):
        return BulkOutcome.YOURSELF
    wanted = replace(Standing.of(membership), level=Level(act.level))
    change_member(actor=act.actor, membership=membership, standing=wanted)
    return BulkOutcome.DONE


def _set_vaccinator(act: BulkAct, membership: Membership) -> BulkOutcome:
    if membership.vaccinator == act.vaccinator:
        return BulkOutcome.ALREADY
    wanted = replace(Standing.of(membership), vaccinator=bool(act.vaccinator))
    change_member(actor=act.actor, membership=membership, standing=wanted)
    return BulkOutcome.DONE


def _bring_back(act: BulkAct, membership: Membership) -> BulkOutcome:
    """Only whom the act itself deactivated: what anybody decided since stays as it is."""
    if not membership.is_deactivated or _was_since(act, membership, membership.deactivated_at):
        return BulkOutcome.MOVED_ON
    reactivate_member(actor=act.actor, membership=membership, how="undo")
    return BulkOutcome.DONE


def _send_away(act: BulkAct, membership: Membership) -> BulkOutcome:
    if not membership.is_active or _was_since(act, membership, membership.usable_since):
        return BulkOutcome.MOVED_ON
    if _is_self(act, membership):
        return BulkOutcome.YOURSELF
    deactivate_member(actor=act.actor, membership=membership, undo=True)
    return BulkOutcome.DONE


def _was_since(act: BulkAct, membership: Membership, moment: datetime | None) -> bool:
    """Whether a person came to stand as they do after the act that is being undone was done to
    them. The act stamps its row last, in the transaction of its verb."""
    settled = _row_undone(act, membership).settled_at
    return moment is None or settled is None or moment > settled


def _row_undone(act: BulkAct, membership: Membership) -> BulkRow:
    assert act.undoes is not None  # noqa: S101 - only undoings come here
    return act.undoes.rows.get(membership=membership)


def _set_back(act: BulkAct, membership: Membership) -> BulkOutcome:
    """Level or flag as it was, unless somebody has changed it since."""
    assert act.undoes is not None  # noqa: S101 - only undoings come here
    row = _row_undone(act, membership)
    now = Standing.of(membership)
    if act.verb == BulkVerb.LEVEL:
        is_as_left = now.level == act.undoes.level
        wanted = replace(now, level=Level(row.level_before))
    else:
        is_as_left = now.vaccinator == act.undoes.vaccinator
        wanted = replace(now, vaccinator=bool(row.vaccinator_before))
    if not is_as_left:
        return BulkOutcome.MOVED_ON
    change_member(actor=act.actor, membership=membership, standing=wanted, undo=True)
    return BulkOutcome.DONE


Doing = Callable[[BulkAct, Membership], BulkOutcome]

DO: dict[str, Doing] = {
    BulkVerb.DEACTIVATE: _deactivate,
    BulkVerb.REACTIVATE: _reactivate,
    BulkVerb.RESEND: _resend,
    BulkVerb.LEVEL: _set_level,
    BulkVerb.VACCINATOR: _set_vaccinator,
}
UNDO: dict[str, Doing] = {
    BulkVerb.DEACTIVATE: _bring_back,
    BulkVerb.REACTIVATE: _send_away,
    BulkVerb.LEVEL: _set_back,
    BulkVerb.VACCINATOR: _set_back,
}
