"""What a patient has had: recorded in this service by anybody, and told by other systems."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from ravs.integrations.immunisations.port import GivenElsewhere, HistoryUnavailable, history
from ravs.patients.models import Patient
from ravs.vaccinations.models import Outcome, Vaccination


@dataclass(frozen=True)
class Past:
    """One vaccination that somebody had. ``record`` is there when it was made in this service.

    ``not_given``: why it was not given after all; empty for one that was.
    """

    given_on: date
    type_code: str
    type_name: str = ""
    product: str = ""
    dose: str = ""
    place: str = ""
    record: Vaccination | None = None
    not_given: str = ""


def recorded_here(patient: Patient) -> QuerySet[Vaccination]:
    """What any organisation recorded in this service for the same person as given; of what was
    not given, what the patient's organisation recorded itself.

    Without an NHS number nobody is known to be the same elsewhere. What was recorded under a
    number that has been replaced since is theirs as well.
    """
    same = Q(patient=patient) | Q(nhs_number__in=patient.numbers)
    told = Q(outcome=Outcome.GIVEN) | Q(organisation=patient.organisation_id)
    rows = Vaccination.objects.filter(same, told, deleted_at__isnull=True)
    return rows.select_related("type", "organisation").order_by("-given_on", "-id")


def past_of(patient: Patient, elsewhere: Iterable[dict[str, Any]]) -> list[Past]:
    """Everything known, newest first; ``elsewhere`` as ``stored`` keeps it."""
    here = [
        Past(
            given_on=row.given_on,
            type_code=row.type.code,
            type_name=row.type.title,
            product=row.product_name,
            dose=row.dose_label,
            place=row.organisation.name,
            record=row,
            not_given=row.outcome_reason,
        )
        for row in recorded_here(patient)
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
