"""Questions asked of patients by pages. Reading only; the number of queries is pinned."""

from uuid import UUID

from django.db.models import Q, QuerySet

from ravs.core import postcodes
from ravs.core.folding import joined, parts, squash
from ravs.core.likeness import Traits, likeness, slips
from ravs.integrations.pds.port import Criteria, Demographics, DirectoryUnavailable, directory
from ravs.organisations.models import Organisation
from ravs.patients.models import Patient

MOST_ALIKE = 10


Match = Patient | Demographics
"""Somebody who was found: a row of the organisation, or a person of the directory."""


def patient_of(organisation: Organisation, public_id: UUID) -> Patient | None:
    """A patient whom this organisation knows, whatever other organisations know."""
    row = Patient.objects.filter(organisation=organisation, public_id=public_id).first()
    if row is not None:
        row.organisation = organisation
    return row


def find_known(organisation: Organisation, nhs_number: str) -> Patient | None:
    """Whom this organisation found under this number before, or under the one it replaced."""
    known = Q(nhs_number=nhs_number) | Q(former_nhs_number=nhs_number)
    rows = Patient.objects.filter(known, organisation=organisation).exclude(nhs_number="")
    return min(rows, key=lambda row: row.nhs_number != nhs_number, default=None)


def search(organisation: Organisation, criteria: Criteria) -> list[Match]:
    """Everybody who fits: of the directory, and of those without NHS number entered here.

    Raises:
        DirectoryUnavailable
    """
    return [*directory().search(criteria), *local_matches(organisation, criteria)]


def local_matches(organisation: Organisation, criteria: Criteria) -> list[Patient]:
    """Those without an NHS number whom this organisation entered and who fit."""
    born = _of(organisation).filter(nhs_number="", birth_date=criteria.birth_date)
    return [row for row in born.order_by("name_key", "pk") if _fits(row, criteria)]


def possible_duplicates(organisation: Organisation, criteria: Criteria) -> list[Match]:
    """Who may be meant by these details, the likeliest first: rows of this organisation, and
    people of the directory while it answers."""
    days = {criteria.birth_date, *slips(criteria.birth_date)}
    own = list(_of(organisation).filter(birth_date__in=days))
    try:
        told = directory().similar(criteria)
    except DirectoryUnavailable:
        told = []
    numbers = {person.nhs_number for person in told}
    matches: list[Match] = [*told, *(row for row in own if row.nhs_number not in numbers)]
    wanted = Traits.of(criteria)
    alike = [(likeness(wanted, Traits.of(match)), match) for match in matches]
    found = sorted((one for one in alike if one[0]), key=lambda one: -one[0])
    return [match for _, match in found[:MOST_ALIKE]]


def _of(organisation: Organisation) -> QuerySet[Patient]:
    return Patient.objects.filter(organisation=organisation)


def _fits(row: Patient, criteria: Criteria) -> bool:
    given = joined(row.given_name)
    wanted = squash(criteria.given_name)
    every = all(any(one.startswith(part) for one in given) for part in parts(criteria.given_name))
    return (
        (every or any(one.startswith(wanted) for one in given))
        and squash(criteria.family_name) in joined(row.family_name)
        and (not criteria.postcode or postcodes.fits(row.postcode, criteria.postcode))
    )
