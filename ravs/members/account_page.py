"""The page that says why somebody cannot log in."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from ravs.accounts.models import IdentityState
from ravs.core.presenters import written_date, written_moment
from ravs.integrations.identity.port import AccountStatus, Condition
from ravs.members.identity_calls import Sending
from ravs.members.identity_words import HERE, SILENCE, STEPS, THERE, identity_help, identity_note
from ravs.members.models import Membership
from ravs.members.next_steps import Facts, Here, Step, next_step, resend_from, standing
from ravs.members.presenters import Action, url_of

ACTIONS = {
    Step.RESEND: ("Resend invite", "resend", "to"),
    Step.INVITE_ANEW: ("Cancel invite", "cancel", "of"),
    Step.REACTIVATE: ("Reactivate", "reactivate", ""),
    Step.ADD_AGAIN: ("Add user", "add", "again:"),
    Step.CHANGE_DATES: ("Change dates", "change", "of"),
}
"""The button of a step: its words, where it leads, and what a screen reader says besides."""


@dataclass(frozen=True)
class AccountPage:
    """Our half, the provider's half, and the one next step."""

    name: str
    here: str
    there: str
    remembered: str
    link_until: str
    letter_failed: bool
    step: str
    action: Action | None
    is_silent: bool
    provider: str
    checked_at: datetime
    again: str
    back: str


@dataclass(frozen=True)
class Seen:
    """What is known of somebody when the page is made; ``status`` is ``None`` for no answer."""

    membership: Membership
    status: AccountStatus | None
    sending: Sending
    may_add: bool
    may_resend: bool
    now: datetime


def account_page(seen: Seen) -> AccountPage:
    membership = seen.membership
    here = standing(membership)
    condition = seen.status.condition if seen.status else _remembered(membership)
    ends = _link_ends(seen, condition)
    step = next_step(here, condition, _facts(seen, ends))
    words = _words(membership)
    runs = condition == Condition.PENDING and ends is not None and ends > seen.now
    return AccountPage(
        name=membership.account.full_name,
        here=HERE[here].format(**words),
        there=(THERE[condition] if seen.status else SILENCE).format(**words),
        remembered="" if seen.status else identity_note(membership, Sending()),
        link_until=written_moment(ends) if seen.status and runs and here == Here.INVITED else "",
        letter_failed=seen.sending.letter_failed,
        step=STEPS[step].format(**words),
        action=_action(membership, step),
        is_silent=seen.status is None,
        provider=settings.IDENTITY_PROVIDER_NAME,
        checked_at=seen.now,
        again=url_of("account", membership.organisation, membership.public_id),
        back=url_of("person", membership.organisation, membership.public_id),
    )


def _facts(seen: Seen, link_ends: datetime | None) -> Facts:
    return Facts(
        now=seen.now,
        link_ends=link_ends,
        waits_for_provider=seen.sending.waits_for_provider,
        send_failed=seen.sending.failed,
        may_add=seen.may_add,
        may_resend=seen.may_resend,
        sends=seen.membership.invite_count,
    )


def _remembered(membership: Membership) -> Condition:
    """What a silent provider said last, as far as we wrote it down."""
    was_pending = membership.account.identity_state == IdentityState.PENDING
    return Condition.PENDING if was_pending and membership.is_invited else Condition.UNTOLD


def _link_ends(seen: Seen, condition: Condition) -> datetime | None:
    """The later of what the provider tells and what we know of the last link it sent for us."""
    if condition != Condition.PENDING:
        return None
    told = seen.status.activation_expires_at if seen.status else None
    known = (told, seen.membership.account.activation_expires_at)
    return max((moment for moment in known if moment), default=None)


def _words(membership: Membership) -> dict[str, object]:
    """All that a sentence may name; nothing of it is about any other organisation."""
    account = membership.account
    return {
        "name": account.full_name,
        "first_name": account.first_name,
        "email": account.email,
        "organisation": membership.organisation.name,
        "provider": settings.IDENTITY_PROVIDER_NAME,
        "help": identity_help(),
        "support": settings.SUPPORT_CONTACT,
        "starts": written_date(membership.starts_on),
        "ends": written_date(membership.ends_on),
        "lapse_days": settings.LAPSE_DAYS,
        "invitation_days": settings.INVITATION_DAYS,
        "sends": membership.invite_count,
        "resend_from": written_date(resend_from(membership)),
    }


def _action(membership: Membership, step: Step) -> Action | None:
    if step not in ACTIONS:
        return None
    text, name, hidden = ACTIONS[step]
    key = None if step == Step.ADD_AGAIN else membership.public_id
    href = url_of(name, membership.organisation, key)
    return Action(text, href, f"{hidden} {membership.account.full_name}".strip())
