"""The rules that a saved record keeps (domain 5.2), told once more in other words.

Reads the shipped catalogue's file and the rows of the database; asks no form, step or selector of
the product. Dates and ages are reckoned here in a way of their own.
"""

import tomllib
from collections.abc import Iterator
from datetime import date
from typing import Any

from ravs.members.models import Membership
from ravs.organisations.models import Site
from ravs.patients.models import Patient
from ravs.vaccinations.models import Vaccination
from ravs.vaccines.models import Batch, EnabledVaccine, StockItem
from ravs.vaccines.services.catalogue import SHIPPED

Row = dict[str, Any]

CATALOGUE = tomllib.loads(SHIPPED.read_text())
TYPES = {row["code"]: row for row in CATALOGUE["types"]}
PRODUCTS = {row["code"]: row for row in CATALOGUE["products"]}
FIRST_DAY = date(2020, 1, 1)


def is_valid(row: Row, day: date) -> bool:
    first, last = row.get("valid_from", CATALOGUE["valid_from"]), row.get("valid_to")
    return bool(first <= day and (last is None or day <= last))


def options(kind: str, type_code: str, day: date) -> dict[str, Row]:
    """By code, in the order of the file."""
    return {
        row["code"]: row
        for row in CATALOGUE["options"]
        if row["kind"] == kind and row.get("type") in {None, type_code} and is_valid(row, day)
    }


def group(type_code: str) -> str:
    """Types that are given from one stock are one vaccine: flu is flu, also in London."""
    return str(TYPES[type_code].get("stock_from", type_code))


def years(born: date, day: date) -> int:
    """Who is born on 29 February is a year older on 1 March, where there is no 29th."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def months(born: date, day: date) -> int:
    return (day.year - born.year) * 12 + day.month - born.month - (day.day < born.day)


def age_in(unit: str, born: date, day: date) -> int:
    reckon = {
        "years": years(born, day),
        "months": months(born, day),
        "weeks": (day - born).days // 7,
        "days": (day - born).days,
    }
    return reckon[unit]


# ------------------------------------------------------------------------ warnings


def warnings(row: Vaccination, before: list[Vaccination]) -> set[str]:
    """Codes of everything there is to warn of. ``before``: what was given to the person so far."""
    late = {"late"} if (row.recorded_on - row.given_on).days > 14 else set()
    if row.outcome != "given":
        return late
    same = [one.given_on for one in before if group(one.type.code) == group(row.type.code)]
    repeat = {"repeat"} if row.given_on in same else set()
    past = sorted({day for day in same if day < row.given_on})
    found = {one["code"] for one in _rules_of(row) if _is_unusual(one, row, past)}
    return late | repeat | found


def _rules_of(row: Vaccination) -> Iterator[Row]:
    assert row.product is not None
    for one in CATALOGUE["rules"]:
        is_of_type = one["type"] == row.type.code and "product" not in one
        if not (is_of_type or one.get("product") == row.product.code):
            continue
        if is_valid(one, row.given_on) and "region" not in one:
            yield one


def _is_unusual(one: Row, row: Vaccination, past: list[date]) -> bool:
    least, most = one.get("least", 0), one.get("most", 10_000)
    if one["kind"] == "age":
        return not least <= age_in(one["unit"], row.birth_date, row.given_on) <= most
    if one["kind"] == "interval":
        days = least * (7 if one["unit"] == "weeks" else 1)
        return bool(past) and (row.given_on - past[-1]).days < days
    if one["kind"] == "most-doses":
        return len(past) >= most
    if row.due_date is None:
        return False
    return not least * 7 <= pregnant(row) <= most * 7


def pregnant(row: Vaccination) -> int:
    assert row.due_date is not None
    return 280 - (row.due_date - row.given_on).days


# ------------------------------------------------------------------------ the record


def broken(row: Vaccination, before: list[Vaccination]) -> list[str]:
    """Names of the rules that a record breaks on the moment it is saved."""
    told = [*_of_anything(row), *(_of_given(row) if row.is_given else _of_not_given(row))]
    named = {key.partition(":")[0] for key in row.warnings}
    if named != warnings(row, before):
        told.append(f"warnings: {named} instead of {warnings(row, before)}")
    return told


def _of_anything(row: Vaccination) -> Iterator[str]:
    patient = Patient.objects.get(pk=row.patient_id)
    if row.given_on > row.recorded_on:
        yield "in the future"
    if row.given_on < FIRST_DAY or row.given_on < patient.birth_date:
        yield "too early"
    if patient.died_on is not None and row.given_on > patient.died_on:
        yield "after death"
    if row.recorded_late != (row.given_on < row.recorded_on):
        yield "late or not"
    if patient.organisation_id != row.organisation_id:
        yield "a patient of others"
    if (row.nhs_number, row.birth_date) != (patient.nhs_number, patient.birth_date):
        yield "another person's details"
    yield from _of_site_and_type(row)


def _of_site_and_type(row: Vaccination) -> Iterator[str]:
    site = Site.objects.get(pk=row.site_id)
    if site.organisation_id != row.organisation_id or site.status != Site.Status.OPEN:
        yield "site"
    enabled = EnabledVaccine.objects.filter(organisation=row.organisation_id, type=row.type_id)
    if not enabled.filter(withdrawn_at=None).exists() or not is_valid(
        TYPES[row.type.code], row.given_on
    ):
        yield "a type that may not be given"
    kept = StockItem.objects.filter(site=row.site_id).values_list("product__code", flat=True)
    if group(row.type.code) not in {PRODUCTS[code]["type"] for code in kept}:
        yield "a type that the site does not keep"


def _of_not_given(row: Vaccination) -> Iterator[str]:
    kinds = {"not-given": "not-given-reason", "no-consent": "no-consent-reason"}
    reasons = options(kinds[row.outcome], row.type.code, row.recorded_on)
    if row.outcome_reason not in {one["label"] for one in reasons.values()}:
        yield "reason"
    facts = (row.product_id, row.batch_id, row.vaccinator_id, row.due_date, row.full_dose)
    words = (row.consent_giver, row.injection_site, row.dose, row.eligibility, row.location_type)
    if any(one is not None for one in facts) or any(words):
        yield "more than what was not given"


def _of_given(row: Vaccination) -> Iterator[str]:
    vaccinator = Membership.objects.select_related("account").get(pk=row.vaccinator_id)
    able = vaccinator.status == "active" and vaccinator.vaccinator
    if not able or vaccinator.organisation_id != row.organisation_id:
        yield "vaccinator"
    if row.vaccinator_name != vaccinator.account.full_name or row.outcome_reason:
        yield "words of a record that was given"
    yield from _of_product(row)
    yield from _of_dose(row)
    yield from _of_eligibility(row)
    yield from _of_location(row)
    yield from _of_consent(row)
    yield from _of_giving(row)


def _of_product(row: Vaccination) -> Iterator[str]:
    batch = Batch.objects.select_related("item__product").get(pk=row.batch_id)
    product = batch.item.product
    if batch.item.site_id != row.site_id:
        yield "a batch of another site"
    if product.pk != row.product_id or PRODUCTS[product.code]["type"] != group(row.type.code):
        yield "a batch or product of another vaccine"
    if not is_valid(PRODUCTS[product.code], row.given_on):
        yield "a product that is no more"
    if batch.expiry < row.given_on:
        yield "an expired batch"
    if batch.finished_on is not None and batch.finished_on < row.given_on:
        yield "a finished batch"
    if (row.batch_number, row.batch_expiry) != (batch.number, batch.expiry):
        yield "the words of the batch"


def _of_dose(row: Vaccination) -> Iterator[str]:
    doses = options("dose", row.type.code, row.given_on)
    if not is_dose_asked(row):
        if row.dose != next(iter(doses), ""):
            yield "an assumed dose"
    elif row.dose not in doses:
        yield "dose"
    if row.dose_label != doses.get(row.dose, {}).get("label", ""):
        yield "the words of the dose"


def is_dose_asked(row: Vaccination) -> bool:
    if len(options("dose", row.type.code, row.given_on)) < 2:
        return False
    oldest = TYPES[row.type.code].get("dose_asked_up_to_age")
    return oldest is None or years(row.birth_date, row.given_on) <= oldest


def is_eligibility_asked(row: Vaccination) -> bool:
    assumed = "default_eligibility" in TYPES[row.type.code]
    return not assumed and bool(options("eligibility", row.type.code, row.given_on))


def _of_eligibility(row: Vaccination) -> Iterator[str]:
    there = options("eligibility", row.type.code, row.given_on)
    if is_eligibility_asked(row):
        if row.eligibility not in there:
            yield "eligibility"
    else:
        assumed = TYPES[row.type.code].get("default_eligibility", "")
        if row.eligibility != (assumed if assumed in there else ""):
            yield "an assumed eligibility"
    asks = there.get(row.eligibility, {}).get("asks", [])
    roles = options("staff-role", row.type.code, row.given_on)
    if (row.staff_role in roles) if "staff-role" not in asks else (row.staff_role not in roles):
        yield "staff role"
    if (row.due_date is not None) != ("due-date" in asks):
        yield "due date"
    if row.due_date is not None and not 21 <= pregnant(row) <= 308:
        yield "a due date that cannot be"


def _of_location(row: Vaccination) -> Iterator[str]:
    if not TYPES[row.type.code].get("asks_location"):
        if row.location_type or row.care_home or row.care_home_ods:
            yield "a location that was not asked"
        return
    there = options("location-type", row.type.code, row.given_on)
    if row.location_type not in there:
        yield "location"
    if bool(row.care_home.strip()) != (row.location_type == "care-home"):
        yield "care home"
    if row.care_home_ods and not row.care_home.strip():
        yield "the code of a care home without its name"


def _of_consent(row: Vaccination) -> Iterator[str]:
    givers = options("consent-giver", row.type.code, row.given_on)
    if row.consent_giver not in givers:
        yield "consent"
        return
    asks = givers[row.consent_giver].get("asks", [])
    if bool(row.consent_name.strip()) != ("name" in asks):
        yield "name of whoever consented"
    if bool(row.consent_relationship.strip()) != ("relationship" in asks):
        yield "relationship of whoever consented"


def _of_giving(row: Vaccination) -> Iterator[str]:
    assert row.product is not None
    product = PRODUCTS[row.product.code]
    is_injected, is_sprayed = product["route"] == "injection", product["route"] == "nasal"
    sites = options("injection-site", row.type.code, row.given_on)
    if (row.injection_site in sites) != is_injected or bool(row.injection_site) != is_injected:
        yield "injection site"
    if (row.full_dose is not None) != is_sprayed or row.route != product["route"]:
        yield "full dose"
    share = 0.5 if row.full_dose is False else 1
    if float(row.dose_ml or 0) != product["dose_ml"] * share:
        yield "millilitres"
