"""What is asked to find a patient. Parsing and field errors only; nothing is saved here."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from ravs.core import nhs_number, postcodes
from ravs.core.dates import london_today
from ravs.core.folding import parts
from ravs.integrations.pds.port import Criteria
from ravs.members.forms import NAME_LENGTH, clean_name
from ravs.nhsuk_forms.dates import DateField, boxes_of
from ravs.nhsuk_forms.fields import NO, YES, Choice, Look, RadioField, TextField
from ravs.nhsuk_forms.forms import Form
from ravs.patients.services import Entered

OLDEST = 130
"""Nobody has lived to this age, so a date of birth as long ago is a slip."""

NOT_KNOWN_NUMBER = "Enter a valid NHS number. Nobody has the one you entered."
REFINE = "refine"
SOMEBODY_NEW = "new"


class NumberField(TextField):
    """An NHS number, cleaned to its ten digits."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return text
        try:
            return nhs_number.read(text)
        except nhs_number.NotTenDigits as error:
            raise ValidationError("Enter a 10-digit NHS number, like 999 123 4567") from error
        except nhs_number.WrongCheckDigit as error:
            raise ValidationError(
                "Enter a valid NHS number. Check the one you entered for a wrong digit."
            ) from error


class PostcodeField(TextField):
    """A postcode as it is stored. ``outward``: its first part is enough."""

    def __init__(self, *, outward: bool = False, **kwargs: Any) -> None:
        self.outward = outward
        super().__init__(look=Look(autocomplete="off", spellcheck=False, width="10"), **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return text
        try:
            return postcodes.read(text, outward_is_enough=self.outward)
        except postcodes.NotAPostcode as error:
            part = ", or the first part of one, like LS1" if self.outward else ""
            raise ValidationError(f"Enter a full UK postcode, like LS1 4AB{part}") from error


class BirthField(DateField):
    """The day somebody was born: not in the future, and within a human life."""

    def compress(self, data_list: list[Any]) -> date | None:
        day = super().compress(data_list)
        if day is None:
            return None
        today = london_today()
        if day > today:
            raise self.refusal("must be today or in the past", ["day", "month", "year"])
        if today.year - day.year > OLDEST:
            raise self.refusal(f"must be within the last {OLDEST} years", ["year"])
        return day


class KeptForm(Form):
    """A form whose answers stand under the key of a journey until somebody is found."""

    def values(self) -> dict[str, str]:
        """What was entered, as text."""
        names = [
            box
            for name, field in self.fields.items()
            for box in (boxes_of(name) if isinstance(field, DateField) else (name,))
        ]
        return {name: self.data.get(name, "") for name in names}

    @staticmethod
    def shown_again(kept: dict[str, str]) -> dict[str, object]:
        """Kept answers as a form shows them before it is sent."""
        return {**kept, "birth_date": [kept.get(box, "") for box in boxes_of("birth_date")]}


class NumberForm(KeptForm):
    """Is the NHS number known? Nearly always it is, so *Yes* is chosen already."""

    known = RadioField(
        label="Do you know the patient’s NHS number?",
        missing="Select whether you know the patient’s NHS number",
        initial=YES,
        look=Look(label_size="m"),
        choices=[
            Choice(YES, "Yes", reveals=("nhs_number",)),
            Choice(NO, "No, search for the patient"),
        ],
    )
    nhs_number = NumberField(
        label="NHS number",
        missing="Enter the patient’s NHS number",
        hint="10 digits, like 999 123 4567",
        look=Look(autocomplete="off", spellcheck=False, inputmode="numeric", width="10"),
    )

    @property
    def knows(self) -> bool:
        return bool(self.cleaned_data["known"] == YES)


def name_field(label: str, missing: str, hint: str = "") -> TextField:
    look = Look(autocomplete="off", spellcheck=False, width="20")
    return TextField(label=label, missing=missing, hint=hint, look=look)


class SearchForm(KeptForm):
    """Name, date of birth and, if it is known, the postcode."""

    first_name = name_field(
        "First name", "Enter the patient’s first name", "Or the beginning of it"
    )
    last_name = name_field("Last name", "Enter the patient’s last name")
    birth_date = BirthField(
        noun="Date of birth",
        label="Date of birth",
        hint="For example, 15 3 1984",
        missing="Enter the patient’s date of birth",
    )
    postcode = PostcodeField(
        label="Postcode (optional)",
        hint="Its first part is enough. For somebody with no fixed address, enter ZZ99 3VZ",
        outward=True,
        required=False,
    )

    def clean_first_name(self) -> str:
        return self.clean_a_name("first_name", "First name")

    def clean_last_name(self) -> str:
        return self.clean_a_name("last_name", "Last name")

    def clean_a_name(self, field: str, label: str) -> str:
        """Whatever has letters in it: what else is typed does not count in a search."""
        name = " ".join(str(self.cleaned_data[field]).split())
        if len(name) > NAME_LENGTH:
            raise ValidationError(f"{label} must be {NAME_LENGTH} characters or fewer")
        if not parts(name):
            raise ValidationError(f"{label} must include a letter")
        return name

    def criteria(self) -> Criteria:
        values = self.cleaned_data
        return Criteria(
            given_name=values["first_name"],
            family_name=values["last_name"],
            birth_date=values["birth_date"],
            postcode=values["postcode"],
        )


class NewForm(SearchForm):
    """Somebody who has no NHS number, or whose number nobody can look up now.

    ``genders``: the answers that the catalogue has; where it has none, gender is not asked.
    """

    first_name = name_field("First name", "Enter the patient’s first name")
    postcode = PostcodeField(
        label="Postcode",
        missing="Enter the patient’s postcode",
        hint="For somebody with no fixed address, enter ZZ99 3VZ",
    )

    def __init__(self, *args: Any, genders: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if genders:
            self.fields["gender"] = RadioField(
                label="Gender", missing="Select the patient’s gender", choices=genders
            )

    def clean_a_name(self, field: str, label: str) -> str:
        return clean_name(self.cleaned_data[field], label=label)

    def entered(self) -> Entered:
        values = self.cleaned_data
        return Entered(
            given_name=values["first_name"],
            family_name=values["last_name"],
            birth_date=values["birth_date"],
            postcode=values["postcode"],
            gender=values.get("gender", ""),
        )


class ChoiceForm(Form):
    """Which of several people is meant; or none of them."""

    def __init__(self, *args: Any, question: str, people: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["patient"] = RadioField(
            label=question,
            missing="Select a patient, or that it is none of them",
            choices=people,
            look=Look(label_size="m"),
        )
        self.fields["postcode"] = PostcodeField(
            label="Postcode",
            missing="Enter the patient’s postcode, or its first part",
            hint="Its first part is enough. For somebody with no fixed address, enter ZZ99 3VZ",
            outward=True,
        )
        if not any(choice.reveals for choice in people):
            del self.fields["postcode"]

    @property
    def chosen(self) -> str:
        return str(self.cleaned_data["patient"])
