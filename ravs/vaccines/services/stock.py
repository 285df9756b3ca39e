"""Batches of the products that sites keep: added, corrected, finished and brought back."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from ravs.accounts.models import Account
from ravs.audit import services as audit
from ravs.audit.events import BatchAdded, BatchBroughtBack, BatchChanged, Event, vaccine
from ravs.core.dates import london_date
from ravs.members.ground import person
from ravs.organisations.models import Organisation, Site
from ravs.vaccines import ground
from ravs.vaccines.batches import asks_pack_size, check_expiry, clean_number
from ravs.vaccines.models import Batch, OptionKind, Product, StockItem
from ravs.vaccines.refusals import (
    AlreadyAdded,
    AlreadyFinished,
    BatchNotPossible,
    ChangedMeanwhile,
    NotEnabled,
    SiteIsClosed,
)
from ravs.vaccines.selectors import enabled_types, options


@dataclass(frozen=True)
class NewBatch:
    """What a person says of a batch."""

    number: str
    expiry: date
    pack_size: str = ""


@dataclass(frozen=True)
class Added:
    """The batches that can be given now; ``brought_back`` were there before, finished."""

    batches: list[Batch] = field(default_factory=list)
    brought_back: list[Batch] = field(default_factory=list)


@transaction.atomic
def add_stock(
    *,
    actor: Account | None,
    organisation: Organisation,
    sites: Sequence[Site],
    product: Product,
    batches: Sequence[NewBatch],
) -> Added:
    """Add batches of a product at one site or several: all of them, or none.

    A product that a site keeps already gets the batches added to it. A batch that was finished
    is brought back.

    Raises:
        MayNotManageVaccines, SiteNotOurs, SiteIsClosed, NotEnabled, BatchNotPossible,
        AlreadyAdded
    """
    organisation = ground.lock(actor, organisation.pk)
    now = timezone.now()
    _require_enabled(organisation, product, london_date(now))
    wanted = [_sound(batch, organisation, product, london_date(now)) for batch in batches]
    added = Added()
    for site in ground.lock_sites(organisation, list(sites)):
        if site.status == Site.Status.CLOSED:
            raise SiteIsClosed(site)
        _add_at(actor, _item(organisation, site, product, now), wanted, now, added)
    return added


def add_batch(
    *,
    actor: Account | None,
    site: Site,
    product: Product,
    number: str,
    expiry: date,
    pack_size: str = "",
) -> Batch:
    """Add one batch at one site; ``brought_back`` of it says that it was there, finished.

    Raises:
        as ``add_stock``
    """
    added = add_stock(
        actor=actor,
        organisation=site.organisation,
        sites=[site],
        product=product,
        batches=[NewBatch(number, expiry, pack_size)],
    )
    return added.batches[0]


@transaction.atomic
def edit_batch(
    *, actor: Account | None, batch: Batch, details: NewBatch, seen: str | None = None
) -> Batch:
    """Correct a batch, for records to come: those that are there keep what they say.

    ``seen`` is the state that the person was shown; no difference, no event.

    Raises:
        MayNotManageVaccines, ChangedMeanwhile, AlreadyFinished, BatchNotPossible, AlreadyAdded
    """
    batch = ground.lock_batch(actor, batch)
    if seen is not None and seen != state_of(batch):
        raise ChangedMeanwhile(batch)
    if batch.finished_on is not None:
        raise AlreadyFinished(batch)
    today = london_date(timezone.now())
    new = _sound(details, batch.organisation, batch.item.product, today, stands=batch.expiry)
    before = NewBatch(batch.number, batch.expiry, batch.pack_size)
    if new == before:
        return batch
    _refuse_twin(batch, new)
    batch.number, batch.expiry, batch.pack_size = new.number, new.expiry, new.pack_size
    batch.save(update_fields=["number", "expiry", "pack_size"])
    event = BatchChanged(
        site=batch.item.site.public_id,
        product=vaccine(batch.item.product.code),
        batch=batch.public_id,
        number_changed=new.number != before.number,
        expiry_before=before.expiry,
        expiry_after=new.expiry,
    )
    _record(event, actor, batch.organisation)
    return batch


def state_of(batch: Batch) -> str:
    """A short word for everything a person can change about a batch."""
    told = f"{batch.number}|{batch.expiry}|{batch.pack_size}|{batch.finished_on}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _require_enabled(organisation: Organisation, product: Product, today: date) -> None:
    stock_types = {type_.stock_type_id for type_ in enabled_types(organisation, today)}
    is_valid = Product.objects.on(today).filter(pk=product.pk).exists()
    if product.type_id not in stock_types or not is_valid:
        raise NotEnabled(product)


def _sound(
    batch: NewBatch,
    organisation: Organisation,
    product: Product,
    today: date,
    stands: date | None = None,
) -> NewBatch:
    """The batch as it is stored, once its rules hold on the day it is written."""
    number = clean_number(batch.number)
    check_expiry(batch.expiry, today, stands)
    if not asks_pack_size(organisation, product):
        return NewBatch(number, batch.expiry)
    sizes = {option.code for option in options(OptionKind.PACK_SIZE, today)}
    if batch.pack_size not in sizes:
        raise BatchNotPossible("pack_size", "Select the pack size")
    return NewBatch(number, batch.expiry, batch.pack_size)


def _item(organisation: Organisation, site: Site, product: Product, now: datetime) -> StockItem:
    item, _ = StockItem.objects.get_or_create(
        site=site, product=product, defaults={"organisation": organisation, "added_at": now}
    )
    return item


def _add_at(
    actor: Account | None,
    item: StockItem,
    wanted: Sequence[NewBatch],
    now: datetime,
    added: Added,
) -> None:
    is_new_product = not item.batches.exists()
    for new in wanted:
        batch = _twin(item, new)
        if batch is None:
            batch = _create(actor, item, new, now)
            event: Event = BatchAdded(
                **_which(batch), expiry=new.expiry, new_product=is_new_product
            )
        elif batch.finished_on is None:
            raise AlreadyAdded(batch)
        else:
            _bring_back(batch, new)
            added.brought_back.append(batch)
            event = BatchBroughtBack(**_which(batch), added_again=True)
        is_new_product = False
        added.batches.append(batch)
        _record(event, actor, item.organisation)


def _create(actor: Account | None, item: StockItem, new: NewBatch, now: datetime) -> Batch:
    return Batch.objects.create(
        organisation=item.organisation,
        item=item,
        number=new.number,
        expiry=new.expiry,
        pack_size=new.pack_size,
        added_at=now,
        added_by=actor,
    )


def _twin(item: StockItem, new: NewBatch) -> Batch | None:
    rows = item.batches.select_for_update(no_key=True, of=("self",))
    found = rows.select_related("item__site", "item__product")
    return found.filter(number=new.number, expiry=new.expiry).first()


def _refuse_twin(batch: Batch, new: NewBatch) -> None:
    twin = _twin(batch.item, new)
    if twin is not None and twin.pk != batch.pk:
        raise AlreadyAdded(twin)


def _bring_back(batch: Batch, new: NewBatch) -> None:
    batch.finished_on = batch.finished_at = batch.finished_by = None
    batch.pack_size = new.pack_size or batch.pack_size
    batch.save(update_fields=["finished_on", "finished_at", "finished_by", "pack_size"])
    batch.brought_back = True


def _which(batch: Batch) -> dict[str, Any]:
    return {
        "site": batch.item.site.public_id,
        "product": vaccine(batch.item.product.code),
        "batch": batch.public_id,
    }


def _record(event: Event, actor: Account | None, organisation: Organisation) -> None:
    audit.record(event, actor=person(actor), organisation=organisation.public_id)
