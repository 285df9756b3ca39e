"""Questions asked of memberships by pages. Reading only; the number of queries is pinned."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from ravs.accounts.models import Account, Session
from ravs.core.dates import london_today
from ravs.core.prepared import Prepared, Slot
from ravs.members.models import (
    InvitationEnd,
    LevelSnapshot,
    MemberCount,
    Membership,
    MembershipQuerySet,
    SearchTerm,
    Status,
)
from ravs.members.names import prefix_range
from ravs.members.narrowing import Narrowing
from ravs.organisations.models import Organisation, OrganisationStatus

MOST_COUNTED = 1000
"""A search is counted no further than this: no page ever counts without bound."""


def membership_at(*, account: Account, session: Session, ods: str) -> Membership | None:
    """This person's row at an organisation that is not closed for good, or their latest there.

    One query: the organisation with it, the session's snapshot as ``snapshot_level``, and
    whether they belong anywhere else as ``belongs_elsewhere``.
    """
    return _MEMBERSHIP_AT.first(
        account=account.pk, session=session.pk, ods=ods, today=london_today()
    )


def _membership_at() -> QuerySet[Membership]:
    account = Slot(Membership, "account")
    session, today = Slot(LevelSnapshot, "session"), Slot(Membership, "starts_on", "today")
    snapshot = LevelSnapshot.objects.filter(session=session, membership=OuterRef("pk"))
    elsewhere = _usable(Membership.objects.filter(account=account), today).exclude(
        pk=OuterRef("pk")
    )
    return (
        Membership.objects.filter(account=account, organisation__ods=Slot(Organisation, "ods"))
        .exclude(invitation_end=InvitationEnd.CANCELLED)
        .select_related("organisation__region")
        .annotate(
            snapshot_level=Subquery(snapshot.values("level")[:1]),
            belongs_elsewhere=Exists(elsewhere),
        )
        .order_by("-organisation__pk")[:1]
    )


_MEMBERSHIP_AT = Prepared(_membership_at)


def usable(account: Account) -> QuerySet[Membership]:
    """Memberships that signing in may lead to, by name of organisation (``rules.is_open``)."""
    rows = _usable(account.memberships.select_related("organisation"), london_today())
    return rows.order_by("organisation__name", "organisation__ods")


def _usable(rows: QuerySet[Membership], today: date | Slot) -> QuerySet[Membership]:
    closed = Q(organisation__status=OrganisationStatus.CLOSED)
    waiting = Q(status=Status.INVITED)
    not_open = Q(organisation__status=OrganisationStatus.DEACTIVATED) | ~Q(invitation_end="")
    return (
        rows.exclude(closed)
        .exclude(status=Status.DEACTIVATED)
        .exclude(waiting & not_open)
        .filter(
            Q(starts_on=None) | Q(starts_on__lte=today), Q(ends_on=None) | Q(ends_on__gte=today)
        )
    )


def lead_administrators(organisation: Organisation) -> list[Account]:
    """Active lead administrators: whom a colleague asks for access."""
    leads = organisation.memberships.active_lead_administrators()
    return [m.account for m in leads.select_related("account").order_by("sort_key", "pk")]


def counts_of(organisation: Organisation) -> MemberCount:
    """How many people stand in each tab: one row, never a count."""
    return MemberCount.objects.filter(pk=organisation.pk).first() or MemberCount(
        organisation=organisation
    )


def matching(organisation: Organisation, status: str, narrowing: Narrowing) -> QuerySet[Membership]:
    """The people of one tab whom a narrowing leaves, in its order.

    Names and addresses match by prefix. Filters, and orders other than by name, look at the
    people of one tab of one organisation, and at nobody else.
    """
    rows: MembershipQuerySet = organisation.memberships.listed(status)
    if narrowing.q:
        low, high = prefix_range(narrowing.q)
        found = SearchTerm.objects.filter(organisation=organisation, term__gte=low, term__lt=high)
        rows = rows.filter(pk__in=found.values("membership"))
    return narrowing.ordered(narrowing.filtered(rows, london_today()), Status(status))


def count_matching(organisation: Organisation, status: str, narrowing: Narrowing) -> int:
    """How many match, counted up to ``MOST_COUNTED``."""
    return matching(organisation, status, narrowing).values("pk")[: MOST_COUNTED + 1].count()


def page_of(
    organisation: Organisation, status: str, narrowing: Narrowing, *, start: int, size: int
) -> list[Membership]:
    """One page of a tab. Keys first, from the index alone; then only that page's rows."""
    keys = matching(organisation, status, narrowing).values_list("pk", flat=True)
    ids: Sequence[int] = list(keys[start : start + size])
    rows = Membership.objects.select_related("account", "deactivated_by").in_bulk(ids)
    for row in rows.values():
        row.organisation = organisation
    return [rows[pk] for pk in ids]


def lapsed_people(organisation: Organisation, *, start: int, size: int) -> list[Membership]:
    """People whom the 90-day rule deactivated, by name."""
    rows = organisation.memberships.lapsed().select_related("account")
    return list(rows.order_by("sort_key", "pk")[start : start + size])


def leads_of(organisation_ids: Sequence[int]) -> dict[int, list[Account]]:
    """Active lead administrators of several organisations. One query."""
    rows = Membership.objects.active_lead_administrators().filter(organisation__in=organisation_ids)
    found: dict[int, list[Account]] = {}
    for row in rows.select_related("account").order_by("sort_key", "pk"):
        found.setdefault(row.organisation_id, []).append(row.account)
    return found
