"""Vaccinations in numbers: made as rows, quickly, with totals as if each had been recorded.

For one record that came about as a person makes it, see ``tests.recording.recorded``.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from ravs.core.dates import london_date
from ravs.core.folding import key
from ravs.members.models import Membership
from ravs.organisations.models import Site
from ravs.patients.models import Patient
from ravs.vaccinations import totals
from ravs.vaccinations.models import Outcome, Vaccination
from ravs.vaccines.models import Batch
from tests.recording import Place, patient

BORN = date(1986, 1, 15)


def person(at: Place, name: str, *, born: date = BORN, nhs_number: str = "") -> Patient:
    """A patient of Leeds by name; without an NHS number where none is said."""
    return patient(at.leeds.priya, name, born, nhs_number=nhs_number)


def given(
    at: Place,
    who: Patient | None = None,
    *,
    on: date | None = None,
    by: Membership | None = None,
    product: str = "flu-vaxigrip",
    site: Site | None = None,
    outcome: Outcome = Outcome.GIVEN,
    **columns: Any,
) -> Vaccination:
    """One vaccination, today by Rosa with flu vaccine, counted in."""
    row = _row(at, who or at.ada, at.batches[product], on, by or at.leeds.rosa, outcome)
    row.site = site or at.site
    for name, value in columns.items():
        setattr(row, name, value)
    row.recorded_late = row.given_on < row.recorded_on
    row.save()
    totals.count_in(row)
    return row


def many(at: Place, days: Sequence[date], who: Patient | None = None) -> list[Vaccination]:
    """One flu vaccination for each of ``days``, in a few statements."""
    batch = at.batches["flu-vaxigrip"]
    rows = [_row(at, who or at.ada, batch, day, at.leeds.rosa, Outcome.GIVEN) for day in days]
    for row in rows:
        row.site = at.site
    made = Vaccination.objects.bulk_create(rows)
    for row in made:
        totals.count_in(row)
    return made


def _row(
    at: Place, who: Patient, batch: Batch, on: date | None, by: Membership, outcome: Outcome
) -> Vaccination:
    now = timezone.now()
    product = batch.item.product
    is_given = outcome == Outcome.GIVEN
    row = Vaccination(
        organisation=at.organisation,
        outcome=outcome,
        outcome_reason="" if is_given else "Patient declined",
        given_on=on or london_date(now),
        recorded_at=now,
        recorded_on=london_date(now),
        recorder=by.account,
        recorder_name=by.account.full_name,
        patient=who,
        nhs_number=who.nhs_number,
        given_name=who.given_name,
        family_name=who.family_name,
        name_key=key(f"{who.family_name} {who.given_name}"),
        birth_date=who.birth_date,
        gender=who.gender,
        postcode=who.postcode,
        type=product.type,
    )
    return _with_vaccine(row, batch, by) if is_given else row


def _with_vaccine(row: Vaccination, batch: Batch, by: Membership) -> Vaccination:
    product = batch.item.product
    row.vaccinator, row.vaccinator_name = by, by.account.full_name
    row.product, row.product_name, row.route = product, product.name, product.route
    row.batch, row.batch_number, row.batch_expiry = batch, batch.number, batch.expiry
    row.dose, row.dose_label, row.dose_ml = "1st", "1st dose", product.dose_ml
    row.eligibility, row.eligibility_label = "based-on-age", "Based on age"
    row.consent_giver, row.consent_giver_label = "patient", "Patient"
    if product.route == "injection":
        row.injection_site, row.injection_site_label = "left-arm", "Left arm"
    if product.route == "nasal":
        row.full_dose = True
    return row
