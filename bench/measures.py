"""What is measured, and beside what.

Each gives rows of: what, how much of it, the reference, and how many times the reference it took.
"""

import hashlib
from collections.abc import Callable, Iterator
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from ravs.accounts.models import Account
from ravs.audit.events import SignedIn
from ravs.audit.services import Entry, record_many
from ravs.audit.verify import verify
from ravs.core.dates import london_today
from ravs.members.models import Level, Membership
from ravs.members.nightly import run_night
from ravs.members.services import reactivate_lapsed
from ravs.organisations.models import Organisation
from tests.clients import DoorClient
from tests.crowds import crowd, people
from tests.people import LEAD, member, organisation

Seconds = Callable[..., float]
Rows = Iterator[tuple[str, str, str, float]]

SMALL, LARGE = 20, 20_000
NAMES = ("Alissa Wells", "Hayley Lee", "Jayleen Moss", "Mary-Lou Ferreira")


def trust(ods: str, count: int, **how: str) -> tuple[Organisation, Membership]:
    """A trust with so many people, and a lead administrator besides."""
    at = organisation(ods, f"Trust {ods}")
    crowd(at, people([NAMES[n % len(NAMES)] for n in range(count)]), **how)  # type: ignore[arg-type]
    return at, member(at, f"Priya {ods}", LEAD)


def lists(seconds: Seconds) -> Rows:
    """The first page, a far page and a search, of many people and of a few."""
    doors = []
    for ods, count in (("RS1", SMALL), ("RS2", LARGE)):
        _, lead = trust(ods, count)
        client = DoorClient()
        client.sign_in(lead.account)
        doors.append((client, f"/o/{ods}/users"))
    (few, few_at), (many, many_at) = doors
    reference = seconds(lambda: few.get(few_at))
    for what, query in (("first page", ""), ("page 500", "?page=500"), ("search", "?q=jay")):
        address = many_at + query
        taken = seconds(lambda address=address: many.get(address))
        yield f"list, {what}", f"{LARGE} people", f"first page of {SMALL}", taken / reference


def history(seconds: Seconds) -> Rows:
    """Proving the history, beside hashing as many bytes as such rows have about."""
    count, row = 20_000, b"x" * 600
    at = organisation("RS3", "Trust RS3").public_id
    with transaction.atomic():
        record_many(Entry(SignedIn(), organisation=at) for _ in range(count))
    reference = seconds(lambda: [hashlib.sha256(row).digest() for _ in range(count)], turns=3)
    taken = seconds(lambda: verify(at), turns=3)
    yield "audit verify", f"{count} rows", f"SHA-256 of {count} times 600 bytes", taken / reference


def night(seconds: Seconds) -> Rows:
    """A night on which nobody is due: beside a small service, and beside counting the rows."""
    trust("RS4", LARGE)
    list(run_night(today=london_today()))
    reference = seconds(lambda: Membership.objects.filter(level=Level.ADMINISTRATOR).count())
    taken = seconds(lambda: list(run_night(today=london_today())), turns=3)
    yield (
        "night, nobody due",
        f"{LARGE} people",
        "counting by a column without index",
        (taken / reference),
    )


def reactivating(seconds: Seconds) -> Rows:
    """All who lapsed, with history and letters, beside writing as many bare accounts."""
    count = 1000
    at, lead = trust("RS5", count, status="deactivated", reason="inactivity")
    bare = [
        Account(email=f"{uuid4()}@nhs.net", email_key=f"{uuid4()}@nhs.net") for _ in range(count)
    ]
    reference = seconds(lambda: Account.objects.bulk_create(bare), turns=1)
    taken = seconds(
        lambda: reactivate_lapsed(actor=lead.account, organisation=at, lapsed_by=timezone.now()),
        turns=1,
    )
    yield "reactivate all", f"{count} people", f"inserting {count} accounts", taken / reference


ALL = (lists, history, night, reactivating)
