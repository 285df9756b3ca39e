"""Bring the rows of a sound file into the tables: what is new is added, what differs is changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db.models import Max, Model

from ravs.vaccines.catalogue.rows import Document, Row
from ravs.vaccines.models import Option, ProcedureCode, Product, Rule, VaccineType

STEP = 10
"""Between the places of two rows there is room for rows of a later file."""

NOT_TEXT = {"least", "most", "dose_asked_up_to_age", "order", "valid_to", "dose_ml"}
"""Fields that are empty, not blank, where they are left out."""


@dataclass(frozen=True)
class Changes:
    """How many rows an import added and changed."""

    added: int = 0
    changed: int = 0

    def __add__(self, other: "Changes") -> "Changes":
        return Changes(self.added + other.added, self.changed + other.changed)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed)


REFERS_TO: dict[type[Any], dict[str, type[Any]]] = {
    VaccineType: {"stock_from": VaccineType},
    Product: {"type": VaccineType},
    Option: {"type": VaccineType},
    Rule: {"type": VaccineType, "product": Product},
    ProcedureCode: {"type": VaccineType},
}
"""Of each table the fields that point to another one."""


def write(document: Document) -> Changes:
    """Write every table, those rows first which others refer to."""
    done = _write(VaccineType, [row for row in document.types if not row.stock_from])
    done += _write(VaccineType, [row for row in document.types if row.stock_from])
    done += _write(Product, document.products)
    done += _write(Option, document.options)
    done += _write(Rule, document.rules)
    return done + _write(ProcedureCode, document.procedures)


def _write(model: type[Any], rows: Sequence[Row]) -> Changes:
    if not rows:
        return Changes()
    there = {_key_of(row, rows[0].identity): row for row in _rows_of(model)}
    others = _referred_to(model)
    place = _next_place(model)
    added, changed = [], []
    fields: set[str] = set()
    for row in rows:
        found = there.get(row.key)
        values = _values(row) | {name: others[name].get(getattr(row, name)) for name in others}
        if "order" in values and values["order"] is None:
            values["order"] = found.order if found else place
            place += 0 if found else STEP
        if found is None:
            added.append(model(**values))
        elif differing := _differing(found, values):
            fields |= differing
            changed.append(found)
    model.objects.bulk_create(added)
    if changed:
        model.objects.bulk_update(changed, sorted(fields))
    return Changes(len(added), len(changed))


def _rows_of(model: type[Any]) -> Iterable[Any]:
    rows: Iterable[Any] = model.objects.select_related(*REFERS_TO[model])
    return rows


def _referred_to(model: type[Any]) -> dict[str, dict[str, Any]]:
    """For each field that points to another table: that table's rows by code."""
    return {
        name: {row.code: row for row in other.objects.all()}
        for name, other in REFERS_TO[model].items()
    }


def _values(row: Row) -> dict[str, Any]:
    """A row's values as a table holds them: text that is left out is blank."""
    return {name: _stored(name, getattr(row, name)) for name in type(row).model_fields}


def _stored(name: str, value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_stored(name, each) for each in value]
    if value is None:
        return None if name in NOT_TEXT else ""
    return value.value if isinstance(value, Enum) else value


def _key_of(row: Any, identity: tuple[str, ...]) -> tuple[object, ...]:
    values = (getattr(row, name) for name in identity)
    return tuple(
        value.code if isinstance(value, VaccineType) else value or None for value in values
    )


def _differing(found: Model, values: dict[str, Any]) -> set[str]:
    """Give ``found`` the values, and say which of its fields were otherwise."""
    differing = {name for name, value in values.items() if getattr(found, name) != value}
    for name in differing:
        setattr(found, name, values[name])
    return differing


def _next_place(model: type[Any]) -> int:
    if model not in {VaccineType, Option}:
        return 0
    last: int | None = model.objects.aggregate(last=Max("order"))["last"]
    return STEP if last is None else last + STEP
