"""The catalogue of vaccines, and the stock that sites keep of them."""

from ravs.vaccines.models.catalogue import (
    Asks,
    CatalogueRelease,
    Consequence,
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
from ravs.vaccines.models.stock import Batch, EnabledVaccine, StockItem

__all__ = [
    "Asks",
    "Batch",
    "CatalogueRelease",
    "Consequence",
    "EnabledVaccine",
    "Option",
    "OptionKind",
    "ProcedureCode",
    "Product",
    "Route",
    "Rule",
    "RuleKind",
    "StockItem",
    "Unit",
    "VaccineType",
]
