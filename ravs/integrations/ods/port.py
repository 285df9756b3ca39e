"""What the service asks of the directory of organisations (ODS), in our own words.

Nothing here is looked up inside a transaction.
"""

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

LIMIT = 20
"""A search tells of no more: whoever finds so many types more of the name."""


class DirectoryUnavailable(Exception):
    """The directory gave no answer. Whether there is such an organisation is not known."""


@dataclass(frozen=True)
class CareHome:
    """A care home, by ODS code. ``address`` ends with the postcode."""

    ods: str
    name: str
    address: str = ""


class OrganisationDirectory(Protocol):
    """May raise ``DirectoryUnavailable`` and nothing else."""

    def care_homes(self, text: str) -> list[CareHome]:
        """The care home with this ODS code; or else those in whose names words begin like all the
        words of ``text``, A to Z, at most ``LIMIT``. Case, accents and punctuation do not count.
        """
        ...


def directory() -> OrganisationDirectory:
    """The directory that the operator chose (``ORGANISATION_DIRECTORY``)."""
    chosen: OrganisationDirectory = import_string(settings.ORGANISATION_DIRECTORY)()
    return chosen
