"""What only shows when a file's rows are seen together, and with the rows that are there."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from ravs.vaccines.catalogue.reading import place_of
from ravs.vaccines.catalogue.rows import TABLES, Document, OptionRow, Row
from ravs.vaccines.models import (
    Option,
    OptionKind,
    ProcedureCode,
    Product,
    Rule,
    VaccineType,
)

Key = tuple[object, ...]


@dataclass(frozen=True)
class Known:
    """What is there already: rows by what they are known by, and their periods."""

    stock_from: dict[str, str | None]
    """Of each type the type whose products are given."""

    type_of_product: dict[str, str]
    eligibilities: set[tuple[str | None, str]]
    periods: dict[str, dict[Key, tuple[date, date | None]]]
    """Of each dated table: the period of each row."""


def known() -> Known:
    """Read what is there: one query for each table."""
    types: dict[str, str | None] = {
        row["code"]: row["stock_from__code"]
        for row in VaccineType.objects.values("code", "stock_from__code")
    }
    products = dict(Product.objects.values_list("code", "type__code"))
    options = list(
        Option.objects.values_list("kind", "type__code", "code", "valid_from", "valid_to")
    )
    rules = Rule.objects.values_list("code", "valid_from", "valid_to")
    procedures = ProcedureCode.objects.values_list(
        "type__code", "route", "dose", "valid_from", "valid_to"
    )
    return Known(
        stock_from=types,
        type_of_product=products,
        eligibilities={(o[1], o[2]) for o in options if o[0] == OptionKind.ELIGIBILITY},
        periods={
            "options": _periods(options),
            "rules": _periods(rules),
            "procedures": _periods(procedures),
        },
    )


def _periods(rows: Iterable[tuple[Any, ...]]) -> dict[Key, tuple[date, date | None]]:
    """The last two values of each row are its period; all but the last identify it."""
    return {tuple(value or None for value in row[:-1]): (row[-2], row[-1]) for row in rows}


def faults(document: Document, there: Known) -> list[str]:
    """Everything that is wrong, in the order of the file."""
    found = [*_twice(document), *_references(document, there), *_overlaps(document, there)]
    return [f"{place}: {fault}." for place, fault in found]


Found = Iterator[tuple[str, str]]


def _places(document: Document, table: str) -> Iterator[tuple[str, Any]]:
    rows = getattr(document, table)
    plain = [row.model_dump() for row in rows]
    for index, row in enumerate(rows):
        yield place_of(table, plain, index), row


def _twice(document: Document) -> Found:
    for table in TABLES:
        seen: set[Key] = set()
        for place, row in _places(document, table):
            if row.key in seen:
                yield place, f"the same {', '.join(row.identity)} stands in an earlier row"
            seen.add(row.key)


def _references(document: Document, there: Known) -> Found:
    """Types, products and options that rows name, in the file or there already."""
    stock_from = there.stock_from | {row.code: row.stock_from for row in document.types}
    for place, row in _places(document, "types"):
        yield from _stock_faults(place, row, stock_from)
        yield from _eligibility_faults(place, row, document, there)
    for table in ("products", "options", "rules", "procedures"):
        for place, row in _places(document, table):
            if row.type and row.type not in stock_from:
                yield place, f'type "{row.type}" is not known'
    for place, row in _places(document, "products"):
        was = there.type_of_product.get(row.code, row.type)
        if was != row.type:
            yield place, f'type was "{was}": a product keeps its type'
    yield from _products_of_rules(document, there, stock_from)


def _products_of_rules(
    document: Document, there: Known, stock_from: dict[str, str | None]
) -> Found:
    type_of = there.type_of_product | {row.code: row.type for row in document.products}
    for place, row in _places(document, "rules"):
        if row.product and row.product not in type_of:
            yield place, f'product "{row.product}" is not known'
        elif row.product and type_of[row.product] not in {row.type, stock_from.get(row.type)}:
            yield place, f'product "{row.product}" is not given for the type "{row.type}"'


def _stock_faults(place: str, row: Any, stock_from: dict[str, str | None]) -> Found:
    if row.stock_from is None:
        return
    if row.stock_from not in stock_from:
        yield place, f'stock_from "{row.stock_from}" is not known'
    elif row.stock_from == row.code or stock_from[row.stock_from]:
        yield place, "stock_from must name a type with products of its own"


def _eligibility_faults(place: str, row: Any, document: Document, there: Known) -> Found:
    if row.default_eligibility is None:
        return
    offered = there.eligibilities | {
        (option.type, option.code)
        for option in document.options
        if option.kind == OptionKind.ELIGIBILITY
    }
    if not {(row.code, row.default_eligibility), (None, row.default_eligibility)} & offered:
        yield place, f'default_eligibility "{row.default_eligibility}" is no option of this type'


def _overlaps(document: Document, there: Known) -> Found:
    """Two rows of one code, the file's and those which stay, must not be valid on one day."""
    for table, periods in there.periods.items():
        rows = list(_places(document, table))
        now = periods | {row.key: (row.valid_from, row.valid_to) for _, row in rows}
        of_code: dict[Key, list[tuple[date, date | None]]] = defaultdict(list)
        for key, period in now.items():
            of_code[key[:-1]].append(period)
        for place, row in rows:
            if any(_meet(row, other) for other in of_code[row.key[:-1]]):
                yield place, _advice(row)


def _meet(row: Row, other: tuple[date, date | None]) -> bool:
    first, last = other
    if first == row.valid_from:
        return False
    return (last is None or row.valid_from <= last) and (
        row.valid_to is None or first <= row.valid_to
    )


def _advice(row: Row) -> str:
    what = "option" if isinstance(row, OptionRow) else "row"
    return f"its days overlap those of another {what} with the same code: end one with valid_to"
