"""Questions asked of records. Every list reads one page along an index, and counts nothing."""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from ravs.core import postcodes
from ravs.core.folding import joined, parts, prefix_range, squash
from ravs.members.models import Membership
from ravs.organisations.models import Organisation
from ravs.patients.models import Patient
from ravs.vaccinations.models import Vaccination, Version
from ravs.vaccinations.records.criteria import Criteria
from ravs.vaccines.models import VaccineType

Rows = QuerySet[Vaccination]
MOST_RANGES = 4
"""So many questions at most for one name, whatever is typed."""


@dataclass(frozen=True)
class Place:
    """Where a page begins: after the record ``before``, towards older ones, or back from
    ``after``."""

    before: UUID | None = None
    after: UUID | None = None


@dataclass(frozen=True)
class Slice:
    """One page of a list, and the records from which the neighbouring pages go on."""

    rows: tuple[Vaccination, ...]
    newer: UUID | None = None
    older: UUID | None = None


def with_everything(rows: QuerySet[Vaccination]) -> QuerySet[Vaccination]:
    """Records with all rows that their page shows, in one query."""
    return rows.select_related(
        "organisation",
        "site",
        "type__stock_from",
        "product",
        "batch",
        "vaccinator__account",
        "recorder",
        "patient",
        "deleted_by",
    )


def record_of(organisation: Organisation, public_id: UUID) -> Vaccination | None:
    """A record of this organisation, deleted or not."""
    row = with_everything(organisation.vaccinations.filter(public_id=public_id)).first()
    if row is not None:
        row.organisation = organisation
    return row


def versions_of(vaccination: Vaccination) -> list[Version]:
    """Every earlier version, the latest first."""
    rows = vaccination.earlier_versions.select_related("replaced_by")
    return list(rows.order_by("-number"))


def has_records(organisation: Organisation) -> bool:
    return organisation.vaccinations.filter(deleted_at__isnull=True).exists()


def page_of(organisation: Organisation, criteria: Criteria, place: Place) -> Slice:
    """One page of the records that fit."""
    rows = _fitting(organisation, criteria).select_related("type")
    ranges = [rows.filter(one) for one in _called(criteria.name)] if criteria.name else [rows]
    return _slice(ranges, organisation, place, by_name=criteria.is_by_name)


def vaccines_of(organisation: Organisation) -> list[VaccineType]:
    """The types that the organisation ever gave, withdrawn or not, A to Z."""
    enabled = organisation.enabled_vaccines.values("type")
    return sorted(VaccineType.objects.filter(pk__in=enabled), key=lambda one: one.name.casefold())


def vaccinators_of(organisation: Organisation) -> list[Membership]:
    """Everybody who is named as vaccinator in a record of here, whatever they are now, A to Z."""
    theirs = Vaccination.objects.filter(vaccinator=OuterRef("pk"))
    rows = organisation.memberships.filter(Exists(theirs)).select_related("account")
    return list(rows.order_by("sort_key", "pk"))


def _fitting(organisation: Organisation, criteria: Criteria) -> Rows:
    rows = Vaccination.objects.filter(
        organisation=organisation, deleted_at__isnull=not criteria.deleted
    )
    exact = {
        "batch_number": criteria.batch,
        "birth_date": criteria.born,
        "given_on__gte": criteria.since,
        "given_on__lte": criteria.until,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if criteria.nhs_number:
        rows = rows.filter(nhs_number__in=_numbers_of(organisation, criteria.nhs_number))
    # By their keys, asked first: through a join no database would see how few rows there are.
    if criteria.vaccine:
        types = VaccineType.objects.filter(code=criteria.vaccine)
        rows = rows.filter(type=types.values_list("pk", flat=True).first())
    if criteria.vaccinator:
        people = organisation.memberships.filter(public_id=criteria.vaccinator)
        rows = rows.filter(vaccinator=people.values_list("pk", flat=True).first())
    if criteria.family_name:
        rows = rows.filter(pk__in=_of_person(rows, criteria))
    return rows


def _numbers_of(organisation: Organisation, nhs_number: str) -> set[str]:
    """The number, and those that it replaced or that replaced it."""
    known = Q(nhs_number=nhs_number) | Q(former_nhs_number=nhs_number)
    rows = Patient.objects.filter(known, organisation=organisation)
    return {nhs_number, *(number for row in rows for number in row.numbers)}


def _called(name: str) -> list[Q]:
    """The name as typed, as the last name and then the first; or the other way round. Each is a
    range of names, in their order, that shares nothing with the others: asked one by one, each
    ends after a page, where all together would be read to the last row and sorted. Of more words
    than names have, one question asks for all."""
    words = name.replace(",", " ").split()
    wanted = {" ".join(words)}
    wanted |= {" ".join((*words[cut:], *words[:cut])) for cut in range(1, len(words))}
    ranges = sorted({prefix_range(one) for one in wanted})
    found = [Q(name_key__gte=low, name_key__lt=high) for low, high in ranges]
    return found if len(found) <= MOST_RANGES else [reduce(or_, found)]


def _of_person(rows: Rows, criteria: Criteria) -> list[int]:
    """Those whose details fit as forgivingly as patients are found. One birthday has few."""
    columns = ("pk", "given_name", "family_name", "postcode", "patient__sensitive")
    return [
        pk
        for pk, given, family, code, sensitive in rows.values_list(*columns)
        if _fits(criteria, given, family, criteria.postcode if sensitive else code)
    ]


def _fits(criteria: Criteria, given: str, family: str, postcode: str) -> bool:
    """Nobody can try out postcodes on protected people: theirs counts as the one asked for."""
    known = joined(given)
    every = all(any(k.startswith(p) for k in known) for p in parts(criteria.given_name))
    return (
        every
        and squash(criteria.family_name) in joined(family)
        and (not criteria.postcode or postcodes.fits(postcode, criteria.postcode))
    )


def _slice(ranges: list[Rows], organisation: Organisation, place: Place, *, by_name: bool) -> Slice:
    """``ranges``: rows that follow one another in the order, asked until a page is full."""
    asked = place.after or place.before
    at = organisation.vaccinations.filter(public_id=asked).first() if asked else None
    back = at is not None and place.after is not None
    upwards = ["name_key", "-given_on", "-id"] if by_name else ["-given_on", "-id"]
    order = [_turned(one) for one in upwards] if back else upwards
    size = settings.PAGE_SIZE
    found: list[Vaccination] = []
    for rows in reversed(ranges) if back else ranges:
        beyond = rows if at is None else rows.filter(_beyond(at, order))
        found += beyond.order_by(*order)[: size + 1 - len(found)]
        if len(found) > size:
            break
    shown, more = found[:size], len(found) > size
    if back:
        shown.reverse()
    return _neighbours(shown, has_newer=more if back else at is not None, has_older=back or more)


def _neighbours(shown: list[Vaccination], *, has_newer: bool, has_older: bool) -> Slice:
    return Slice(
        rows=tuple(shown),
        newer=shown[0].public_id if shown and has_newer else None,
        older=shown[-1].public_id if shown and has_older else None,
    )


def _turned(order: str) -> str:
    return order.removeprefix("-") if order.startswith("-") else f"-{order}"


def _beyond(at: Vaccination, order: list[str]) -> Q:
    """What comes after ``at`` in this order; its first column bounds the index."""
    names = [one.removeprefix("-") for one in order]
    first, down = names[0], order[0].startswith("-")
    bound = Q(**{f"{first}__{'lte' if down else 'gte'}": _value(at, first)})
    later = Q()
    for end, one in enumerate(order):
        same: dict[str, Any] = {name: _value(at, name) for name in names[:end]}
        way = "lt" if one.startswith("-") else "gt"
        later |= Q(**same, **{f"{names[end]}__{way}": _value(at, names[end])})
    return bound & later


def _value(at: Vaccination, name: str) -> Any:
    value = getattr(at, name)
    return bytes(value) if isinstance(value, memoryview) else value
