"""Questions asked of the catalogue and of stock. One or two queries each, whatever the number."""

from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from ravs.organisations.models import Organisation, Site
from ravs.vaccines.models import (
    Batch,
    EnabledVaccine,
    Option,
    ProcedureCode,
    Product,
    Rule,
    StockItem,
    VaccineType,
)


def enabled_types(organisation: Organisation, day: date) -> list[VaccineType]:
    """The types that an organisation may give and that are valid on ``day``, A–Z."""
    types = VaccineType.objects.on(day).filter(pk__in=_enabled(organisation).values("type"))
    return sorted(types, key=_by_title)


def newly_enabled(organisation: Organisation, since: datetime) -> list[VaccineType]:
    """The types that were enabled after ``since``, A–Z; none where all of them were, as at an
    organisation that has just begun."""
    rows = list(_enabled(organisation).select_related("type"))
    new = [row.type for row in rows if row.enabled_at > since]
    return sorted(new, key=_by_title) if len(new) < len(rows) else []


def sites_with_stock(organisation: Organisation) -> list[Site]:
    """Open sites that keep a product of a type the organisation may give, A–Z."""
    stock_types = _enabled(organisation).values(stock=Coalesce(F("type__stock_from"), F("type")))
    kept = StockItem.objects.filter(site=OuterRef("pk"), product__type__in=stock_types)
    sites = organisation.sites.filter(Exists(kept), status=Site.Status.OPEN)
    return sorted(sites, key=lambda site: (site.name.casefold(), site.ods))


def products_kept(site: Site, day: date) -> list[Product]:
    """Every product that this site keeps and that is valid on ``day``, A–Z."""
    products = Product.objects.on(day).filter(pk__in=_kept(site))
    return sorted(products, key=lambda product: product.name.casefold())


def usable_batches(site: Site, product: Product, day: date) -> QuerySet[Batch]:
    """Batches that may be given on ``day``, the one that expires first at the head."""
    batches = Batch.objects.usable_on(day).filter(item__site=site, item__product=product)
    return batches.order_by("expiry", "number")


def options(kind: str, day: date, type: VaccineType | None = None) -> list[Option]:  # noqa: A002
    """The answers to a question on ``day``: those for every vaccine, and those for ``type``."""
    fitting = Q(type__isnull=True) | Q(type=type) if type else Q(type__isnull=True)
    return list(Option.objects.on(day).filter(fitting, kind=kind))


def rules(
    type: VaccineType,  # noqa: A002
    day: date,
    at: Organisation | None = None,
) -> list[Rule]:
    """What is usual for a type on ``day``, with what holds for the products it is given from.

    Rules of one region or one kind of organisation are among them only for an organisation
    ``at`` which they hold.
    """
    own = Q(type=type) | Q(type=type.stock_type_id, product__isnull=False)
    found = Rule.objects.on(day).filter(own).select_related("product")
    return [rule for rule in found if _holds(rule, at)]


def procedure_code(type: VaccineType, route: str, dose: str, day: date) -> str:  # noqa: A002
    """The SNOMED CT procedure of giving a type by a route as a dose; empty when none is known.

    The row that names the dose comes before one for any dose; the same for the route.
    """
    rows = ProcedureCode.objects.on(day).filter(
        type=type, route__in=["", route], dose__in=["", dose]
    )
    best = max(rows, key=lambda row: (bool(row.dose), bool(row.route)), default=None)
    return best.code if best else ""


def _holds(rule: Rule, at: Organisation | None) -> bool:
    if not rule.region and not rule.organisation_type:
        return True
    if at is None:
        return False
    return rule.region in {"", at.region.code} and rule.organisation_type in {"", at.type}


def _enabled(organisation: Organisation) -> QuerySet[EnabledVaccine]:
    return organisation.enabled_vaccines.filter(withdrawn_at__isnull=True)


def _kept(site: Site) -> QuerySet[StockItem, int]:
    return StockItem.objects.filter(site=site).values_list("product_id", flat=True)


def _by_title(type_: VaccineType) -> str:
    return type_.name.casefold()
