"""Why somebody cannot log in, and the one right next step: our state and the provider's, crossed.

One table for every pair. Nothing here asks anybody or changes anything: an account that somebody
at the provider suspended, locked or deactivated is theirs to give back, and never ours.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.conf import settings

from ravs.integrations.identity.port import Condition
from ravs.members.entry.rules import Closed, why_closed
from ravs.members.models import Membership


class Here(StrEnum):
    """How somebody stands at this organisation, as far as logging in goes."""

    INVITED = "invited"
    ACTIVE = "active"
    NOT_STARTED = "not-started"
    OVER = "over"
    """Their last day is past, and the night job has not come yet."""

    DEACTIVATED = "deactivated"
    LAPSED = "lapsed"
    ENDED = "ended"
    INVITATION_LAPSED = "invitation-lapsed"
    INVITATION_CANCELLED = "invitation-cancelled"
    ORGANISATION_DEACTIVATED = "organisation-deactivated"
    ORGANISATION_CLOSED = "organisation-closed"


class Step(StrEnum):
    """What to do next; whoever reads it is a lead administrator."""

    NOTHING = "nothing"
    LOG_IN = "log-in"
    TRY = "try"
    """Nothing is wrong with us, and the provider says nothing."""

    ACTIVATE = "activate"
    RESEND = "resend"
    RESEND_LATER = "resend-later"
    INVITE_ANEW = "invite-anew"
    WAIT = "wait"
    REACTIVATE = "reactivate"
    ADD_AGAIN = "add-again"
    RESET = "reset"
    UNLOCK = "unlock"
    CHANGE_DATES = "change-dates"
    HELP = "help"
    HELP_THEN_RESEND = "help-then-resend"
    HELP_THEN_REACTIVATE = "help-then-reactivate"
    HELP_THEN_ADD = "help-then-add"
    SUPPORT = "support"


_COLUMNS = (Here.INVITED, Here.ACTIVE, Here.NOT_STARTED, Here.DEACTIVATED,
            Here.INVITATION_LAPSED, Here.INVITATION_CANCELLED)  # fmt: skip
_LIKE = {Here.OVER: Here.NOT_STARTED, Here.LAPSED: Here.DEACTIVATED, Here.ENDED: Here.DEACTIVATED}
_S = Step
_TABLE: dict[Condition, tuple[Step, ...]] = {
    # invited, active, not started (or over), deactivated (or lapsed, ended), invitation lapsed,
    # invitation cancelled
    Condition.MISSING:          (_S.RESEND, _S.HELP, _S.CHANGE_DATES, _S.HELP_THEN_REACTIVATE,
                                 _S.RESEND, _S.ADD_AGAIN),
    Condition.WAITING:          (_S.RESEND, _S.HELP, _S.CHANGE_DATES, _S.HELP_THEN_REACTIVATE,
                                 _S.RESEND, _S.ADD_AGAIN),
    Condition.PENDING:          (_S.ACTIVATE, _S.HELP, _S.CHANGE_DATES, _S.HELP_THEN_REACTIVATE,
                                 _S.RESEND, _S.ADD_AGAIN),
    Condition.WORKING:          (_S.LOG_IN, _S.NOTHING, _S.CHANGE_DATES, _S.REACTIVATE,
                                 _S.RESEND, _S.ADD_AGAIN),
    Condition.UNASSIGNED:       (_S.RESEND, _S.HELP, _S.CHANGE_DATES, _S.HELP_THEN_REACTIVATE,
                                 _S.RESEND, _S.ADD_AGAIN),
    Condition.RECOVERING:       (_S.RESET, _S.RESET, _S.CHANGE_DATES, _S.REACTIVATE,
                                 _S.RESEND, _S.ADD_AGAIN),
    Condition.PASSWORD_EXPIRED: (_S.RESET, _S.RESET, _S.CHANGE_DATES, _S.REACTIVATE,
                                 _S.RESEND, _S.ADD_AGAIN),
    Condition.LOCKED:           (_S.UNLOCK, _S.UNLOCK, _S.CHANGE_DATES, _S.REACTIVATE,
                                 _S.RESEND, _S.ADD_AGAIN),
    Condition.SUSPENDED:        (_S.HELP_THEN_RESEND, _S.HELP, _S.HELP, _S.HELP_THEN_REACTIVATE,
                                 _S.HELP_THEN_RESEND, _S.HELP_THEN_ADD),
    Condition.CLOSED:           (_S.HELP_THEN_RESEND, _S.HELP, _S.HELP, _S.HELP_THEN_REACTIVATE,
                                 _S.HELP_THEN_RESEND, _S.HELP_THEN_ADD),
    Condition.SWITCHED_OFF:     (_S.HELP_THEN_RESEND, _S.HELP, _S.HELP, _S.HELP_THEN_REACTIVATE,
                                 _S.HELP_THEN_RESEND, _S.HELP_THEN_ADD),
    Condition.UNTOLD:           (_S.TRY, _S.TRY, _S.CHANGE_DATES, _S.REACTIVATE,
                                 _S.RESEND, _S.ADD_AGAIN),
}  # fmt: skip


def _crossed() -> dict[tuple[Here, Condition], Step]:
    crossed = {
        (here, condition): step
        for condition, steps in _TABLE.items()
        for here, step in zip(_COLUMNS, steps, strict=True)
    }
    for condition in Condition:
        crossed |= {(here, condition): crossed[like, condition] for here, like in _LIKE.items()}
        crossed[Here.ORGANISATION_DEACTIVATED, condition] = Step.SUPPORT
        crossed[Here.ORGANISATION_CLOSED, condition] = Step.SUPPORT
    return crossed


_OVERTAKEN = frozenset({Step.LOG_IN, Step.TRY, Step.ACTIVATE})
"""What somebody invited cannot do while their letter has not come, or its link has ended."""

_ADDING = frozenset({Step.RESEND, Step.ADD_AGAIN})
"""What a deactivated organisation may not do."""

NEXT_STEPS = _crossed()
"""The right next step for every pair of states."""

_CLOSED = {
    Closed.DEACTIVATED: Here.DEACTIVATED,
    Closed.LAPSED: Here.LAPSED,
    Closed.ENDED: Here.ENDED,
    Closed.INVITATION_LAPSED: Here.INVITATION_LAPSED,
    Closed.INVITATION_CANCELLED: Here.INVITATION_CANCELLED,
    Closed.ORGANISATION_DEACTIVATED: Here.ORGANISATION_DEACTIVATED,
    Closed.ORGANISATION_CLOSED: Here.ORGANISATION_CLOSED,
    Closed.NOT_STARTED: Here.NOT_STARTED,
}


def standing(membership: Membership) -> Here:
    """By the very rule that opens or shuts the door."""
    closed = why_closed(membership)
    if closed is None:
        return Here.ACTIVE if membership.is_active else Here.INVITED
    if closed == Closed.ENDED and not membership.is_deactivated:
        return Here.OVER
    return _CLOSED[closed]


@dataclass(frozen=True)
class Facts:
    """What else decides, besides the two states."""

    now: datetime
    link_ends: datetime | None = None
    waits_for_provider: bool = False
    send_failed: bool = False
    may_add: bool = True
    may_resend: bool = False
    sends: int = 0


def next_step(here: Here, condition: Condition, facts: Facts) -> Step:
    """The step of the table, unless it was overtaken or cannot be taken yet."""
    step = NEXT_STEPS[here, condition]
    if facts.waits_for_provider and here == Here.INVITED:
        return Step.WAIT if step in _OVERTAKEN | {Step.RESEND} else step
    has_ended = facts.link_ends is not None and facts.link_ends <= facts.now
    is_invited = here in {Here.INVITED, Here.INVITATION_LAPSED}
    if step in _OVERTAKEN and is_invited and (has_ended or facts.send_failed):
        step = Step.RESEND
    if step in _ADDING and not facts.may_add:
        return Step.SUPPORT
    if step != Step.RESEND or facts.may_resend:
        return step
    used_up = facts.sends >= settings.INVITATION_MOST_SENDS
    return Step.INVITE_ANEW if used_up else Step.RESEND_LATER


def resend_from(membership: Membership) -> date:
    """The first day on which an invitation may be sent again."""
    return membership.invite_sent_on + timedelta(days=settings.RESEND_AFTER_DAYS + 1)
