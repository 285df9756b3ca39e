"""Questions asked of the catalogue and of stock. One or two queries each, whatever the number.

``known``: the catalogue as the caller has it already, which saves asking whether it is current.
"""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from ravs.core.prepared import Prepared, Slot
from ravs.organisations.models import Organisation, Site
from ravs.vaccines.catalogue.memory import Catalogue, catalogue, on
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


def enabled_types(
    organisation: Organisation, day: date, known: Catalogue | None = None
) -> list[VaccineType]:
    """The types that an organisation may give and that are valid on ``day``, A–Z."""
    enabled = _enabled_types(organisation)
    return sorted(
        (t for t in on((known or catalogue()).types, day) if t.pk in enabled), key=_by_title
    )


def newly_enabled(organisation: Organisation, since: datetime) -> list[VaccineType]:
    """The types that were enabled after ``since``, A–Z; none where all of them were, as at an
    organisation that has just begun."""
    rows = list(_enabled(organisation).select_related("type"))
    new = [row.type for row in rows if row.enabled_at > since]
    return sorted(new, key=_by_title) if len(new) < len(rows) else []


def sites_with_stock(organisation: Organisation) -> list[Site]:
    """Open sites that keep a product of a type the organisation may give, A–Z."""
    sites = _SITES(organisation=organisation.pk)
    return sorted(sites, key=lambda site: (site.name.casefold(), site.ods))


def _sites() -> QuerySet[Site]:
    organisation = Slot(Site, "organisation")
    enabled = EnabledVaccine.objects.filter(organisation=organisation, withdrawn_at__isnull=True)
    # The same as ``VaccineType.stock_type_id``.
    stock_types = enabled.values_list(Coalesce("type__stock_from", "type"))
    kept = StockItem.objects.filter(site=OuterRef("pk"), product__type__in=stock_types)
    return Site.objects.filter(Exists(kept), organisation=organisation, status=Site.Status.OPEN)


_SITES = Prepared(_sites)


def products_kept(site: Site, day: date, known: Catalogue | None = None) -> list[Product]:
    """Every product that this site keeps and that is valid on ``day``, A–Z."""
    kept = set(_KEPT(site=site.pk))
    products = [
        product for product in on((known or catalogue()).products, day) if product.pk in kept
    ]
    return sorted(products, key=lambda product: product.name.casefold())


_KEPT: Prepared[int] = Prepared(
    lambda: StockItem.objects.filter(site=Slot(StockItem, "site")).values_list(
        "product_id", flat=True
    )
)


def usable_batches(site: Site, product: Product, day: date) -> list[Batch]:
    """Batches that may be given on ``day``, the one that expires first at the head."""
    return _USABLE(site=site.pk, product=product.pk, day=day)


_USABLE = Prepared(
    lambda: (
        Batch.objects.usable_on(Slot(Batch, "expiry", "day"))
        .filter(item__site=Slot(StockItem, "site"), item__product=Slot(StockItem, "product"))
        .order_by("expiry", "number")
    )
)


def options(kind: str, day: date, type: VaccineType | None = None) -> list[Option]:  # noqa: A002
    """The answers to a question on ``day``: those for every vaccine, and those for ``type``."""
    return [option for option in options_for(type, day) if option.kind == kind]


def options_for(
    type: VaccineType | None,  # noqa: A002
    day: date,
    known: Catalogue | None = None,
) -> list[Option]:
    """The answers to every question on ``day``: for every vaccine, and those for ``type``."""
    whose = {None, type.pk if type else None}
    return [option for option in on((known or catalogue()).options, day) if option.type_id in whose]


def rules(
    type: VaccineType,  # noqa: A002
    day: date,
    at: Organisation | None = None,
    known: Catalogue | None = None,
) -> list[Rule]:
    """What is usual for a type on ``day``, with what holds for the products it is given from.

    Rules of one region or one kind of organisation are among them only for an organisation
    ``at`` which they hold.
    """
    return [
        rule
        for rule in on((known or catalogue()).rules, day)
        if _is_of(rule, type) and _holds(rule, at)
    ]


def procedure_code(type: VaccineType, route: str, dose: str, day: date) -> str:  # noqa: A002
    """The SNOMED CT procedure of giving a type by a route as a dose; empty when none is known.

    The row that names the dose comes before one for any dose; the same for the route.
    """
    rows = ProcedureCode.objects.on(day).filter(
        type=type, route__in=["", route], dose__in=["", dose]
    )
    best = max(rows, key=lambda row: (bool(row.dose), bool(row.route)), default=None)
    return best.code if best else ""


def _is_of(rule: Rule, type_: VaccineType) -> bool:
    """Rules of the type; of the type whose stock it is given from, those of its products."""
    if rule.type_id == type_.pk:
        return True
    return rule.product_id is not None and rule.type_id == type_.stock_type_id


def _holds(rule: Rule, at: Organisation | None) -> bool:
    if not rule.region and not rule.organisation_type:
        return True
    if at is None:
        return False
    return rule.region in {"", at.region.code} and rule.organisation_type in {"", at.type}


def _enabled(organisation: Organisation) -> QuerySet[EnabledVaccine]:
    return organisation.enabled_vaccines.filter(withdrawn_at__isnull=True)


def _enabled_types(organisation: Organisation) -> set[int]:
    return set(_ENABLED(organisation=organisation.pk))


_ENABLED: Prepared[int] = Prepared(
    lambda: EnabledVaccine.objects.filter(
        organisation=Slot(EnabledVaccine, "organisation"), withdrawn_at__isnull=True
    ).values_list("type_id", flat=True)
)


def _by_title(type_: VaccineType) -> str:
    return type_.name.casefold()
