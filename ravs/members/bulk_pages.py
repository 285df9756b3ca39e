"""What the pages about one act for several people show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse

from ravs.core.pagination import Page
from ravs.members.consequences import Consequences
from ravs.members.models import BulkAct, BulkOutcome, BulkRow, BulkVerb, Level, Membership
from ravs.members.picking import Pick
from ravs.members.presenters import url_of
from ravs.organisations.models import Organisation

NAMED = 50

HEADINGS = {
    BulkVerb.DEACTIVATE: "Deactivate users",
    BulkVerb.REACTIVATE: "Reactivate users",
    BulkVerb.RESEND: "Resend invites",
    BulkVerb.LEVEL: "Change permission level",
    BulkVerb.VACCINATOR: "Change vaccinator status",
}
BUTTONS = {
    BulkVerb.DEACTIVATE: "Deactivate",
    BulkVerb.REACTIVATE: "Reactivate",
    BulkVerb.RESEND: "Resend invites",
    BulkVerb.LEVEL: "Change permission level",
    BulkVerb.VACCINATOR: "Change vaccinator status",
}
OUTCOMES = {
    BulkOutcome.DONE: "Done",
    BulkOutcome.ALREADY: "No change was needed",
    BulkOutcome.MOVED_ON: (
        "Not done, because somebody else has changed this user. Check their details and try again"
    ),
    BulkOutcome.LAST_LEAD: (
        "Not done, because this is the only lead administrator."
        " Make somebody else a lead administrator first"
    ),
    BulkOutcome.NOT_YET: "Not done, because the invite cannot be sent again now",
    BulkOutcome.NOT_OPEN: "Not done, because the organisation is deactivated",
    BulkOutcome.YOURSELF: "Not done, because this is you",
    BulkOutcome.NOT_ALLOWED: (
        "Not done, because the person who started this is no longer a lead administrator"
    ),
    BulkOutcome.FAILED: "Not done, because something went wrong. Try again",
}


@dataclass(frozen=True)
class AskPage:
    """The one question that changing levels or flags asks first."""

    title: str
    people: int
    pairs: tuple[tuple[str, str], ...]
    back: str


@dataclass(frozen=True)
class CheckSeveralPage:
    """What will happen, and a button."""

    title: str
    verb: str
    level: str
    vaccinator: str
    button: str
    will: Consequences
    names: tuple[str, ...]
    more: int
    pairs: tuple[tuple[str, str], ...]
    fingerprint: str
    organisation: str
    back: str
    key: str


@dataclass(frozen=True)
class OutcomeRow:
    """What became of one person."""

    name: str
    email: str
    href: str
    outcome: str
    is_done: bool


@dataclass(frozen=True)
class ActedPage:
    """How far an act is, and what became of each person."""

    title: str
    what: str
    by: str
    begun_at: datetime
    is_finished: bool
    progress_url: str
    how_far: str
    total: int
    settled: int
    done: int
    rows: tuple[OutcomeRow, ...]
    pages: Page
    may_undo: bool
    undo: str
    undo_until: datetime | None
    undoes: str
    undone_by: str
    sends_mail: bool
    back: str
    key: str


@dataclass(frozen=True)
class RecentAct:
    """One line of the acts of the last weeks."""

    what: str
    href: str
    by: str
    begun_at: datetime
    people: int
    is_finished: bool


@dataclass(frozen=True)
class RecentPage:
    """Acts for several people, newest first."""

    acts: tuple[RecentAct, ...]
    back: str


def check_several_page(
    organisation: Organisation,
    pick: Pick,
    will: Consequences,
    people: Sequence[Membership],
    *,
    fingerprint: str,
    key: str,
) -> CheckSeveralPage:
    """``people`` are the first of those picked, by name."""
    verb = BulkVerb(pick.verb or "")
    return CheckSeveralPage(
        title=HEADINGS[verb],
        verb=verb.value,
        level=pick.level.label if pick.level else "",
        vaccinator={True: "Yes", False: "No"}.get(bool(pick.vaccinator), ""),
        button=_button(verb, will.concerned),
        will=will,
        names=tuple(m.account.full_name for m in people),
        more=will.chosen - len(people),
        pairs=(*pick.pairs, *pick.answers),
        fingerprint=fingerprint,
        organisation=organisation.name,
        back=back_to(organisation, pick),
        key=key,
    )


def _button(verb: BulkVerb, people: int) -> str:
    """What the button does, and to how many."""
    noun = "user" if people == 1 else "users"
    if verb in {BulkVerb.DEACTIVATE, BulkVerb.REACTIVATE}:
        return f"{BUTTONS[verb]} {people} {noun}"
    if verb == BulkVerb.RESEND:
        return BUTTONS[verb]
    return f"Change {people} {noun}"


def back_to(organisation: Organisation, pick: Pick) -> str:
    """The list that the pick was made in."""
    name = {"active": "list", "invited": "invited", "deactivated": "deactivated"}[pick.status]
    query = urlencode(pick.narrowing.pairs)
    return f"{url_of(name, organisation)}?{query}" if query else url_of(name, organisation)


def what_of(act: BulkAct) -> str:
    """What was to be done, in a few words."""
    words = HEADINGS[BulkVerb(act.verb)]
    if act.undoes_id:
        return f"Undo: {words.lower()}"
    if act.verb == BulkVerb.LEVEL:
        return f"{words} to {Level(act.level).label}"
    if act.verb == BulkVerb.VACCINATOR:
        return f"{words} to {'Yes' if act.vaccinator else 'No'}"
    return words


def act_url(organisation: Organisation, act: UUID, name: str = "several-done") -> str:
    return reverse(f"members:{name}", kwargs={"ods": organisation.ods, "act": act})


def tally(act: BulkAct) -> dict[str, int]:
    """How many people an act has, how many are settled, to how many it was done."""
    done = Count("pk", filter=Q(outcome=BulkOutcome.DONE))
    settled = Count("pk", filter=~Q(outcome=""))
    return dict(act.rows.aggregate(total=Count("pk"), settled=settled, done=done))


def how_far(counted: dict[str, int]) -> str:
    """How far an act is, in words."""
    total = counted["total"]
    noun = "user" if total == 1 else "users"
    return f"{counted['settled']} of {total} {noun} checked, {counted['done']} changed"


def outcome_row(organisation: Organisation, row: BulkRow) -> OutcomeRow:
    membership = row.membership
    return OutcomeRow(
        name=membership.account.full_name,
        email=membership.account.email,
        href=url_of("person", organisation, membership.public_id),
        outcome=OUTCOMES[BulkOutcome(row.outcome)] if row.outcome else "Waiting",
        is_done=row.outcome == BulkOutcome.DONE,
    )
