"""Many people at once, written as quickly as the database takes them, each as they would stand."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from ravs.accounts.models import Account
from ravs.accounts.normalise import email_key
from ravs.core.dates import london_date
from ravs.core.ids import new_id
from ravs.members import counts
from ravs.members.models import Level, Membership, SearchTerm, Status
from ravs.members.names import sort_key, terms
from ravs.organisations.models import Organisation

BATCH = 5000


def people(names: Sequence[str]) -> list[Account]:
    """Accounts that bear ``names``, each with an address that nobody else has."""
    made = []
    for name in names:
        first, _, last = name.partition(" ")
        email = f"{first}.{new_id().hex[-12:]}@nhs.net".lower()
        made.append(
            Account(email=email, email_key=email_key(email), first_name=first, last_name=last)
        )
    return Account.objects.bulk_create(made, batch_size=BATCH)


def crowd(
    at: Organisation,
    accounts: Sequence[Account],
    *,
    status: str = "active",
    level: str = Level.RECORDER,
    idle_days: int = 0,
    reason: str = "",
) -> list[Membership]:
    """``accounts`` at one organisation, all in the same state for the same time."""
    fields = dates(status, idle_days, reason)
    rows = Membership.objects.bulk_create(
        [
            Membership(
                account=account,
                organisation=at,
                level=level,
                vaccinator=False,
                status=Status(status),
                sort_key=sort_key(account),
                **fields,
            )
            for account in accounts
        ],
        batch_size=BATCH,
    )
    SearchTerm.objects.bulk_create(
        (
            SearchTerm(membership=row, organisation=at, term=term)
            for row in rows
            for term in terms(row.account)
        ),
        batch_size=BATCH,
    )
    counts.recount([at.pk])
    return rows


def dates(status: str, idle_days: int, reason: str) -> dict[str, Any]:
    """The dates that a status asks for."""
    now = timezone.now()
    then = now - timedelta(days=idle_days)
    fields: dict[str, Any] = {
        "invite_sent_at": then,
        "invite_sent_on": london_date(then),
        "usable_since": then,
    }
    if status != "invited":
        clock = london_date(now) - timedelta(days=idle_days)
        fields |= {"first_login_at": then, "last_login_at": then, "clock_on": clock}
    if status == "deactivated":
        fields |= {"deactivated_at": now, "deactivated_reason": reason or "person"}
    return fields
