"""Forms of recording that are not steps: the note, reasons, warnings and what comes next."""

from typing import Any

from ravs.nhsuk_forms.fields import Choice, HiddenField, RadioField, TextAreaField
from ravs.nhsuk_forms.forms import Form
from ravs.vaccinations.recording.services import FollowOn
from ravs.vaccines.models import Option, OptionKind

NOTE_LENGTH = 1000


class NoteForm(Form):
    """The optional note on the check page."""

    note = TextAreaField(
        most=NOTE_LENGTH,
        label="Note (optional)",
        hint="Only your organisation can see this. It is not sent to the patient’s GP.",
        required=False,
        rows=3,
    )


class NotGivenForm(Form):
    """Why a vaccination is not given: each choice is a kind of reason and its code."""

    def __init__(self, *args: Any, reasons: list[Option], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = RadioField(
            label="Why is the vaccination not given?",
            missing="Select why the vaccination is not given",
            choices=[Choice(f"{one.kind}/{one.code}", one.label, one.hint) for one in reasons],
        )

    def reason(self) -> tuple[OptionKind, str]:
        kind, _, code = self.cleaned_data["reason"].partition("/")
        return OptionKind(kind), code


WORDS = {
    FollowOn.SAME_PATIENT: ("Record another vaccination for the same patient", ""),
    FollowOn.SAME_VACCINATION: (
        "Record the same vaccination for another patient",
        "Keeps the date, site, vaccinator, vaccine and batch",
    ),
    FollowOn.DIFFERENT: ("Record a different vaccination for another patient", ""),
}


class NextForm(Form):
    """What to go on with after saving."""

    key = HiddenField()
    how = RadioField(
        label="What do you want to do next?",
        missing="Select what you want to do next",
        choices=[Choice(how.value, *WORDS[how]) for how in FollowOn],
    )
