"""The directory that works without anything outside: people in a table of our own.

What is embedded by default, for trying the service and for training. It answers as the national
service is documented to: superseded numbers are followed, and what is sensitive is withheld.
"""

from django.db.models import Case, Q, QuerySet, When

from ravs.core.folding import parts, squash
from ravs.core.likeness import Spelled, Traits, likeness, slips
from ravs.integrations.pds.models import Outage, Person
from ravs.integrations.pds.port import (
    LIMIT,
    Criteria,
    Demographics,
    DirectoryUnavailable,
    Practice,
)

MOST_COMPARED = 2000


class LocalDirectory:
    """``PatientDirectory`` over the table ``Person``."""

    def find(self, nhs_number: str) -> Demographics | None:
        _must_answer()
        person = Person.objects.filter(nhs_number=nhs_number).first()
        if person is not None:
            return described(person)
        merged = Person.objects.filter(former_numbers__nhs_number=nhs_number).first()
        return described(merged, superseded=nhs_number) if merged else None

    def search(self, criteria: Criteria) -> list[Demographics]:
        _must_answer()
        born = Person.objects.filter(birth_date=criteria.birth_date)
        return [described(person) for person in _named(born, criteria)[:LIMIT]]

    def similar(self, criteria: Criteria) -> list[Demographics]:
        _must_answer()
        wanted = Traits.of(criteria)
        alike = [(likeness(wanted, _traits(row)), row) for row in _comparable(criteria)]
        found = sorted((one for one in alike if one[0]), key=lambda one: -one[0])
        return [described(person) for _, person in found[:LIMIT]]


def _must_answer() -> None:
    if Outage.objects.exists():
        raise DirectoryUnavailable


def _comparable(criteria: Criteria) -> QuerySet[Person]:
    """Who was born on the day, or on one it may have been meant to be; the likeliest first.

    In registries some days stand for "not known", and thousands share them.
    """
    given, family = squash(criteria.given_name), squash(criteria.family_name)
    initials = Q(given_terms__contains=f" {given[:1]}") | Q(family_terms__contains=f" {family[:1]}")
    crossed = Q(given_terms__contains=f" {family} ") | Q(family_terms__contains=f" {given} ")
    born = Person.objects.filter(
        initials | crossed, birth_date__in={criteria.birth_date, *slips(criteria.birth_date)}
    )
    rank = Case(
        When(family_terms__contains=f" {family} ", then=0),
        When(given_terms__contains=f" {given} ", then=1),
        default=2,
    )
    return born.order_by(rank, "pk")[:MOST_COMPARED]


def _traits(row: Person) -> Traits:
    """Taken from the terms that are stored, of which the whole name is the longest."""
    given, family = tuple(row.given_terms.split()), tuple(row.family_terms.split())
    return Traits(
        Spelled(max(given, key=len, default=""), given or ("",)),
        Spelled(max(family, key=len, default=""), family or ("",)),
        row.birth_date,
        "" if row.sensitive else row.postcode,
    )


def _named(people: QuerySet[Person], criteria: Criteria) -> QuerySet[Person]:
    """Those among ``people``, who share a date of birth, whose names and postcode fit."""
    if not (squash(criteria.given_name) and squash(criteria.family_name)):
        return people.none()
    every = Q()
    for part in parts(criteria.given_name):
        every &= Q(given_terms__contains=f" {part}")
    given = every | Q(given_terms__contains=f" {squash(criteria.given_name)}")
    family = Q(family_terms__contains=f" {squash(criteria.family_name)} ")
    return people.filter(given, family, _living_at(criteria.postcode))


def _living_at(postcode: str) -> Q:
    if not postcode:
        return Q()
    whole = Q(postcode=postcode) if " " in postcode else Q(postcode__startswith=f"{postcode} ")
    return whole | Q(sensitive=True)


def described(person: Person, *, superseded: str = "") -> Demographics:
    """A person as the directory tells of them."""
    tells = not person.sensitive
    practice = Practice(person.gp_ods, person.gp_name) if person.gp_ods and tells else None
    return Demographics(
        nhs_number=person.nhs_number,
        given_name=person.given_name,
        family_name=person.family_name,
        birth_date=person.birth_date,
        gender=person.gender,
        address=person.address if tells else "",
        postcode=person.postcode if tells else "",
        practice=practice,
        died_on=person.died_on,
        sensitive=person.sensitive,
        superseded=superseded,
    )
