"""Making the calls to the identity provider: leased rows, drained by any worker.

The welcome letter waits for the provider's answer, because the answer chooses the letter: E1 for
an account that still has to be activated, E2 for one that works already. No call is ever made
inside a transaction.
"""

import logging
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from ravs.accounts.models import Account, IdentityState
from ravs.audit import services as audit
from ravs.audit.events import Event, IdentityCallFailed, IdentityPrepared
from ravs.integrations.identity.port import (
    DirectoryError,
    Ensured,
    Found,
    IdentityDirectory,
    Resent,
    directory,
)
from ravs.mail.services import enqueue
from ravs.members import emails, ground
from ravs.members.models import IdentityCall, Membership

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
FIRST_WAIT = timedelta(seconds=10)
REST = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=7)


def drain(limit: int = 100) -> int:
    """Make up to ``limit`` calls that are due; returns how many were made.

    Ends at the first that gets no answer, and lets the others wait a little too: the worker that
    makes them sends the mail besides, and must not spend its day waiting for a silent provider.
    """
    made = 0
    provider = directory()
    while made < limit and (call := _lease()):
        made += 1
        silence = _attempt(call, provider)
        if silence is not None:
            _let_others_wait(silence)
            break
    return made


def _lease() -> IdentityCall | None:
    """Take one due call for two minutes; a lease that ran out may be taken by anybody."""
    now, token = timezone.now(), uuid4()
    due = IdentityCall.objects.filter(
        Q(lease_until__isnull=True) | Q(lease_until__lt=now),
        state=IdentityCall.State.WAITING,
        next_attempt_at__lte=now,
    )
    with transaction.atomic():
        call = due.select_for_update(skip_locked=_can_skip()).order_by("next_attempt_at").first()
        if call is None:
            return None
        IdentityCall.objects.filter(pk=call.pk).update(
            lease_until=now + LEASE, lease_token=token, attempts=call.attempts + 1
        )
    return IdentityCall.objects.select_related("membership__account").get(pk=call.pk)


def _can_skip() -> bool:
    """SQLite runs one transaction at a time and knows no row locks to skip."""
    return connection.features.has_select_for_update_skip_locked


def _attempt(call: IdentityCall, provider: IdentityDirectory) -> DirectoryError | None:
    """Make one call; returns the error when the next call would hardly fare better just now."""
    account = call.membership.account
    try:
        ensured, resent = prepare(provider, account)
    except DirectoryError as error:
        _postpone(call, error)
        return None if error.permanent else error
    _finish(call, ensured, resent)
    return None


@transaction.atomic
def _let_others_wait(silence: DirectoryError) -> None:
    until = timezone.now() + max(REST, timedelta(seconds=silence.retry_after or 0))
    others = IdentityCall.objects.filter(
        state=IdentityCall.State.WAITING, lease_until__isnull=True, next_attempt_at__lt=until
    )
    held = others.select_for_update(skip_locked=_can_skip()).order_by("pk")
    pks = list(held.values_list("pk", flat=True))
    IdentityCall.objects.filter(pk__in=pks).update(next_attempt_at=until)


def prepare(provider: IdentityDirectory, account: Account) -> tuple[Ensured, Resent | None]:
    """Make sure the person has an account; renew an activation that is still awaited.

    An account made by this very call has just had its activation mailed; one that was made
    before, by us or by others, gets a fresh one.

    Returns the provider's answer, and what became of the renewal when there was one.
    """
    found = provider.ensure_account(
        email=account.email,
        first_name=account.first_name,
        last_name=account.last_name,
        external_id=account.public_id,
    )
    awaits = found.found == Found.PENDING or _was_made_before(account, found)
    if awaits and not found.just_sent:
        resent = provider.resend_activation(email=account.email, external_id=account.public_id)
        return (_renewed(provider, account, found) if resent == Resent.SENT else found), resent
    return found, None


def _was_made_before(account: Account, found: Ensured) -> bool:
    """Whether an account of ours is older than this call: by what we wrote down, or, where a
    worker died before it could, by a link that has run out already."""
    expires = found.activation_expires_at
    has_run_out = expires is not None and expires <= timezone.now()
    return found.found == Found.NEW and (
        account.identity_state == IdentityState.PENDING or has_run_out
    )


def _renewed(provider: IdentityDirectory, account: Account, found: Ensured) -> Ensured:
    """The answer with the new link's end. Asking again must not cause a second letter, so a
    provider that fails just now leaves the old end standing."""
    try:
        status = provider.status(email=account.email)
    except DirectoryError:
        return found
    return replace(found, activation_expires_at=status.activation_expires_at)


def _finish(call: IdentityCall, ensured: Ensured, resent: Resent | None) -> None:
    """Save the answer and enqueue the letter it chooses, if the invitation still stands."""
    with transaction.atomic():
        membership = ground.lock_membership(call.membership)
        mine = _still_mine(call)
        if not mine:
            return
        account = Account.objects.select_for_update(no_key=True).get(pk=membership.account_id)
        found = _meaning(account, call, ensured, resent)
        account.identity_state = (
            IdentityState.ACTIVE if found == Found.EXISTING else IdentityState.PENDING
        )
        account.activation_expires_at = ensured.activation_expires_at
        account.save(update_fields=["identity_state", "activation_expires_at"])
        _end(call, IdentityCall.State.DONE, outcome=_outcome(found, resent))
        if membership.is_invited:
            enqueue(emails.welcome(membership, needs_activation=found != Found.EXISTING))
        _record(IdentityPrepared(found=found.value), membership)


def _meaning(
    account: Account, call: IdentityCall, ensured: Ensured, resent: Resent | None
) -> Found:
    """Whose account it is. Where the provider does not tell who has activated one of ours, a
    person who has signed in has; and so has one who signed in while the answer was on its way."""
    last = account.last_login_at
    is_untold = ensured.found == Found.NEW and ensured.activation_expires_at is None
    came_meanwhile = last is not None and last >= call.created_at
    if resent == Resent.NOT_NEEDED or came_meanwhile or (is_untold and last):
        return Found.EXISTING
    return ensured.found


def _outcome(found: Found, resent: Resent | None) -> str:
    is_unsupported = resent == Resent.UNSUPPORTED and found != Found.EXISTING
    return "unsupported" if is_unsupported else str(found)


def _postpone(call: IdentityCall, error: DirectoryError) -> None:
    """Try again later with growing waits; give up when the operator must act, or after a week."""
    now = timezone.now()
    logger.warning("identity call %s failed: %s", call.pk, error)
    with transaction.atomic():
        membership = ground.lock_membership(call.membership)
        if not _still_mine(call):
            return
        if error.permanent or now - call.created_at > GIVE_UP_AFTER:
            _end(call, IdentityCall.State.FAILED, outcome="", error=str(error))
            event = IdentityCallFailed(
                purpose=call.purpose, permanent=error.permanent, attempts=call.attempts
            )
            _record(event, membership)
            return
        grown = min(FIRST_WAIT * 2 ** min(call.attempts, 16), LONGEST_WAIT)
        wait = max(grown, timedelta(seconds=error.retry_after or 0))
        IdentityCall.objects.filter(pk=call.pk).update(
            lease_until=None,
            lease_token=None,
            next_attempt_at=now + wait,
            last_error=str(error)[:300],
        )


def _still_mine(call: IdentityCall) -> bool:
    """Whether this worker's lease was neither taken over nor dropped meanwhile."""
    rows = IdentityCall.objects.select_for_update().filter(
        pk=call.pk, state=IdentityCall.State.WAITING, lease_token=call.lease_token
    )
    return rows.exists()


def _end(call: IdentityCall, state: str, *, outcome: str, error: str = "") -> None:
    IdentityCall.objects.filter(pk=call.pk).update(
        state=state,
        outcome=outcome,
        last_error=error[:300],
        finished_at=timezone.now(),
        lease_until=None,
        lease_token=None,
    )


def _record(event: Event, membership: Membership) -> None:
    audit.record(
        event,
        subject=ground.person(membership.account),
        organisation=membership.organisation.public_id,
    )
