"""What must be asked of the identity provider, and what came of it.

Rows are the truth: a call is requested in the transaction of the change that needs it, and
``identity_drain`` makes it afterwards.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Max, QuerySet
from django.utils import timezone

from ravs.integrations.identity.port import ActivationState, DirectoryError, directory
from ravs.mail import selectors as mail
from ravs.mail.models import Message
from ravs.members.models import IdentityCall, InactivityNotice, Membership
from ravs.members.tasks import wake

logger = logging.getLogger(__name__)

WELCOMES = frozenset({"welcome_new", "welcome_existing"})


def request(membership: Membership, purpose: str) -> None:
    """Ask for one call, in the transaction of the change that needs it."""
    request_many([membership], purpose)


def request_many(memberships: Sequence[Membership], purpose: str) -> None:
    """Ask for a call for each membership; an older call still waiting is superseded."""
    if not memberships:
        return
    _waiting(memberships).update(state=IdentityCall.State.DROPPED, finished_at=timezone.now())
    IdentityCall.objects.bulk_create(
        IdentityCall(membership=m, purpose=purpose, next_attempt_at=timezone.now())
        for m in memberships
    )
    wake.enqueue()


def drop(membership: Membership) -> None:
    """The invitation has ended: what has not been called need not be."""
    _waiting([membership]).update(state=IdentityCall.State.DROPPED, finished_at=timezone.now())


def _waiting(memberships: Iterable[Membership]) -> QuerySet[IdentityCall]:
    return IdentityCall.objects.filter(
        membership__in=list(memberships), state=IdentityCall.State.WAITING
    )


def latest_calls(memberships: Iterable[Membership]) -> dict[int, IdentityCall]:
    """The latest call of each membership, by membership key. One query."""
    ids = list(memberships)
    newest = (
        IdentityCall.objects.filter(membership__in=ids)
        .order_by()
        .values("membership")
        .annotate(newest=Max("pk"))
        .values("newest")
    )
    calls = IdentityCall.objects.filter(pk__in=newest)
    return {call.membership_id: call for call in calls}


@dataclass(frozen=True)
class Sending:
    """How far the last welcome to somebody came."""

    failed: bool = False
    waits_for_provider: bool = False
    resend_unsupported: bool = False
    letter_failed: bool = False


def sendings(memberships: Sequence[Membership]) -> dict[int, Sending]:
    """How far the last letter of each membership came, by membership key. Three queries, and a
    fourth where somebody was written to about not logging in."""
    calls = latest_calls(memberships)
    letters = mail.latest_about(m.public_id for m in memberships)
    notices = _latest_notices(memberships)
    return {
        m.pk: _sending(calls.get(m.pk), _later(letters.get(m.public_id), notices.get(m.pk)))
        for m in memberships
    }


def _latest_notices(memberships: Sequence[Membership]) -> dict[int, Message]:
    """The last letter about inactivity that named each membership, perhaps among others."""
    rows = InactivityNotice.objects.filter(membership__in=[m.pk for m in memberships])
    newest = dict(rows.order_by("pk").values_list("membership", "letter"))
    letters = {each.public_id: each for each in mail.letters_with(newest.values())}
    return {pk: letters[letter] for pk, letter in newest.items() if letter in letters}


def _later(one: Message | None, other: Message | None) -> Message | None:
    return max((each for each in (one, other) if each), key=lambda each: each.pk, default=None)


def _sending(call: IdentityCall | None, letter: Message | None) -> Sending:
    letter_failed = letter is not None and letter.state == Message.State.FAILED
    is_welcome = letter is not None and letter.kind in WELCOMES
    call_failed = call is not None and call.state == IdentityCall.State.FAILED
    is_waiting = call is not None and call.state == IdentityCall.State.WAITING
    return Sending(
        failed=call_failed or (letter_failed and is_welcome and not is_waiting),
        waits_for_provider=is_waiting and bool(call and call.last_error),
        resend_unsupported=call is not None and call.outcome == "unsupported",
        letter_failed=letter_failed,
    )


def look_up(email: str, *, timeout: float) -> ActivationState:
    """What the provider knows of an address, read only and within ``timeout`` seconds.

    Never raises: no answer is ``UNKNOWN``, and the page then shows both paragraphs. Where the
    service makes no accounts, everybody has one already as far as it can tell.
    """
    provider = directory()
    if not provider.makes_accounts:
        return ActivationState.ACTIVE
    try:
        return provider.status(email=email, timeout=timeout).state
    except DirectoryError as error:
        logger.warning("identity look-up failed: %s", error)
        return ActivationState.UNKNOWN
