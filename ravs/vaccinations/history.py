"""What a patient has had: recorded in this service by anybody, and told by other systems."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from ravs.core.prepared import Prepared, Slot
from ravs.integrations.immunisations.port import GivenElsewhere, HistoryUnavailable, history
from ravs.patients.models import Patient
from ravs.vaccinations.models import Outcome, Vaccination
from ravs.vaccines.catalogue.memory import Catalogue, catalogue


@dataclass(frozen=True)
class Past:
    """One vaccination that somebody had. ``record`` names the record where it was made in this
    service, ``made_by`` the organisation, and ``stock_type_id`` the type whose stock was given.

    ``not_given``: why it was not given after all; empty for one that was.
    """

    given_on: date
    type_code: str
    type_name: str = ""
    product: str = ""
    dose: str = ""
    place: str = ""
    record: UUID | None = None
    made_by: int | None = None
    stock_type_id: int | None = None
    not_given: str = ""


SHOWN = (
    "given_on",
    "type_id",
    "product_name",
    "dose_label",
    "organisation__name",
    "public_id",
    "organisation_id",
    "outcome_reason",
)


def recorded_here(patient: Patient) -> QuerySet[Vaccination]:
    """What any organisation recorded in this service for the same person as given; of what was
    not given, what the patient's organisation recorded itself.

    Without an NHS number nobody is known to be the same elsewhere. What was recorded under a
    number that has been replaced since is theirs as well.
    """
    return _recorded(patient.pk, patient.organisation_id, patient.numbers)


def _recorded(patient: Any, organisation: Any, numbers: Sequence[Any]) -> QuerySet[Vaccination]:
    same = Q(patient=patient) | Q(nhs_number__in=numbers)
    told = Q(outcome=Outcome.GIVEN) | Q(organisation=organisation)
    rows = Vaccination.objects.filter(same, told, deleted_at__isnull=True)
    return rows.order_by("-given_on", "-id")


_SHOWN = Prepared(
    lambda: _recorded(
        Slot(Vaccination, "patient"),
        Slot(Vaccination, "organisation"),
        [Slot(Vaccination, "nhs_number", which) for which in ("now", "formerly")],
    ).values_list(*SHOWN)
)


def _shown(patient: Patient) -> Iterable[tuple[Any, ...]]:
    if not patient.numbers:
        return recorded_here(patient).values_list(*SHOWN)
    now, formerly = patient.numbers[0], patient.numbers[-1]
    return _SHOWN(
        patient=patient.pk, organisation=patient.organisation_id, now=now, formerly=formerly
    )


def past_of(
    patient: Patient, elsewhere: Iterable[dict[str, Any]], known: Catalogue | None = None
) -> list[Past]:
    """Everything known, newest first; ``elsewhere`` as ``stored`` keeps it."""
    types = {row.pk: row for row in (known or catalogue()).types}
    here = [
        Past(
            given_on=given_on,
            type_code=types[type_id].code,
            type_name=types[type_id].title,
            product=product,
            dose=dose,
            place=place,
            record=record,
            made_by=made_by,
            stock_type_id=types[type_id].stock_type_id,
            not_given=reason,
        )
        # Only what is shown and compared: a record has some sixty columns.
        for given_on, type_id, product, dose, place, record, made_by, reason in _shown(patient)
    ]
    told = [
        Past(
            given_on=date.fromisoformat(one["given_on"]),
            type_code=one["vaccine_type"],
            product=one["product"],
            dose=one["dose"],
            place=one["place"],
        )
        for one in elsewhere
    ]
    return sorted([*here, *told], key=lambda past: past.given_on, reverse=True)


def ask_elsewhere(patient: Patient) -> tuple[list[dict[str, Any]], bool]:
    """What other systems tell of a patient, as a draft keeps it, and whether they answered.

    Never asked inside a transaction. Nobody knows a patient without NHS number.
    """
    try:
        told = [one for number in patient.numbers for one in history().of(number)]
        return stored(told), True
    except HistoryUnavailable:
        return [], False


def stored(told: Sequence[GivenElsewhere]) -> list[dict[str, Any]]:
    return [{**asdict(one), "given_on": one.given_on.isoformat()} for one in told]
