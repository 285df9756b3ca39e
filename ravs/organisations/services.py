"""The verbs of organisations."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone

from ravs.audit import services as audit
from ravs.audit.events import (
    OrganisationAdded,
    PcnPracticesChanged,
    RegionContactChanged,
    SiteAdded,
)
from ravs.core.errors import Refusal
from ravs.organisations.models import (
    Organisation,
    OrganisationStatus,
    OrganisationType,
    Region,
    Site,
)


class AlreadyAdded(Refusal):
    """An organisation that is not closed has this ODS code already, with other details."""


class SiteAlreadyAdded(Refusal):
    """The organisation has a site with this ODS code already, with another name or address."""


class NoSuchOrganisation(Refusal):
    """No organisation that is not closed has this ODS code."""


class NoSuchRegion(Refusal):
    """The regions are the seven of NHS England."""


def organisation_by_ods(ods: str) -> Organisation:
    """The one organisation that has this code and is not closed.

    Raises:
        NoSuchOrganisation
    """
    found = Organisation.objects.filter(ods=ods.upper()).exclude(status=OrganisationStatus.CLOSED)
    organisation = found.first()
    if organisation is None:
        raise NoSuchOrganisation(f"There is no open organisation with the ODS code {ods}.")
    return organisation


@transaction.atomic
def add_organisation(
    *, ods: str, name: str, kind: OrganisationType, region: str, address: str = ""
) -> Organisation:
    """Onboard an organisation: it is *invited* until somebody has logged in there.

    The same values again change nothing; an address left out is no other address.

    Raises:
        NoSuchRegion, AlreadyAdded
    """
    ods, name = ods.strip().upper(), " ".join(name.split())
    home = Region.objects.filter(code=region.strip().upper()).first()
    if home is None:
        codes = ", ".join(Region.objects.order_by("code").values_list("code", flat=True))
        raise NoSuchRegion(f"There is no region {region}. The regions are {codes}.")
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(
                ods=ods,
                name=name,
                type=kind,
                region=home,
                address=address,
                invited_at=timezone.now(),
            )
    except IntegrityError:
        there = organisation_by_ods(ods)
        return _same(there, (name, kind, home.pk, address or there.address))
    audit.record(OrganisationAdded(type=kind), organisation=organisation.public_id)
    return organisation


def _same(there: Organisation, wanted: tuple[str, str, int, str]) -> Organisation:
    if (there.name, there.type, there.region_id, there.address) != wanted:
        raise AlreadyAdded(f"{there} is there already, with other details. Nothing was changed.")
    return there


@transaction.atomic
def add_site(*, organisation: Organisation, ods: str, name: str, address: str = "") -> Site:
    """Add a place or team where an organisation keeps and gives vaccines.

    The same values again change nothing; an address left out is no other address.

    Raises:
        SiteAlreadyAdded
    """
    ods, name = ods.strip().upper(), " ".join(name.split())
    site, is_new = Site.objects.get_or_create(
        organisation=organisation, ods=ods, defaults={"name": name, "address": address}
    )
    if (site.name, site.address) != (name, address or site.address):
        raise SiteAlreadyAdded(f"{site} is there already, with other details. Nothing was changed.")
    if is_new:
        audit.record(SiteAdded(site=site.public_id), organisation=organisation.public_id)
    return site


@transaction.atomic
def set_pcn_practices(*, organisation: Organisation, practices: Iterable[str]) -> Organisation:
    """Say which GP practices form the primary care network that a GP surgery belongs to.

    The same practices again change nothing; none: nobody is warned any more that another
    practice's patient may not be paid for.
    """
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    wanted = sorted({code.strip().upper() for code in practices})
    if organisation.pcn_practices != wanted:
        organisation.pcn_practices = wanted
        organisation.save(update_fields=["pcn_practices"])
        audit.record(
            PcnPracticesChanged(practices=len(wanted)), organisation=organisation.public_id
        )
    return organisation


def region_by_code(code: str) -> Region:
    """One of the seven regions. Raises ``NoSuchRegion``, naming them."""
    found = Region.objects.filter(code=code.strip().upper()).first()
    if found is None:
        codes = ", ".join(Region.objects.order_by("code").values_list("code", flat=True))
        raise NoSuchRegion(f"There is no region {code}. The regions are {codes}.")
    return found


@transaction.atomic
def set_region_contact(*, code: str, email: str) -> Region:
    """Say where a region is told of organisations that lose their last lead administrator.

    An empty address: it is told no more. The same address again changes nothing.

    Raises:
        NoSuchRegion
    """
    region = Region.objects.select_for_update().get(pk=region_by_code(code).pk)
    if region.contact_email != email:
        region.contact_email = email
        region.save(update_fields=["contact_email"])
        audit.record(RegionContactChanged(region=region.code))
    return region
