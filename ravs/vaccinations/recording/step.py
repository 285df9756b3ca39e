"""One step of recording: a question, when it is asked, and what its answer comes to."""

from typing import TYPE_CHECKING, Any, ClassVar

from ravs.nhsuk_forms.dates import DateField, boxes_of
from ravs.nhsuk_forms.forms import Form

if TYPE_CHECKING:
    from ravs.vaccinations.recording.recording import Recording

Answer = dict[str, Any]
"""What was typed into a step, by name of input: texts, or lists of texts."""

ASK_EACH = "ask-each"
"""The answer of a clinic that leaves a question to each record."""


class StepForm(Form):
    """The form of a step, made for one recording."""

    def __init__(self, recording: "Recording", *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.recording = recording
        self.build(recording)

    def build(self, recording: "Recording") -> None:
        """Add the fields; what can be chosen depends on the answers before."""
        raise NotImplementedError

    def values(self) -> Answer:
        """What was typed, to be kept in the draft; not what stood under a choice that was left."""
        kept: Answer = {}
        for name, field in self.fields.items():
            if not self.asked(name):
                continue
            for key in boxes_of(name) if isinstance(field, DateField) else (name,):
                kept[key] = self._typed(
                    key, several=getattr(field, "component", "") == "checkboxes"
                )
        return kept

    def _typed(self, key: str, *, several: bool) -> Any:
        if several and hasattr(self.data, "getlist"):
            return self.data.getlist(key)
        return self.data.get(key, [] if several else "")

    @classmethod
    def shown_again(cls, form: "StepForm", kept: Answer) -> dict[str, Any]:
        """A kept answer as the fields of ``form`` show it."""
        return {
            name: [kept.get(box, "") for box in boxes_of(name)]
            if isinstance(field, DateField)
            else kept.get(name)
            for name, field in form.fields.items()
        }


class Step:
    """A step of the journey. The order of the steps is that of ``steps.STEPS``."""

    slug: ClassVar[str]
    form_class: ClassVar[type[StepForm]]
    clears: ClassVar[tuple[str, ...]] = ()
    """Steps whose answers fall when this one's changes."""

    of_clinic: ClassVar[bool] = False
    """Whether it is asked when a clinic is set up."""

    of_record: ClassVar[bool] = True
    when_not_given: ClassVar[bool] = False
    """Whether it is asked of a vaccination that was not given."""

    of_patient: ClassVar[bool] = False
    """Whether it can only be asked once the patient is known."""

    def applies(self, recording: "Recording") -> bool:
        """Whether it is asked, after the answers before it."""
        if recording.is_clinic:
            return self.of_clinic and self.is_asked(recording)
        if not self.of_record or not (recording.facts.is_given or self.when_not_given):
            return False
        if self.of_patient and recording.patient is None:
            return False
        return self.is_asked(recording)

    def is_asked(self, recording: "Recording") -> bool:
        return True

    def title(self, recording: "Recording") -> str:
        """The question, without a word about the patient: it stands in the page's title."""
        raise NotImplementedError

    def form(self, recording: "Recording", answer: Any = None) -> StepForm:
        return self.form_class(recording, answer)

    def shown(self, recording: "Recording") -> StepForm:
        """The form as it is opened: with the answer given before, and what is wrong with it if
        it does not hold; or else with what is likely."""
        kept = recording.answer_to(self)
        if kept is not None:
            answered = self.form(recording, kept)
            if not answered.is_valid():
                return answered
        likely = kept or recording.draft.defaults.get(self.slug)
        blank = self.form_class(recording)
        if likely is None:
            return blank
        return self.form_class(recording, initial=StepForm.shown_again(blank, likely))

    def take(self, recording: "Recording", form: StepForm) -> None:
        """Set the facts that the answer comes to."""
        raise NotImplementedError

    def assume(self, recording: "Recording") -> None:
        """Set the facts that hold when the step is not asked."""
