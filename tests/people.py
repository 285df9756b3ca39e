"""Named people and places that every test knows, made in the state they would really be in.

Priya leads users at Leeds Teaching Hospitals; Rosa records there, Adam administers; Ingrid is
invited; Dev was deactivated by Priya; Lena lapsed. Sam is a stranger from another trust.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from ravs.accounts.models import Account
from ravs.accounts.normalise import email_key
from ravs.core.dates import london_date
from ravs.members import counts
from ravs.members.models import DeactivationReason, Level, Membership, Status
from ravs.members.names import sort_key, write_keys
from ravs.organisations.models import Organisation, OrganisationType, Region

NOON = "2026-03-04 12:00:00+00:00"
"""The fixed instant of most tests: a Wednesday in winter, when London keeps UTC."""

RECORDER = Level.RECORDER
ADMINISTRATOR = Level.ADMINISTRATOR
LEAD = Level.LEAD_ADMINISTRATOR


def organisation(
    ods: str = "RR8",
    name: str = "Leeds Teaching Hospitals",
    *,
    status: str = "active",
    region: str = "Y63",
) -> Organisation:
    """An organisation in ``status``, with the dates that the status asks for."""
    now = timezone.now()
    dates: dict[str, object] = {}
    if status in {"active", "deactivated"}:
        dates["activated_at"] = now
    if status == "deactivated":
        dates |= {"deactivated_at": now, "closes_on": london_date(now) + timedelta(days=90)}
    if status == "closed":
        dates["closed_on"] = london_date(now)
    return Organisation.objects.create(
        ods=ods,
        name=name,
        type=OrganisationType.NHS_TRUST,
        region=Region.objects.get(code=region),
        status=status,
        invited_at=now,
        **dates,
    )


def account(name: str, email: str = "") -> Account:
    """A person; the address follows from the name."""
    first, _, last = name.partition(" ")
    address = email or f"{first}.{last}@nhs.net".lower().replace(" ", "-").replace("'", "")
    return Account.objects.create(
        email=address, email_key=email_key(address), first_name=first, last_name=last
    )


def member(
    at: Organisation,
    who: str | Account,
    level: Level = RECORDER,
    *,
    status: str = "active",
    vaccinator: bool = False,
    idle_days: int = 0,
    reason: str = "",
    by: Account | None = None,
    invited_days_ago: int = 0,
) -> Membership:
    """Somebody at an organisation, as they would stand after ``idle_days`` without a log-in."""
    person = who if isinstance(who, Account) else account(who)
    now = timezone.now()
    then = now - timedelta(days=idle_days)
    sent = now - timedelta(days=invited_days_ago)
    fields: dict[str, object] = {"invite_sent_at": sent, "invite_sent_on": london_date(sent)}
    if status != "invited":
        _log_in(person, then)
        fields |= {
            "first_login_at": then,
            "last_login_at": then,
            "clock_on": london_date(now) - timedelta(days=idle_days),
        }
    if status == "deactivated":
        fields |= {
            "deactivated_at": now,
            "deactivated_by": by,
            "deactivated_reason": reason or DeactivationReason.PERSON,
        }
    row = Membership.objects.create(
        account=person,
        organisation=at,
        level=level,
        vaccinator=vaccinator,
        status=Status(status),
        usable_since=sent if status == "invited" else then - timedelta(minutes=1),
        sort_key=sort_key(person),
        **fields,
    )
    write_keys(person, [row])
    counts.recount([at.pk])
    return row


def _log_in(person: Account, at: datetime) -> None:
    if person.last_login_at is None or person.last_login_at < at:
        person.last_login_at, person.last_login_on = at, london_date(at)
        person.save(update_fields=["last_login_at", "last_login_on"])


@dataclass(frozen=True)
class Leeds:
    """One trust with a person in every state."""

    organisation: Organisation
    priya: Membership
    rosa: Membership
    adam: Membership
    ingrid: Membership
    dev: Membership
    lena: Membership

    @property
    def people(self) -> dict[str, Membership]:
        return {name: row for name, row in vars(self).items() if isinstance(row, Membership)}


def leeds(status: str = "active") -> Leeds:
    trust = organisation(status=status)
    priya = member(trust, "Priya Shah", LEAD, vaccinator=True)
    return Leeds(
        organisation=trust,
        priya=priya,
        rosa=member(trust, "Rosa Keane", RECORDER, vaccinator=True),
        adam=member(trust, "Adam Obi", ADMINISTRATOR),
        ingrid=member(trust, "Ingrid Holm", status="invited"),
        dev=member(trust, "Dev Patel", status="deactivated", by=priya.account),
        lena=member(
            trust,
            "Lena Fox",
            status="deactivated",
            reason=DeactivationReason.INACTIVITY,
            idle_days=95,
        ),
    )


def stranger() -> Membership:
    """Sam leads users at a trust of his own, and is nobody at Leeds."""
    trust = organisation("RW3", "Manchester University", region="Y62")
    return member(trust, "Sam West", LEAD)
