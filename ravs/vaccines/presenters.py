"""What the pages of vaccines show. Built from loaded rows; nothing here asks the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse

from ravs.core.dates import london_date
from ravs.core.pagination import Page
from ravs.core.presenters import written_date
from ravs.organisations.models import Organisation, Site
from ravs.vaccines.models import Batch, Route, StockItem, VaccineType

NO_LONGER = "Not enabled now"


def url_of(name: str, organisation: Organisation, **keys: UUID) -> str:
    return reverse(f"vaccines:{name}", kwargs={"ods": organisation.ods, **keys})


@dataclass(frozen=True)
class Tab:
    text: str
    count: int
    href: str
    current: bool


@dataclass(frozen=True)
class ItemRow:
    """A product that a site keeps. ``add`` is empty where no batch can be added."""

    vaccine: str
    product: str
    active: int
    view: str
    add: str
    tag: str


@dataclass(frozen=True)
class SiteCard:
    """A site with what it keeps."""

    name: str
    ods: str
    items: tuple[ItemRow, ...]
    change: str
    is_closed: bool


@dataclass(frozen=True)
class IndexPage:
    """The sites and their vaccines. ``choices`` narrow the list to one site."""

    tabs: tuple[Tab, ...]
    sites: tuple[SiteCard, ...]
    pages: Page
    choices: tuple[dict[str, object], ...]
    has_sites: bool
    has_types: bool
    may_enable: bool
    is_closed_tab: bool


def cards(
    organisation: Organisation,
    sites: Sequence[Site],
    items: Mapping[int, Sequence[tuple[StockItem, int]]],
    enabled: frozenset[int],
) -> tuple[SiteCard, ...]:
    """Sites with their items; ``enabled`` holds the types whose products may be added."""
    made = []
    for site in sites:
        closed = site.status == Site.Status.CLOSED
        rows = [
            _row(organisation, item, active, may_add=not closed, enabled=enabled)
            for item, active in items.get(site.pk, ())
        ]
        rows.sort(key=lambda row: (row.vaccine.casefold(), row.product.casefold()))
        change = url_of("reopen" if closed else "close", organisation, site=site.public_id)
        made.append(SiteCard(site.name, site.ods, tuple(rows), change, closed))
    return tuple(made)


def _row(
    organisation: Organisation,
    item: StockItem,
    active: int,
    *,
    may_add: bool,
    enabled: frozenset[int],
) -> ItemRow:
    is_enabled = item.product.type_id in enabled
    add = url_of("add-batch", organisation, item=item.public_id)
    return ItemRow(
        vaccine=item.product.type.title,
        product=item.product.name,
        active=active,
        view=url_of("item", organisation, item=item.public_id),
        add=add if may_add and is_enabled else "",
        tag="" if is_enabled else NO_LONGER,
    )


@dataclass(frozen=True)
class BatchRow:
    """A batch of a tab of the product page; empty addresses stand for what is not offered."""

    number: str
    expiry: str
    pack_size: str
    tag: str
    when: str
    why: str
    edit: str = ""
    finish: str = ""
    bring_back: str = ""


@dataclass(frozen=True)
class ItemPage:
    """A product at a site, and one tab of its batches."""

    product: str
    facts: tuple[dict[str, str], ...]
    tabs: tuple[Tab, ...]
    rows: tuple[BatchRow, ...]
    pages: Page
    add: str
    is_finished_tab: bool
    has_pack_sizes: bool
    is_closed: bool


def facts_of(item: StockItem) -> tuple[dict[str, str], ...]:
    product = item.product
    dose = f"{product.dose_ml.normalize():f} ml" if product.dose_ml else "Not known"
    return (
        {"key": "Vaccine", "value": product.type.title},
        {"key": "Given as", "value": Route(product.route).label},
        {"key": "Dose", "value": dose},
        {"key": "Site", "value": str(item.site)},
    )


def active_rows(
    organisation: Organisation,
    batches: Iterable[Batch],
    today: date,
    sizes: Mapping[str, str],
    *,
    may_change: bool,
) -> tuple[BatchRow, ...]:
    """Batches that can be given today; one that ends soon says so, and can be brought back."""
    rows = []
    for batch in batches:
        is_ending = batch.finished_on is not None
        rows.append(
            BatchRow(
                number=batch.number,
                expiry=written_date(batch.expiry),
                pack_size=sizes.get(batch.pack_size, ""),
                tag=_last_day(batch, today),
                when=written_date(batch.added_at),
                why="",
                edit=_url("edit-batch", organisation, batch, may_change and not is_ending),
                finish=_url("finish-batch", organisation, batch, may_change),
                bring_back=_url("bring-back", organisation, batch, may_change and is_ending),
            )
        )
    return tuple(rows)


def _last_day(batch: Batch, today: date) -> str:
    if batch.finished_on is not None:
        is_today = batch.finished_on == today
        return "Last day today" if is_today else f"Last day {written_date(batch.finished_on)}"
    return "Expires today" if batch.expiry == today else ""


def _url(name: str, organisation: Organisation, batch: Batch, offered: bool) -> str:
    return url_of(name, organisation, batch=batch.public_id) if offered else ""


def finished_rows(
    organisation: Organisation,
    batches: Iterable[Batch],
    today: date,
    sizes: Mapping[str, str],
    *,
    may_change: bool,
) -> tuple[BatchRow, ...]:
    """Batches that can be given no more, since when and why (domain 5.4)."""
    rows = []
    for batch in batches:
        marked = batch.finished_on is not None and batch.finished_on < batch.expiry
        is_finished = batch.finished_on is not None
        may_come_back = may_change and is_finished and batch.expiry >= today
        rows.append(
            BatchRow(
                number=batch.number,
                expiry=written_date(batch.expiry),
                pack_size=sizes.get(batch.pack_size, ""),
                tag="",
                when=written_date(batch.finished_on if marked else batch.expiry),
                why=_marked_by(batch) if marked else "Expired",
                edit=_url("edit-batch", organisation, batch, may_change and not is_finished),
                bring_back=_url("bring-back", organisation, batch, may_come_back),
            )
        )
    return tuple(rows)


def _marked_by(batch: Batch) -> str:
    by = f" by {batch.finished_by.full_name}" if batch.finished_by else ""
    on = f" on {written_date(london_date(batch.finished_at))}" if batch.finished_at else ""
    return f"Marked as finished{by}{on}"


@dataclass(frozen=True)
class StepPage:
    """A step of adding vaccines."""

    key: str
    back: str
    q: str = ""
    is_narrow: bool = False
    asks_filter: bool = False
    rows: int = 1
    can_add_row: bool = False
    product: str = ""
    sites: str = ""


@dataclass(frozen=True)
class CheckPage:
    key: str
    back: str
    another: str
    rows: tuple[dict[str, str], ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class BatchPage:
    """A page about one batch."""

    key: str
    back: str
    number: str
    expiry: str
    product: str
    site: str
    seen: str = ""


@dataclass(frozen=True)
class SitePage:
    key: str
    back: str
    name: str
    batches: int


@dataclass(frozen=True)
class EnablePage:
    """What an organisation may give, and what it can enable itself."""

    key: str
    back: str
    enabled: tuple[str, ...]
    is_pharmacy: bool
    can_enable: bool


@dataclass(frozen=True)
class CatalogueSection:
    title: str
    anchor: str
    rows: tuple[tuple[str, str], ...]
    """What a row says, and what of it is not confirmed."""


@dataclass(frozen=True)
class CataloguePage:
    back: str
    name: str
    imported: str
    sections: tuple[CatalogueSection, ...]
    unsure: int
    only_unsure: bool


def titles(types: Iterable[VaccineType]) -> tuple[str, ...]:
    return tuple(type_.title for type_ in types)
