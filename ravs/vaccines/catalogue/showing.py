"""The catalogue as people read it: what is valid on a day, and what is not yet confirmed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from ravs.organisations.models import OrganisationType
from ravs.vaccines.models import (
    Asks,
    Option,
    OptionKind,
    ProcedureCode,
    Product,
    Route,
    Rule,
    RuleKind,
    Unit,
    VaccineType,
)

FIELD_WORDS = {
    "dose_ml": "dose",
    "route_code": "SNOMED CT code of the route",
    "site_code": "SNOMED CT code of the body site",
    "dmd_code": "dm+d code",
    "snomed": "SNOMED CT code",
    "code": "SNOMED CT code",
    "diseases": "SNOMED CT codes of the diseases",
    "valid_from": "first day",
    "valid_to": "last day",
    "least": "lowest value",
    "most": "highest value",
    "label": "wording",
    "guidance_url": "link to the guidance",
}


@dataclass(frozen=True)
class Shown:
    """One row in words, and what of it a clinician has still to confirm."""

    text: str
    needs_check: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    title: str
    rows: tuple[Shown, ...]


def sections(day: date, *, needs_check: bool = False) -> list[Section]:
    """What the catalogue says on ``day``, vaccine by vaccine, then for all of them."""
    types = sorted(VaccineType.objects.on(day), key=lambda type_: type_.name.casefold())
    about: dict[int | None, list[Shown]] = {type_.pk: [_type(type_)] for type_ in types}
    about[None] = []
    for type_id, row in _rows(day):
        about.setdefault(type_id, []).append(row)
    titles: list[tuple[str, int | None]] = [(type_.title, type_.pk) for type_ in types]
    made = [Section(title, tuple(about[key])) for title, key in [*titles, ("All vaccines", None)]]
    return [_unsure(section) for section in made if _unsure(section).rows] if needs_check else made


def _unsure(section: Section) -> Section:
    return Section(section.title, tuple(row for row in section.rows if row.needs_check))


def _rows(day: date) -> Iterator[tuple[int | None, Shown]]:
    for product in Product.objects.on(day):
        yield product.type_id, Shown(_product(product), _words(product))
    for option in Option.objects.on(day).order_by("kind", "order", "pk"):
        yield option.type_id, Shown(_option(option), _words(option))
    for rule in Rule.objects.on(day).select_related("product"):
        yield rule.type_id, Shown(_rule(rule), _words(rule))
    for procedure in ProcedureCode.objects.on(day):
        yield procedure.type_id, Shown(_procedure(procedure), _words(procedure))


def _words(row: Any) -> tuple[str, ...]:
    return tuple(FIELD_WORDS.get(name, name) for name in row.needs_check)


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(part for part in parts if part)


def _type(type_: VaccineType) -> Shown:
    codes = " and ".join(type_.diseases)
    return Shown(
        _joined([f"Vaccine: {type_.title}", f"SNOMED CT {codes}" if codes else ""]),
        _words(type_),
    )


def _product(product: Product) -> str:
    return _joined(
        [
            f"Product: {product.name}",
            Route(product.route).label.lower(),
            f"{product.dose_ml.normalize():f} ml" if product.dose_ml else "",
            f"dm+d {product.dmd_code}" if product.dmd_code else "",
        ]
    )


def _option(option: Option) -> str:
    asked = " and ".join(Asks(each).label.lower() for each in option.asks)
    return _joined(
        [
            f"{OptionKind(option.kind).label}: {option.label}",
            f"SNOMED CT {option.snomed}" if option.snomed else "",
            f"then asks {asked}" if asked else "",
        ]
    )


def _rule(rule: Rule) -> str:
    name = f" of {rule.product.name}" if rule.product else ""
    place = " ".join(
        word
        for word in (
            OrganisationType(rule.organisation_type).label if rule.organisation_type else "",
            f"region {rule.region}" if rule.region else "",
        )
        if word
    )
    return _joined(
        [
            f"{RuleKind(rule.kind).label}{name}: {_range(rule)}",
            "payment only" if rule.consequence == "payment" else "",
            place,
        ]
    )


def _range(rule: Rule) -> str:
    unit = Unit(rule.unit).label
    if rule.least is None:
        return f"at most {rule.most} {unit}"
    if rule.most is None:
        return f"{rule.least} {unit} or more"
    return f"{rule.least} to {rule.most} {unit}"


def _procedure(procedure: ProcedureCode) -> str:
    for_what = _joined([Route(procedure.route).label if procedure.route else "", procedure.dose])
    return f"Procedure{f' ({for_what})' if for_what else ''}: SNOMED CT {procedure.code}"
