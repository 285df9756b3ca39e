"""Why a record was not changed. Data only: the words live in templates."""

from ravs.core.errors import Refusal
from ravs.vaccinations.models import Vaccination


class RecordRefusal(Refusal):
    """Base of everything that editing and deleting records refuse."""


class RecordDeleted(RecordRefusal):
    """Somebody has deleted it."""

    message = "This record has been deleted, so it cannot be changed."


class NotEditable(RecordRefusal):
    """This is not asked of this record, or the organisation does not edit it."""

    message = "This part of the record cannot be edited."


class NotPossible(RecordRefusal):
    """The answer to the question of this slug is not, or no longer, possible."""

    message = "Something has changed since you answered. Answer this question again."

    def __init__(self, slug: str) -> None:
        super().__init__(self.message)
        self.slug = slug


class ChangedMeanwhile(RecordRefusal):
    """Somebody else changed the record after it was opened. ``vaccination`` is as it is now."""

    message = "Somebody else changed this record after you opened it."

    def __init__(self, vaccination: Vaccination, shown_version: int) -> None:
        super().__init__(self.message)
        self.vaccination, self.shown_version = vaccination, shown_version


class ReasonMissing(RecordRefusal):
    message = "Enter why you are deleting this record."
