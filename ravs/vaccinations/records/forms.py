"""Looking for records, and the reason for deleting one."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from ravs.core import nhs_number, postcodes
from ravs.nhsuk_forms.dates import DateField, boxes_of
from ravs.nhsuk_forms.fields import NO, YES, Choice, Look, RadioField, TextAreaField, TextField
from ravs.nhsuk_forms.forms import Form
from ravs.vaccinations.records.criteria import Criteria

TYPED = Look(autocomplete="off", spellcheck=False)
REASON_LENGTH = 500


def read_number(text: str) -> str:
    """An NHS number, or the error that says what is wrong with it."""
    try:
        return nhs_number.read(text)
    except nhs_number.NotTenDigits as error:
        raise ValidationError("Enter a 10-digit NHS number") from error
    except nhs_number.WrongCheckDigit as error:
        raise ValidationError("Enter a valid NHS number") from error


class KeptForm(Form):
    """A form whose answers are kept under a key, so that nothing personal stands in an address."""

    def typed(self) -> dict[str, str]:
        names = [
            box
            for name, field in self.fields.items()
            for box in (boxes_of(name) if isinstance(field, DateField) else (name,))
        ]
        return {name: self.data.get(name, "") for name in names}

    def criteria(self) -> Criteria:
        raise NotImplementedError


class NarrowForm(KeptForm):
    """One box for a name or number, and the filters."""

    who = TextField(
        label="Patient name or NHS number",
        hint="Enter the last name, the whole name, or the NHS number",
        required=False,
        max_length=200,
        look=Look(autocomplete="off", spellcheck=False, width="20"),
    )
    vaccine = forms.ChoiceField(required=False)
    batch = TextField(label="Batch number", required=False, max_length=100, look=TYPED)
    vaccinator = forms.ChoiceField(required=False)
    born = DateField(noun="Date of birth", label="Patient’s date of birth", required=False)
    since = DateField(noun="First day", label="Vaccinated from", required=False)
    until = DateField(noun="Last day", label="Vaccinated until", required=False)

    def __init__(
        self,
        *args: Any,
        vaccines: list[tuple[str, str]],
        vaccinators: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("vaccine", vaccines), ("vaccinator", vaccinators)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - as declared above
            field.choices = [("", "All"), *choices]

    def clean_who(self) -> str:
        who: str = self.cleaned_data["who"].strip()
        if any(c.isdigit() for c in who):
            return read_number(who)
        return who

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", "Last day must be on or after the first day")
        return self.cleaned_data

    def criteria(self) -> Criteria:
        asked = self.cleaned_data
        who = asked["who"]
        is_number = who.isdigit()
        return Criteria(
            nhs_number=who if is_number else "",
            name="" if is_number else who,
            vaccine=asked["vaccine"],
            batch=" ".join(asked["batch"].upper().split()),
            vaccinator=UUID(asked["vaccinator"]) if asked["vaccinator"] else None,
            born=asked["born"],
            since=asked["since"],
            until=asked["until"],
        )


class FindForm(KeptForm):
    """As the guide finds a person: by NHS number, or by name, date of birth and postcode."""

    known = RadioField(
        label="Do you know the patient’s NHS number?",
        missing="Select yes if you know the NHS number",
        choices=[
            Choice(YES, "Yes", reveals=("number",)),
            Choice(NO, "No", reveals=("given_name", "family_name", "born", "postcode")),
        ],
    )
    number = TextField(
        label="NHS number",
        hint="10 digits, such as 999 000 0018",
        missing="Enter the NHS number",
        look=Look(autocomplete="off", inputmode="numeric", spellcheck=False, width="10"),
    )
    given_name = TextField(
        label="First name", missing="Enter the first name", max_length=100, look=TYPED
    )
    family_name = TextField(
        label="Last name", missing="Enter the last name", max_length=100, look=TYPED
    )
    born = DateField(
        noun="Date of birth",
        label="Date of birth",
        hint="For example, 15 3 1984",
        missing="Enter the date of birth",
    )
    postcode = TextField(
        label="Postcode (optional)",
        required=False,
        look=Look(autocomplete="off", spellcheck=False, width="10"),
    )

    def clean_number(self) -> str:
        typed: str = self.cleaned_data.get("number") or ""
        return read_number(typed) if typed else ""

    def clean_family_name(self) -> str:
        name: str = self.cleaned_data.get("family_name") or ""
        if name and not any(c.isalpha() for c in name):
            raise ValidationError("Enter the last name")
        return name

    def clean_postcode(self) -> str:
        typed: str = self.cleaned_data.get("postcode") or ""
        try:
            return postcodes.read(typed, outward_is_enough=True) if typed else ""
        except postcodes.NotAPostcode as error:
            raise ValidationError("Enter a full UK postcode, or its first part") from error

    def criteria(self) -> Criteria:
        asked = self.cleaned_data
        if asked["known"] == YES:
            return Criteria(nhs_number=asked["number"])
        return Criteria(
            given_name=asked["given_name"],
            family_name=asked["family_name"],
            born=asked["born"],
            postcode=asked["postcode"],
        )


class ReasonForm(Form):
    """Why a record was changed: an answer that nobody has to give."""

    reason = TextAreaField(
        label="Why are you changing this? (optional)", most=REASON_LENGTH, required=False, rows=2
    )


class DeleteForm(Form):
    reason = TextAreaField(
        label="Why are you deleting this record?",
        hint="For example, it was recorded twice. The reason is kept with the record.",
        missing="Enter why you are deleting this record",
        most=REASON_LENGTH,
        rows=3,
    )
