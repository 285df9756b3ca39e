"""Questions that the pages of stock ask. A fixed number of queries, whatever the number of rows."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db.models import Count, F, Q, QuerySet

from ravs.organisations.models import Organisation, Site
from ravs.vaccines.models import Batch, Product, StockItem, VaccineType
from ravs.vaccines.selectors import enabled_types


def sites_of(organisation: Organisation, *, closed: bool = False) -> list[Site]:
    """The organisation's open or closed sites, A–Z."""
    status = Site.Status.CLOSED if closed else Site.Status.OPEN
    rows = organisation.sites.filter(status=status)
    return sorted(rows, key=lambda site: (site.name.casefold(), site.ods))


def items_at(sites: Sequence[Site], today: date) -> dict[int, list[tuple[StockItem, int]]]:
    """What each site keeps, with the number of batches that can be given today."""
    usable = Q(batches__expiry__gte=today) & (
        Q(batches__finished_on__isnull=True) | Q(batches__finished_on__gte=today)
    )
    rows = (
        StockItem.objects.filter(site__in=sites)
        .select_related("product__type")
        .annotate(active=Count("batches", filter=usable))
    )
    found: dict[int, list[tuple[StockItem, int]]] = defaultdict(list)
    for row in rows:
        found[row.site_id].append((row, row.active))
    return found


def stock_types(organisation: Organisation, today: date) -> list[tuple[VaccineType, str]]:
    """The types whose products an organisation may keep, each with the title it has there.

    A programme that is given from another type's stock stands for that type, unless that type is
    enabled itself.
    """
    enabled = enabled_types(organisation, today)
    titles = {type_.stock_type_id: type_.title for type_ in enabled}
    titles |= {type_.pk: type_.title for type_ in enabled if type_.stock_from_id is None}
    rows = VaccineType.objects.filter(pk__in=titles)
    made = [(row, titles[row.pk]) for row in rows]
    return sorted(made, key=lambda pair: pair[1].casefold())


def products_to_add(
    organisation: Organisation, today: date
) -> list[tuple[VaccineType, str, list[Product]]]:
    """For each type an organisation may keep its title and the products of today, A–Z."""
    types = stock_types(organisation, today)
    products: dict[int, list[Product]] = defaultdict(list)
    for product in Product.objects.on(today).filter(type__in=[row for row, _ in types]):
        products[product.type_id].append(product)
    return [
        (row, title, sorted(products[row.pk], key=lambda product: product.name.casefold()))
        for row, title in types
        if products[row.pk]
    ]


def active_batches(item: StockItem, today: date) -> QuerySet[Batch]:
    """Those that can be given today, the one that keeps longest at the head."""
    return item.batches.usable_on(today).order_by("-expiry", "number")


def finished_batches(item: StockItem, today: date) -> QuerySet[Batch]:
    """Those that can be given no more, the newest expiry at the head."""
    over = Q(expiry__lt=today) | Q(finished_on__lt=today)
    rows = item.batches.filter(over).select_related("finished_by")
    return rows.order_by("-expiry", F("finished_on").desc(nulls_last=True), "number")


def twins(
    sites: Sequence[Site], product: Product, batches: Sequence[tuple[str, date]]
) -> list[Batch]:
    """Batches with such a number and expiry that are here already and not marked as finished."""
    same = Q(pk__in=[])
    for number, expiry in batches:
        same |= Q(number=number, expiry=expiry)
    rows = Batch.objects.filter(
        same, item__site__in=sites, item__product=product, finished_on__isnull=True
    )
    return list(rows.select_related("item__site").order_by("item__site__name"))


def product_of_gtin(gtin: str) -> Product | None:
    """The product of a pack, where the catalogue knows it."""
    known = Product.objects.exclude(gtins=[]).select_related("type")
    return next((product for product in known if gtin in product.gtins), None)
