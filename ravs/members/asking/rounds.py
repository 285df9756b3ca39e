"""Letters to lead administrators by night: who should log in soon, and that they are too few.

Set-based: organisations are taken in slices, each a transaction with its letters and events. A
slice grows by the other due organisations of its leads, so that nobody gets two letters in one
night. What was told is written down per organisation, so a second run tells nothing again.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber

from ravs.accounts.models import Account
from ravs.audit import services as audit
from ravs.audit.events import DigestSent, Event, LeadsTold
from ravs.mail.services import enqueue_many
from ravs.members import ground
from ravs.members.asking import emails
from ravs.members.asking.emails import Soon
from ravs.members.asking.selectors import soon
from ravs.members.models import LeadNotice, Membership
from ravs.members.services.leads import ENOUGH_LEADS, goes_on, outlooks, staying
from ravs.organisations.models import Organisation, OrganisationStatus

SLICE = 200
NAMED = 5
"""How many people a letter names for each organisation; the page has all of them."""

MONDAY = 0
A_WEEK = timedelta(days=7)


def write_to_leads(*, today: date) -> Iterator[int]:
    """Both letters of the night; yields how many were written after each slice."""
    yield from send_digests(today=today)
    yield from tell_few_leads(today=today)


def send_digests(*, today: date) -> Iterator[int]:
    """Tell leads once a week who should log in soon; nobody is told that there is nobody."""
    yield from _in_slices(_digest_due(today), lambda ids: _send_digests(ids, today))


def tell_few_leads(*, today: date) -> Iterator[int]:
    """Tell leads that their organisation will soon have fewer than two of them, monthly."""
    yield from _in_slices(_few_due(today), lambda ids: _tell_few_leads(ids, today))


def _in_slices(due: QuerySet[Organisation], act: Callable[[Sequence[int]], int]) -> Iterator[int]:
    last = 0
    while ids := list(due.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:SLICE]):
        yield act(_together(ids, due))
        last = ids[-1]


def _together(ids: Sequence[int], due: QuerySet[Organisation]) -> list[int]:
    """These organisations with every other due one that shares a lead with any of them."""
    found, fresh = set(ids), set(ids)
    while fresh:
        leads = _leads_at(fresh).values("account")
        shared = Membership.objects.active_lead_administrators().filter(account__in=leads)
        theirs = due.filter(pk__in=shared.values("organisation")).exclude(pk__in=found)
        fresh = set(theirs.values_list("pk", flat=True))
        found |= fresh
    return sorted(found)


def _leads_at(ids: object) -> QuerySet[Membership]:
    leads = Membership.objects.active_lead_administrators()
    return leads.filter(organisation__in=ids)  # type: ignore[misc]


def _with_leads() -> QuerySet[Organisation]:
    leads = Membership.objects.active_lead_administrators().filter(organisation=OuterRef("pk"))
    return Organisation.objects.filter(Exists(leads))


def _digest_due(today: date) -> QuerySet[Organisation]:
    """On Mondays, or a week after the last one where a Monday's run was missed."""
    never = Q(lead_notice__isnull=True) | Q(lead_notice__digest_on__isnull=True)
    latest = today - timedelta(days=1) if today.weekday() == MONDAY else today - A_WEEK
    return (
        _with_leads()
        .exclude(status=OrganisationStatus.CLOSED)
        .filter(never | Q(lead_notice__digest_on__lte=latest))
        .filter(Exists(soon(today).filter(organisation=OuterRef("pk"))))
    )


def _few_due(today: date) -> QuerySet[Organisation]:
    """Open organisations with too few lasting leads that were not told within the last month."""
    never = Q(lead_notice__isnull=True) | Q(lead_notice__few_leads_on__isnull=True)
    latest = today - timedelta(days=settings.FEW_LEADS_AGAIN_DAYS)
    lasting = (
        Membership.objects.active_lead_administrators()
        .filter(staying(today), organisation=OuterRef("pk"))
        .order_by()
        .values("organisation")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return (
        _with_leads()
        .filter(status=OrganisationStatus.ACTIVE)
        .filter(never | Q(lead_notice__few_leads_on__lte=latest))
        .annotate(lasting=Coalesce(Subquery(lasting), 0))
        .filter(lasting__lt=ENOUGH_LEADS)
    )


@transaction.atomic
def _send_digests(ids: Sequence[int], today: date) -> int:
    ground.lock_organisations(ids)
    due = list(_digest_due(today).filter(pk__in=ids).order_by("name", "pk"))
    places = {place.organisation.pk: place for place in _soon(due, today)}
    letters = [
        emails.log_in_soon(lead, [places[organisation.pk] for organisation in theirs])
        for lead, theirs in _leads_of(due)
    ]
    enqueue_many(letters)
    _note(due, "digest_on", today)
    _record({place.organisation: DigestSent(people=place.count) for place in places.values()})
    return len(letters)


@transaction.atomic
def _tell_few_leads(ids: Sequence[int], today: date) -> int:
    ground.lock_organisations(ids)
    due = list(_few_due(today).filter(pk__in=ids).order_by("name", "pk"))
    places = {outlook.organisation.pk: outlook for outlook in outlooks(due, today)}
    letters = [
        emails.few_leads(lead, [places[organisation.pk] for organisation in theirs])
        for lead, theirs in _leads_of(due)
    ]
    enqueue_many(letters)
    _note(due, "few_leads_on", today)
    _record({o.organisation: LeadsTold(leads=o.staying) for o in places.values()})
    return len(letters)


def _soon(due: Sequence[Organisation], today: date) -> list[Soon]:
    """How many at each organisation, and who comes first. Two queries."""
    rows = soon(today).filter(organisation__in=due)
    numbers = Counter(
        dict(
            rows.order_by()
            .values("organisation")
            .annotate(number=Count("pk"))
            .values_list("organisation", "number")
        )
    )
    place = Window(RowNumber(), partition_by=F("organisation"), order_by=[F("clock_on"), F("pk")])
    first: dict[int, list[tuple[str, date]]] = defaultdict(list)
    named = rows.annotate(place=place).filter(place__lte=NAMED).select_related("account")
    for row in named.order_by("place"):
        first[row.organisation_id].append((row.account.full_name, goes_on(row)))
    return [Soon(each, numbers[each.pk], tuple(first[each.pk])) for each in due]


def _leads_of(due: Sequence[Organisation]) -> Iterator[tuple[Account, list[Organisation]]]:
    """Each lead administrator of these organisations, with those that are theirs, in order."""
    people: dict[int, Account] = {}
    places: dict[int, set[int]] = defaultdict(set)
    rows = _leads_at([organisation.pk for organisation in due])
    for row in rows.select_related("account").order_by("account"):
        people[row.account_id] = row.account
        places[row.account_id].add(row.organisation_id)
    for pk, account in people.items():
        yield account, [each for each in due if each.pk in places[pk]]


def _note(due: Sequence[Organisation], field: str, today: date) -> None:
    LeadNotice.objects.bulk_create(
        [LeadNotice(organisation=organisation, **{field: today}) for organisation in due],
        update_conflicts=True,
        unique_fields=["organisation"],
        update_fields=[field],
    )


def _record(told: dict[Organisation, Event]) -> None:
    audit.record_many(
        audit.Entry(event, organisation=organisation.public_id)
        for organisation, event in told.items()
    )
