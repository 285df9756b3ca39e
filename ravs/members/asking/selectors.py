"""Questions asked by the pages of asking. Reading only; the number of queries is pinned."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from ravs.members.asking.rules import opened
from ravs.members.models import Membership, MembershipQuerySet, ReactivationRequest, Status
from ravs.members.selectors import MOST_COUNTED
from ravs.organisations.models import Organisation

WAITING = ReactivationRequest.State.WAITING


def of_token(token: str) -> Membership | None:
    """The membership about which a proved person may ask; nothing for a token that is not good."""
    names = opened(token)
    if names is None:
        return None
    account, membership = names
    rows = Membership.objects.select_related("account", "organisation__region")
    return rows.filter(public_id=membership, account__public_id=account).first()


def waiting_since(membership: Membership) -> datetime | None:
    """When somebody asked to be reactivated here, while nobody has answered."""
    asked: datetime | None = (
        ReactivationRequest.objects.filter(membership=membership, state=WAITING)
        .values_list("asked_at", flat=True)
        .first()
    )
    return asked


def waiting(organisation: Organisation) -> QuerySet[ReactivationRequest]:
    """Requests that wait for an answer here, the oldest first."""
    return ReactivationRequest.objects.filter(organisation=organisation, state=WAITING).order_by(
        "pk"
    )


def count_waiting(organisation: Organisation) -> int:
    """How many wait, counted no further than a search is."""
    return waiting(organisation).values("pk")[: MOST_COUNTED + 1].count()


def waiting_page(organisation: Organisation, *, start: int, size: int) -> list[ReactivationRequest]:
    rows = waiting(organisation).select_related("membership__account", "membership__deactivated_by")
    return list(rows[start : start + size])


def soon(today: date) -> MembershipQuerySet:
    """Active people who will be deactivated within two weeks unless they log in."""
    latest = today - timedelta(days=settings.LAPSE_SOON_DAYS)
    rows: MembershipQuerySet = Membership.objects.filter(status=Status.ACTIVE, clock_on__lte=latest)
    return rows


def soon_at(organisation: Organisation, today: date) -> MembershipQuerySet:
    """Those of one organisation, by the date on which they would be deactivated."""
    rows: MembershipQuerySet = soon(today).filter(organisation=organisation)
    return rows.order_by("clock_on", "pk")


def count_soon(organisation: Organisation, today: date) -> int:
    return soon_at(organisation, today).values("pk")[: MOST_COUNTED + 1].count()


def soon_page(
    organisation: Organisation, today: date, *, start: int, size: int
) -> list[Membership]:
    rows = soon_at(organisation, today).select_related("account")
    return list(rows[start : start + size])
