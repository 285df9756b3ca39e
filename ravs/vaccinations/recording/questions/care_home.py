"""Which care home: looked up by what was typed, and chosen where several fit.

What the directory told is kept with the answer when it is given, so that reading a draft, or
saving it, asks nobody outside.
"""

from typing import TYPE_CHECKING

from ravs.integrations.ods.port import CareHome, DirectoryUnavailable, directory
from ravs.nhsuk_forms.fields import Choice, RadioField
from ravs.vaccinations.recording.step import Step, StepForm

if TYPE_CHECKING:
    from ravs.vaccinations.recording.recording import Recording

AS_TYPED = "as-typed"
FOUND = "found"
"""Beside the answer about the location: the care homes that fit, each as code, name, address."""

Kept = list[list[str]]


def looked_up(text: str) -> Kept:
    """The care homes that fit; none while the directory does not answer: what was typed stays."""
    try:
        return [[home.ods, home.name, home.address] for home in directory().care_homes(text)]
    except DirectoryUnavailable:
        return []


def found_of(recording: "Recording") -> list[CareHome]:
    """What was found when the location was answered, if it is a care home."""
    if not recording.facts.care_home:
        return []
    answer = recording.draft.answers.get("location", {})
    return [CareHome(*one) for one in answer.get(FOUND, [])]


def _is_code(recording: "Recording", home: CareHome) -> bool:
    return "".join(recording.facts.care_home.split()).upper() == home.ods


class CareHomeForm(StepForm):
    def build(self, recording: "Recording") -> None:
        choices = [
            Choice(home.ods, home.name, ", ".join(filter(None, (home.address, home.ods))))
            for home in found_of(recording)
        ]
        none = f"None of these, keep “{recording.facts.care_home}”"
        self.fields["care_home"] = RadioField(
            label="Which care home is it?",
            missing="Select the care home",
            choices=[*choices, Choice(AS_TYPED, none)],
        )


class CareHomeStep(Step):
    """Not asked after the code of one, nor where nothing fits."""

    slug = "care-home"
    form_class = CareHomeForm
    of_clinic = True

    def is_asked(self, recording: "Recording") -> bool:
        found = found_of(recording)
        return bool(found) and not any(_is_code(recording, home) for home in found)

    def title(self, recording: "Recording") -> str:
        return "Which care home is it?" if recording.is_today else "Which care home was it?"

    def take(self, recording: "Recording", form: StepForm) -> None:
        chosen = form.cleaned_data["care_home"]
        home = next((one for one in found_of(recording) if one.ods == chosen), None)
        if home is not None:
            _set(recording, home)

    def assume(self, recording: "Recording") -> None:
        home = next((one for one in found_of(recording) if _is_code(recording, one)), None)
        if home is not None:
            _set(recording, home)


def _set(recording: "Recording", home: CareHome) -> None:
    facts = recording.facts
    facts.care_home, facts.care_home_ods, facts.care_home_address = (
        home.name,
        home.ods,
        home.address,
    )
