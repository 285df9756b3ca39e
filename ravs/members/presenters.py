"""What the pages of *Manage users* show. Built from loaded rows; nothing here asks the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from ravs.audit.selectors import Line
from ravs.core.dates import days_ago, london_date
from ravs.core.presenters import written_date
from ravs.mail.models import Message
from ravs.members.identity_calls import Sending
from ravs.members.models import InvitationEnd, Level, Membership, Status
from ravs.members.services.inactivity import days_idle, lapses_on
from ravs.members.services.invite import can_resend
from ravs.organisations.models import Organisation


@dataclass(frozen=True)
class Tab:
    """One entry of the secondary navigation."""

    text: str
    count: int
    href: str
    current: bool


@dataclass(frozen=True)
class Action:
    """What the last cell of a row offers."""

    text: str
    href: str
    hidden: str


@dataclass(frozen=True)
class MemberRow:
    """One person in a tab."""

    member: UUID
    name: str
    href: str
    email: str
    vaccinator: str
    level: str
    last: str
    tags: tuple[str, ...] = ()
    action: Action | None = None


def url_of(name: str, organisation: Organisation, membership: UUID | None = None) -> str:
    kwargs: dict[str, object] = {"ods": organisation.ods}
    if membership is not None:
        kwargs["member"] = membership
    return reverse(f"members:{name}", kwargs=kwargs)


@dataclass(frozen=True)
class Rows:
    """What is known about the people of one page of a tab."""

    organisation: Organisation
    today: date
    now: datetime
    may_add: bool
    sendings: Mapping[int, Sending] = field(default_factory=dict)

    def of(self, members: Sequence[Membership], status: Status) -> tuple[MemberRow, ...]:
        return tuple(self._row(membership, status) for membership in members)

    def _row(self, membership: Membership, status: Status) -> MemberRow:
        account = membership.account
        last, action = {
            Status.ACTIVE: self._active,
            Status.INVITED: self._invited,
            Status.DEACTIVATED: self._deactivated,
        }[status](membership)
        return MemberRow(
            member=membership.public_id,
            name=account.full_name,
            href=url_of("person", self.organisation, membership.public_id),
            email=account.email,
            vaccinator=yes_or_no(membership.vaccinator),
            level=Level(membership.level).label,
            last=last,
            tags=tuple(self._tags(membership)),
            action=action,
        )

    def _active(self, membership: Membership) -> tuple[str, Action | None]:
        on = membership.account.last_login_on or membership.clock_on
        change = self._action(membership, "Change", "change", "details for")
        return days_ago(on, self.today) if on else "", change

    def _invited(self, membership: Membership) -> tuple[str, Action | None]:
        sent = days_ago(membership.invite_sent_on, self.today)
        failed = self._sending(membership).failed
        if self.may_add and can_resend(membership, last_send_failed=failed, now=self.now):
            return sent, self._action(membership, "Resend invite", "resend", "to")
        return sent, None

    def _deactivated(self, membership: Membership) -> tuple[str, Action | None]:
        return reason_of(membership), self._action(membership, "Reactivate", "reactivate", "")

    def _action(self, membership: Membership, text: str, name: str, hidden: str) -> Action:
        href = url_of(name, self.organisation, membership.public_id)
        return Action(text, href, f"{hidden} {membership.account.full_name}".strip())

    def _tags(self, membership: Membership) -> list[str]:
        tags = []
        if membership.invitation_end == InvitationEnd.LAPSED:
            tags.append("Invite expired")
        idle = days_idle(membership, self.today)
        if membership.is_active and idle >= settings.LAPSE_SOON_DAYS:
            tags.append(_lapses_in(settings.LAPSE_DAYS - idle))
        tags += self._dates(membership)
        sending = self._sending(membership)
        if sending.failed or sending.letter_failed:
            tags.append("Email not delivered")
        if sending.waits_for_provider:
            tags.append(f"Waiting for {settings.IDENTITY_PROVIDER_NAME}")
        return tags

    def _dates(self, membership: Membership) -> list[str]:
        """The days of seasonal and bank staff, while they still matter."""
        if membership.is_deactivated:
            return []
        days = []
        if membership.starts_on and membership.starts_on > self.today:
            days.append(f"Starts on {written_date(membership.starts_on)}")
        if membership.ends_on:
            days.append(f"Ends on {written_date(membership.ends_on)}")
        return days

    def _sending(self, membership: Membership) -> Sending:
        return self.sendings.get(membership.pk, Sending())


def _lapses_in(days: int) -> str:
    """When somebody active will be deactivated; the night that does it may be late."""
    if days <= 0:
        return "Deactivated tonight"
    return f"Deactivated in {days} {'day' if days == 1 else 'days'}"


def yes_or_no(flag: bool) -> str:
    return "Yes" if flag else "No"


def reason_of(membership: Membership) -> str:
    """Why somebody is deactivated: "By {name}" or "90 days since log in"."""
    if membership.deactivated_by is not None:
        return f"By {membership.deactivated_by.full_name}"
    return membership.get_deactivated_reason_display()


@dataclass(frozen=True)
class Row:
    """A line of a summary list."""

    key: str
    value: str
    change: str = ""
    change_of: str = ""


@dataclass(frozen=True)
class LetterRow:
    """One letter to a person and how far it came."""

    what: str
    when: datetime
    state: str
    why: str
    failed: bool


@dataclass(frozen=True)
class Links:
    """What may be done to a person now; empty where it may not."""

    change: str = ""
    deactivate: str = ""
    reactivate: str = ""
    resend: str = ""
    cancel: str = ""
    correct: str = ""
    account: str = ""
    delete: str = ""


@dataclass(frozen=True)
class PersonPage:
    """Details, states and history of one person at one organisation."""

    name: str
    rows: tuple[Row, ...]
    letters: tuple[LetterRow, ...]
    history: tuple[Line, ...]
    links: Links
    is_last_lead: bool
    lapses_on: date | None
    identity_note: str
    older: str


LETTERS = {
    "welcome_new": "Welcome, with how to activate the account",
    "welcome_existing": "Welcome",
    "reactivated": "Reactivated",
    "deactivated": "Deactivated",
    "level_changed": "Permission level changed",
    "access_ends": "Access ends soon",
    "access_ended": "Access ended",
    "lapse_warning": "Log in soon",
    "lapsed": "Deactivated after 90 days",
    "reactivation_declined": "Request to be reactivated declined",
}


def letter_rows(letters: Sequence[Message], notices: Mapping[UUID, bool]) -> tuple[LetterRow, ...]:
    """``notices``: of letters about inactivity, whether they told that this membership lapsed.

    One that tells of several organisations is shown as what it said about this one.
    """
    return tuple(
        LetterRow(
            what=LETTERS[_kind_here(letter, notices)],
            when=letter.sent_at or letter.failed_at or letter.created_at,
            state=letter.get_state_display(),
            why=letter.last_error if letter.state == letter.State.FAILED else "",
            failed=letter.state == letter.State.FAILED,
        )
        for letter in letters
        if letter.kind in LETTERS
    )


def _kind_here(letter: Message, notices: Mapping[UUID, bool]) -> str:
    if letter.public_id not in notices:
        return letter.kind
    return "lapsed" if notices[letter.public_id] else "lapse_warning"


def person_rows(membership: Membership, today: date) -> tuple[Row, ...]:
    """The summary list of a person's page."""
    account = membership.account
    rows = [
        Row("Email address", account.email),
        Row("Vaccinator", yes_or_no(membership.vaccinator)),
        Row("Permission level", Level(membership.level).label),
        Row("Status", status_of(membership)),
    ]
    if membership.organisation.records_clinicians:
        rows.insert(2, Row("Clinician", yes_or_no(membership.clinician)))
    for key, on in (("Start date", membership.starts_on), ("End date", membership.ends_on)):
        if on:
            rows.append(Row(key, written_date(on)))
    last = last_log_in(membership)
    if last:
        rows.append(Row("Last log in", f"{written_date(last)} ({days_ago(last, today)})"))
    if membership.status == Status.INVITED:
        times = membership.invite_count
        again = f", sent {times} times" if times > 1 else ""
        rows.append(Row("Invite sent", written_date(membership.invite_sent_on) + again))
    return tuple(rows)


def last_log_in(membership: Membership) -> date | None:
    """The person's last log-in, or the last one here when they may no longer come.

    What somebody who is not active here does elsewhere is not this organisation's to see.
    """
    if membership.is_active:
        return membership.account.last_login_on
    return london_date(membership.last_login_at) if membership.last_login_at else None


def status_of(membership: Membership) -> str:
    if membership.is_deactivated:
        return f"Deactivated on {written_date(membership.deactivated_at)}. {reason_of(membership)}"
    if membership.invitation_end == InvitationEnd.LAPSED:
        return f"Invited. The invite expired on {written_date(membership.invitation_ended_at)}"
    if membership.invitation_end == InvitationEnd.CANCELLED:
        return f"Invite cancelled on {written_date(membership.invitation_ended_at)}"
    return membership.get_status_display()


def lapse_date(membership: Membership) -> date | None:
    """The day the person will be deactivated, once it is near enough to say."""
    return lapses_on(membership) if membership.is_active else None


@dataclass(frozen=True)
class AddPage:
    """The form about somebody new; ``key`` names the journey."""

    key: str
