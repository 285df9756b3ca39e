"""What the service asks of the national store of immunisations, in our own words."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class HistoryUnavailable(Exception):
    """The store gave no answer. Whether the person had other vaccinations is not known."""


@dataclass(frozen=True)
class GivenElsewhere:
    """One vaccination that another system recorded. ``vaccine_type`` is a code of our catalogue."""

    given_on: date
    vaccine_type: str
    product: str = ""
    dose: str = ""
    place: str = ""


class ImmunisationHistory(Protocol):
    """May raise ``HistoryUnavailable`` and nothing else."""

    def of(self, nhs_number: str) -> list[GivenElsewhere]:
        """What other systems recorded for this person, in no order."""
        ...


def history() -> ImmunisationHistory:
    """The store that the operator chose (``IMMUNISATION_HISTORY``)."""
    chosen: ImmunisationHistory = import_string(settings.IMMUNISATION_HISTORY)()
    return chosen
