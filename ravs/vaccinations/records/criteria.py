"""What is looked for among the records of an organisation."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class Criteria:
    """Everything given has to fit; nothing given is every record, newest first.

    ``name``: the beginning of a patient's last name, or of the whole name in either order.
    ``given_name``, ``family_name`` and ``postcode``: as the guide finds a person, beside ``born``.
    """

    nhs_number: str = ""
    name: str = ""
    vaccine: str = ""
    batch: str = ""
    vaccinator: UUID | None = None
    born: date | None = None
    since: date | None = None
    until: date | None = None
    given_name: str = ""
    family_name: str = ""
    postcode: str = ""
    deleted: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether anything is looked for at all."""
        return Criteria(deleted=self.deleted) != self

    @property
    def is_by_name(self) -> bool:
        """What is found by name stands in the order of names, everything else newest first."""
        return bool(self.name)
