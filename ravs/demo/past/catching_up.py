"""What a world that was kept from an earlier version lacks: patients, sites, vaccines to give.

Its past stays as it is. People are there to be found, and stock can be added and given from today.
"""

from django.db import transaction

from ravs.core.dates import london_today
from ravs.demo.past.care import people
from ravs.demo.past.cast import CAST
from ravs.demo.past.giving import Giving
from ravs.demo.past.story import Place
from ravs.organisations.models import Organisation, OrganisationStatus
from ravs.organisations.services import add_site
from ravs.vaccines.services import enable_vaccine
from ravs.vaccines.services.enabling import type_by_code


@transaction.atomic
def catch_up() -> str:
    """Once; says so. What is there already stays."""
    if not people.directory_is_empty():
        return ""
    added = people.fill_directory(today=london_today())
    for place in CAST.places:
        _site(place)
    for giving in CAST.giving:
        _enable(giving)
    return f"{added:,} patients were added."


def _open(ods: str) -> Organisation | None:
    rows = Organisation.objects.exclude(status=OrganisationStatus.CLOSED)
    return rows.filter(ods=ods).first()


def _site(place: Place) -> None:
    organisation = _open(place.ods)
    if organisation is None or organisation.sites.exists():
        return
    for site in place.all_sites:
        add_site(organisation=organisation, ods=site.ods, name=site.name, address=site.address)


def _enable(giving: Giving) -> None:
    organisation = _open(giving.ods)
    if organisation is None or organisation.enabled_vaccines.exists():
        return
    for code in giving.types:
        enable_vaccine(actor=None, organisation=organisation, type=type_by_code(code))
