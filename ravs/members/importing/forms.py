"""The form of bulk adding: a file or a pasted list, and answers for rows that give none."""

from typing import Any

from django import forms

from ravs.members.forms import LEVEL_HINTS, DatesForm
from ravs.members.importing.columns import Field, recognise
from ravs.members.importing.judging import Shared
from ravs.members.importing.reading import TOO_LARGE, read_pasted, read_upload
from ravs.members.importing.services import List
from ravs.members.importing.sheets import Unreadable, tidy
from ravs.members.models import Level
from ravs.nhsuk_forms.fields import NO, YES, Choice, RadioField

IN_THE_LIST = "Each row of the list says it"
NEITHER = "Choose a file or paste a list"
BOTH = "Choose a file or paste a list, not both"


def shared_answer(label: str) -> RadioField:
    choices = [Choice("", IN_THE_LIST), Choice(YES, "Yes"), Choice(NO, "No")]
    return RadioField(label=label, choices=choices, required=False, initial="")


class ListForm(DatesForm):
    """``too_large``: the upload was so big that it was not kept."""

    file = forms.FileField(label="Upload a file", required=False, allow_empty_file=True)
    pasted = forms.CharField(
        label="Or paste a list", required=False, widget=forms.Textarea, strip=False
    )
    level = RadioField(
        label="Permission level",
        choices=[
            Choice("", IN_THE_LIST),
            *(Choice(level.value, level.label, LEVEL_HINTS[level]) for level in Level),
        ],
        required=False,
        initial="",
    )
    vaccinator = shared_answer("Are they vaccinators?")
    clinician = shared_answer("Are they registered clinicians?")

    field_order = ["file", "pasted", "level", "vaccinator", "clinician", "starts_on", "ends_on"]

    def __init__(
        self, *args: Any, records_clinicians: bool, too_large: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.too_large = too_large
        if not records_clinicians:
            del self.fields["clinician"]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        file, pasted = values.get("file"), values.get("pasted", "")
        has_file = file is not None or self.too_large
        if has_file == bool(pasted.strip()):
            self.add_error("file", BOTH if has_file else NEITHER)
        elif self.too_large:
            self.add_error("file", TOO_LARGE)
        else:
            self._read(file, pasted)
        return values

    def _read(self, file: Any, pasted: str) -> None:
        try:
            sheet = read_upload(file.read()) if file is not None else read_pasted(pasted)
            table = recognise(sheet)
        except Unreadable as refusal:
            self.add_error("file" if file is not None else "pasted", str(refusal))
            return
        unwanted = "clinician" not in self.fields
        self.cleaned_data["table"] = table.without(Field.CLINICIAN) if unwanted else table

    def given(self) -> List:
        """The list, once the form is valid."""
        values, file = self.cleaned_data, self.cleaned_data.get("file")
        level = values.get("level")
        return List(
            name=tidy(str(file.name)) if file is not None else "",
            table=values["table"],
            shared=Shared(
                level=Level(level) if level else None,
                vaccinator={YES: True, NO: False}.get(values.get("vaccinator", "")),
                clinician=values.get("clinician") == YES,
                starts_on=values.get("starts_on"),
                ends_on=values.get("ends_on"),
            ),
        )
