"""How many people stand in each tab: kept by deltas under the organisation's lock.

``recount`` is the nightly check; no page and no verb ever counts an organisation's people.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, Q

from ravs.members.models import InvitationEnd, MemberCount, Membership, Status

FIELDS = ("invited", "active", "deactivated", "lapsed")


def places(membership: Membership) -> Counter[str]:
    """The counts this row stands in as it is now: its tab, and *lapsed* besides."""
    if membership.status == Status.INVITED and membership.invitation_end == InvitationEnd.CANCELLED:
        return Counter()
    found = Counter([str(membership.status)])
    if membership.has_lapsed:
        found["lapsed"] += 1
    return found


def move(organisation_id: int, *, before: Counter[str], after: Counter[str]) -> None:
    """Apply the difference that a verb made, in one statement."""
    deltas = {f: after[f] - before[f] for f in FIELDS if after[f] != before[f]}
    if not deltas:
        return
    rows = MemberCount.objects.filter(pk=organisation_id)
    if not rows.update(**{f: F(f) + delta for f, delta in deltas.items()}):
        MemberCount.objects.create(organisation_id=organisation_id, **deltas)


def recount(organisation_ids: Iterable[int]) -> int:
    """Write the true counts of these organisations, whose locks are held; return rows mended."""
    ids = sorted(set(organisation_ids))
    truth = {row.pop("organisation"): row for row in _grouped(ids)}
    stored = {row.pk: row for row in MemberCount.objects.filter(pk__in=ids)}
    true_rows = [MemberCount(organisation_id=pk, **truth.get(pk, {})) for pk in ids]
    wrong = [row for row in true_rows if _differs(row, stored.get(row.pk))]
    MemberCount.objects.bulk_create(
        wrong, update_conflicts=True, unique_fields=["organisation"], update_fields=FIELDS
    )
    return len(wrong)


def _differs(row: MemberCount, stored: MemberCount | None) -> bool:
    """An organisation where nobody ever was has no row, and needs none."""
    kept = stored or MemberCount()
    return any(getattr(row, f) != getattr(kept, f) for f in FIELDS)


def _grouped(ids: list[int]) -> list[dict[str, Any]]:
    invited = Q(status=Status.INVITED) & ~Q(invitation_end=InvitationEnd.CANCELLED)
    lapsed = Q(status=Status.DEACTIVATED, deactivated_reason="inactivity")
    rows = Membership.objects.filter(organisation__in=ids).order_by().values("organisation")
    return [
        dict(row)
        for row in rows.annotate(
            invited=Count("pk", filter=invited),
            active=Count("pk", filter=Q(status=Status.ACTIVE)),
            deactivated=Count("pk", filter=Q(status=Status.DEACTIVATED)),
            lapsed=Count("pk", filter=lapsed),
        )
    ]


def lapse(memberships: Iterable[Membership]) -> None:
    """People of several organisations moved from active to lapsed, in one statement a slice."""
    _moved_from_active(memberships, lapsed=True)


def leave(memberships: Iterable[Membership]) -> None:
    """People of several organisations whose end date took them from active to deactivated."""
    _moved_from_active(memberships, lapsed=False)


def _moved_from_active(memberships: Iterable[Membership], *, lapsed: bool) -> None:
    moved = Counter(m.organisation_id for m in memberships)
    rows = list(MemberCount.objects.filter(pk__in=moved).order_by("pk"))
    for row in rows:
        row.active -= moved[row.pk]
        row.deactivated += moved[row.pk]
        row.lapsed += moved[row.pk] if lapsed else 0
    MemberCount.objects.bulk_update(rows, ["active", "deactivated", "lapsed"])
