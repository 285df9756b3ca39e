"""What the service asks of the patient directory, in our own words.

In the NHS that is the Personal Demographics Service (PDS). Nothing here is looked up inside a
transaction.
"""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class DirectoryUnavailable(Exception):
    """The directory gave no answer. Nothing is known of the person, not even whether they exist."""


@dataclass(frozen=True)
class Practice:
    """A GP practice, by ODS code."""

    ods: str
    name: str


@dataclass(frozen=True)
class Demographics:
    """One person as the directory knows them.

    ``superseded``: the number that was asked for, when another has replaced it; ``nhs_number`` is
    then the one that holds. ``sensitive``: address, postcode and practice are withheld.
    """

    nhs_number: str
    given_name: str
    family_name: str
    birth_date: date
    gender: str = ""
    address: str = ""
    postcode: str = ""
    practice: Practice | None = None
    died_on: date | None = None
    sensitive: bool = False
    superseded: str = ""


@dataclass(frozen=True)
class Criteria:
    """Who is looked for. The postcode may be an outward part alone, or empty."""

    given_name: str
    family_name: str
    birth_date: date
    postcode: str = ""


class PatientDirectory(Protocol):
    """Every method may raise ``DirectoryUnavailable`` and nothing else."""

    def find(self, nhs_number: str) -> Demographics | None:
        """The person with this number, 10 digits; ``None`` when it is nobody's.

        A superseded number finds the person under the number that replaced it.
        """
        ...

    def search(self, criteria: Criteria) -> list[Demographics]:
        """Everybody who fits, in no order, at most ``LIMIT`` of them.

        Names are compared without case, accents, spaces, hyphens and apostrophes; the given name
        may be the beginning of one, or any of several. Nobody who is sensitive is told apart by
        postcode: that would say where they live.
        """
        ...

    def similar(self, criteria: Criteria) -> list[Demographics]:
        """Those who may be meant in spite of a slip in the name or in the date of birth."""
        ...


LIMIT = 50
"""A search that finds more has to be refined."""


def directory() -> PatientDirectory:
    """The directory that the operator chose (``PATIENT_DIRECTORY``)."""
    chosen: PatientDirectory = import_string(settings.PATIENT_DIRECTORY)()
    return chosen
