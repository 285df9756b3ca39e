"""What a record will say once its facts were read anew.

What did not change keeps the words it was recorded with, whatever they would be today.
"""

from typing import Any

from ravs.vaccinations.models import Vaccination
from ravs.vaccinations.records.reading import KEPT, Reading
from ravs.vaccines.models import Asks, Option, OptionKind, Route


def columns_of(reading: Reading) -> dict[str, Any]:
    """Every column that editing can touch, with its value from now on."""
    facts, row = reading.facts, reading.vaccination
    assert facts.given_on is not None  # noqa: S101 - a record has its day
    return {
        "given_on": facts.given_on,
        "recorded_late": facts.given_on < row.recorded_on,
        "site": facts.site,
        "note": reading.note,
        **_vaccinator(reading),
        **_product(reading),
        **_batch(reading),
        **_reasons(reading),
        **_consent(reading),
        **_giving(reading),
    }


def changes_of(row: Vaccination, columns: dict[str, Any]) -> list[str]:
    return [name for name, value in columns.items() if getattr(row, name) != value]


def _kept(row: Vaccination, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _vaccinator(reading: Reading) -> dict[str, Any]:
    chosen, row = reading.facts.vaccinator, reading.vaccination
    if chosen is None or chosen == row.vaccinator:
        return _kept(row, "vaccinator", "vaccinator_name")
    return {"vaccinator": chosen, "vaccinator_name": chosen.account.full_name}


def _product(reading: Reading) -> dict[str, Any]:
    chosen, row = reading.facts.product, reading.vaccination
    if chosen is None or chosen == row.product:
        return _kept(row, "product", "product_name", "route")
    return {"product": chosen, "product_name": chosen.name, "route": chosen.route}


def _batch(reading: Reading) -> dict[str, Any]:
    """A batch that was corrected in stock since has two entries: as recorded, and as it is now."""
    chosen, row = reading.facts.batch, reading.vaccination
    if chosen is None or chosen is reading.kept_batch:
        names = ("batch", "batch_number", "batch_expiry", "pack_size", "pack_size_label")
        return _kept(row, *names)
    return {
        "batch": chosen,
        "batch_number": chosen.number,
        "batch_expiry": chosen.expiry,
        "pack_size": chosen.pack_size,
        "pack_size_label": reading.pack_label(chosen),
    }


def _reasons(reading: Reading) -> dict[str, Any]:
    """Why, by whom and where; what the eligibility no longer asks falls."""
    facts = reading.facts
    asks = facts.eligibility.asks if facts.eligibility else []
    role = facts.staff_role if Asks.STAFF_ROLE in asks else None
    return {
        **_option(reading, OptionKind.ELIGIBILITY, facts.eligibility),
        **_option(reading, OptionKind.STAFF_ROLE, role),
        **_option(reading, OptionKind.LOCATION_TYPE, facts.location),
        "care_home": facts.care_home,
        "care_home_ods": facts.care_home_ods,
        "care_home_address": facts.care_home_address,
        "due_date": facts.due_date if Asks.DUE_DATE in asks else None,
    }


def _consent(reading: Reading) -> dict[str, Any]:
    facts = reading.facts
    return {
        **_option(reading, OptionKind.CONSENT_GIVER, facts.consent),
        "consent_name": facts.consent_name,
        "consent_relationship": facts.consent_relationship,
    }


def _giving(reading: Reading) -> dict[str, Any]:
    """A nasal spray has no injection site, an injection no half dose."""
    facts, row = reading.facts, reading.vaccination
    product = facts.product
    route = product.route if product else row.route
    site = facts.injection_site if route == Route.INJECTION else None
    full = facts.full_dose if route == Route.NASAL else None
    if (product, full) == (row.product, row.full_dose):
        amount = row.dose_ml
    else:
        amount = product.dose_ml if product else None
        amount = amount / 2 if amount is not None and full is False else amount
    return {
        **_option(reading, OptionKind.INJECTION_SITE, site),
        "full_dose": full,
        "dose_ml": amount,
    }


def _option(reading: Reading, kind: OptionKind, chosen: Option | None) -> dict[str, Any]:
    column, row = KEPT[kind], reading.vaccination
    code = chosen.code if chosen else ""
    if code == getattr(row, column):
        return _kept(row, column, f"{column}_label")
    return {column: code, f"{column}_label": chosen.label if chosen else ""}
