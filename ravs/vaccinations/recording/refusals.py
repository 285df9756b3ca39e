"""Why a record was not made. Data only: the words live in templates."""

from collections.abc import Sequence

from ravs.core.errors import Refusal
from ravs.vaccinations.recording.step import Step
from ravs.vaccinations.recording.warnings import Warned


class RecordingRefusal(Refusal):
    """Base of everything that recording refuses."""


class Unfinished(RecordingRefusal):
    """An answer is missing, or holds no longer: ``step`` has to be answered again."""

    message = "Something has changed since you answered. Answer this question again."

    def __init__(self, step: Step) -> None:
        super().__init__(self.message)
        self.step = step


class NoPatient(RecordingRefusal):
    message = "Find the patient first."


class VaccineWithdrawn(RecordingRefusal):
    """The type can no longer be recorded at this organisation (domain 5.2.8)."""

    def __init__(self, vaccine: str) -> None:
        super().__init__(f"{vaccine} can no longer be recorded at your organisation.")
        self.vaccine = vaccine


class NotOverridden(RecordingRefusal):
    """There is something to warn of that the person has not seen yet."""

    message = "There is something to check before you save."

    def __init__(self, warnings: Sequence[Warned]) -> None:
        super().__init__(self.message)
        self.warnings = tuple(warnings)


class ChangedMeanwhile(RecordingRefusal):
    """What was confirmed is not what the draft says now: another tab changed it."""

    message = "Your answers were changed in another tab. Check them again before you save."


class AlreadySaved(RecordingRefusal):
    """The draft has become a record, and takes no more answers."""

    message = "This vaccination has been saved. To change it, find it in Records."
