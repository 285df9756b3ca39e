"""Why a verb of this room would not do what it was asked."""

from ravs.core.errors import Refusal


class PatientRefusal(Refusal):
    """Base of everything this room refuses."""


class MayNotRecord(PatientRefusal):
    """The person may not record vaccinations here now, so they may look nobody up either."""

    message = "Only users of this organisation who can record vaccinations can do that."
