"""The catalogue as each process keeps it in memory: a few hundred rows that change once a season.

Recording asks it many times a minute. Every question first asks the database which file was
brought in last, by one short query, so that no process ever answers from an older one. Rows are
shared by all threads: nobody changes them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from ravs.core.prepared import Prepared
from ravs.vaccines.models import CatalogueRelease, Option, Product, Rule, VaccineType
from ravs.vaccines.models.catalogue import Dated

Row = TypeVar("Row", bound=Dated)
Release = tuple[int, str]


@dataclass(frozen=True)
class Catalogue:
    """Every row, valid or not, in the order of its model. Products and rules know theirs."""

    release: Release | None
    types: tuple[VaccineType, ...]
    products: tuple[Product, ...]
    options: tuple[Option, ...]
    rules: tuple[Rule, ...]


_kept: list[Catalogue] = []


def catalogue() -> Catalogue:
    """The catalogue as it is now: one query, and four more where another file has come in."""
    release = _latest()
    if not _kept or _kept[0].release != release:
        _kept[:] = [_read(release)]
    return _kept[0]


def last_known() -> Catalogue | None:
    """What was read last, for what has to go on while the database does not answer."""
    return _kept[0] if _kept else None


def remember(known: Catalogue | None) -> None:
    """Go back to what was known before."""
    _kept[:] = [known] if known else []


def forget() -> None:
    """Read everything anew at the next question, for whoever changed rows by another way."""
    _kept.clear()


def on(rows: Iterable[Row], day: date) -> list[Row]:
    """The rows that are valid on ``day``, a London date."""
    return [
        row
        for row in rows
        if row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)
    ]


_LATEST: Prepared[Release] = Prepared(
    lambda: CatalogueRelease.objects.order_by("-pk").values_list("pk", "digest")[:1]
)


def _latest() -> Release | None:
    return _LATEST.first()


def _read(release: Release | None) -> Catalogue:
    types = {row.pk: row for row in VaccineType.objects.all()}
    for row in types.values():
        row.stock_from = types.get(row.stock_from_id) if row.stock_from_id else None
    products = {row.pk: row for row in Product.objects.all()}
    for product in products.values():
        product.type = types[product.type_id]
    rules = tuple(Rule.objects.all())
    for rule in rules:
        rule.product = products[rule.product_id] if rule.product_id else None
    return Catalogue(
        release=release,
        types=tuple(types.values()),
        products=tuple(products.values()),
        options=tuple(Option.objects.all()),
        rules=rules,
    )
