"""The shipped catalogue, sites and stock, as tests of several rooms need them."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone

from ravs.core.dates import london_today
from ravs.organisations.models import Organisation, Site
from ravs.vaccines.catalogue.reading import read
from ravs.vaccines.catalogue.writing import write
from ravs.vaccines.models import (
    Batch,
    CatalogueRelease,
    EnabledVaccine,
    Option,
    ProcedureCode,
    Product,
    Rule,
    StockItem,
    VaccineType,
)
from ravs.vaccines.services.catalogue import SHIPPED


def catalogue() -> None:
    """Load the shipped catalogue where it is not there yet: into the database of every test it
    is loaded once, before the first."""
    if not VaccineType.objects.exists():
        document, digest = read(SHIPPED)
        write(document)
        CatalogueRelease.objects.create(
            name=document.name, digest=digest, imported_at=timezone.now()
        )


def no_catalogue() -> None:
    """Take everything out of it. For ``catalogue_changes`` (tests/fixtures.py) alone."""
    VaccineType.objects.update(stock_from=None)
    for table in (ProcedureCode, Rule, Option, Product, VaccineType, CatalogueRelease):
        table.objects.all().delete()


def site(at: Organisation, name: str = "Leeds General Infirmary", ods: str = "RR801") -> Site:
    return Site.objects.create(organisation=at, name=name, ods=ods)


def closed_site(at: Organisation, name: str = "Old Clinic", ods: str = "RR899") -> Site:
    return Site.objects.create(organisation=at, name=name, ods=ods, status=Site.Status.CLOSED)


def enable(at: Organisation, *codes: str) -> None:
    """Let an organisation give these types."""
    types = VaccineType.objects.filter(code__in=codes)
    assert len(types) == len(set(codes)), f"not all of {codes} are in the catalogue"
    EnabledVaccine.objects.bulk_create(
        [EnabledVaccine(organisation=at, type=t, enabled_at=timezone.now()) for t in types]
    )


def item(where: Site, product: str) -> StockItem:
    """A product that a site keeps, by its code."""
    return StockItem.objects.get_or_create(
        organisation=where.organisation,
        site=where,
        product=Product.objects.get(code=product),
        defaults={"added_at": timezone.now()},
    )[0]


def batch(
    where: Site,
    product: str = "flu-vaxigrip",
    number: str = "AB781-10/4",
    *,
    expires: date | None = None,
    finished_on: date | None = None,
    pack_size: str = "",
) -> Batch:
    """A batch at a site; it expires in a hundred days where nothing else is said."""
    return Batch.objects.create(
        organisation=where.organisation,
        item=item(where, product),
        number=number,
        expiry=expires or london_today() + timedelta(days=100),
        pack_size=pack_size,
        added_at=timezone.now(),
        finished_on=finished_on,
        finished_at=timezone.now() if finished_on else None,
    )


def stocked(
    at: Organisation, types: Iterable[str] = ("flu", "covid-19"), *, name: str = "", ods: str = ""
) -> Site:
    """The catalogue, the types enabled, and one site with a batch of every valid product."""
    catalogue()
    enable(at, *types)
    where = site(at, name or "Leeds General Infirmary", ods or "RR801")
    products = Product.objects.on(london_today()).filter(type__code__in=list(types))
    for number, product in enumerate(products.order_by("code"), 1):
        batch(where, product.code, f"{product.code[:6].upper()}-{number}")
    return where
