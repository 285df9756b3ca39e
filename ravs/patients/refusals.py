"""Why a verb of this room would not do what it was asked."""

from ravs.core.errors import Refusal
from ravs.organisations.models import Organisation


class PatientRefusal(Refusal):
    """Base of everything this room refuses."""


class MayNotRecord(PatientRefusal):
    """The person is not, or no longer, somebody who records here, or nobody may."""

    message = "You cannot record vaccinations at this organisation."

    def __init__(self, organisation: Organisation) -> None:
        super().__init__(self.message)
        self.organisation = organisation


class NotLocal(PatientRefusal):
    """What the directory tells of somebody is not corrected here."""

    message = "These details come from the patient directory, so they cannot be changed here."
