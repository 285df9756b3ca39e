"""What is asked about people. Parsing and field errors only; nothing is saved here."""

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError

from ravs.accounts.normalise import InvalidEmail, clean_email
from ravs.members.models import Level, Membership
from ravs.members.services.change import Standing
from ravs.members.services.details import Details
from ravs.nhsuk_forms.fields import (
    Choice,
    Look,
    RadioField,
    SearchField,
    TextField,
    YesNoField,
)
from ravs.nhsuk_forms.forms import Form

NAME_LENGTH = 100
NAME_MARKS = frozenset(" -'’.")

LEVEL_HINTS = {
    Level.RECORDER: "Can record and edit vaccinations",
    Level.ADMINISTRATOR: "Can also add and manage vaccines and create reports",
    Level.LEAD_ADMINISTRATOR: "Can also add and manage users",
}


def clean_name(text: str, *, label: str) -> str:
    """A person's name: letters, marks, spaces, hyphen, apostrophe and full stop (domain 3.5)."""
    name = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()
    if len(name) > NAME_LENGTH:
        raise ValidationError(f"{label} must be {NAME_LENGTH} characters or fewer")
    if not all(unicodedata.category(c)[0] in "LM" or c in NAME_MARKS for c in name):
        raise ValidationError(
            f"{label} must only include letters, spaces, hyphens, apostrophes and full stops"
        )
    if not any(unicodedata.category(c)[0] == "L" for c in name):
        raise ValidationError(f"{label} must include a letter")
    return name


def level_field() -> RadioField:
    return RadioField(
        label="Permission level",
        missing="Select a permission level",
        choices=[Choice(level.value, level.label, LEVEL_HINTS[level]) for level in Level],
    )


def vaccinator_field(label: str) -> YesNoField:
    return YesNoField(
        label=label,
        missing="Select whether they are a vaccinator",
        hint="Records carry the name of the person who gave the vaccine",
    )


class NameForm(Form):
    """First and last name."""

    first_name = TextField(
        label="First name",
        missing="Enter their first name",
        look=Look(autocomplete="off", spellcheck=False, width="20"),
    )
    last_name = TextField(
        label="Last name",
        missing="Enter their last name",
        look=Look(autocomplete="off", spellcheck=False, width="20"),
    )

    def clean_first_name(self) -> str:
        return clean_name(self.cleaned_data["first_name"], label="First name")

    def clean_last_name(self) -> str:
        return clean_name(self.cleaned_data["last_name"], label="Last name")


class OwnNameForm(NameForm):
    """A person's own name, in Profile."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, word in (("first_name", "first"), ("last_name", "last")):
            field: Any = self.fields[name]
            field.error_messages["required"] = f"Enter your {word} name"
            field.look = Look(
                autocomplete="given-name" if word == "first" else "family-name",
                spellcheck=False,
                width="20",
            )


class AddressField(TextField):
    """An e-mail address as it is stored; what comes along with copying is dropped."""

    type = "email"

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return clean_email(text)
        except InvalidEmail as error:
            raise ValidationError(
                "Enter an email address in the correct format, like name@nhs.net"
            ) from error


class AddForm(NameForm):
    """The five questions about somebody new, in the guide's order."""

    email = AddressField(
        label="Email address",
        missing="Enter their email address",
        hint="Use an address at nhs.net or another allowed domain",
        look=Look(autocomplete="off", spellcheck=False, autocapitalize="none"),
    )
    vaccinator = vaccinator_field("Are they a vaccinator?")
    level = level_field()

    field_order = ["first_name", "last_name", "email", "vaccinator", "level"]

    def details(self) -> Details:
        values = self.cleaned_data
        return Details(
            email=values["email"],
            first_name=values["first_name"],
            last_name=values["last_name"],
            level=Level(values["level"]),
            vaccinator=values["vaccinator"],
        )

    def values(self) -> dict[str, str]:
        """What was entered, as text: kept under the journey's key and shown again."""
        return {name: self.data.get(name, "") for name in self.fields}


class ChangeForm(Form):
    """Vaccinator and permission level, prefilled."""

    vaccinator = vaccinator_field("Are they a vaccinator?")
    level = level_field()

    @classmethod
    def values_of(cls, membership: Membership) -> dict[str, object]:
        return {"vaccinator": membership.vaccinator, "level": membership.level}

    def shown(self, membership: Membership) -> Standing | None:
        """What the page showed when it was opened; nothing when it does not say."""
        level, _, vaccinator = self.data.get("shown", "").partition(" ")
        if level not in Level.values or vaccinator not in {"yes", "no"}:
            return None
        return Standing(Level(level), vaccinator == "yes", membership.clinician)

    def standing(self, membership: Membership) -> Standing:
        return Standing(
            level=Level(self.cleaned_data["level"]),
            vaccinator=self.cleaned_data["vaccinator"],
            clinician=membership.clinician,
        )


class SearchForm(Form):
    """The search box of one tab."""

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"] = SearchField(label=label, look=Look(autocomplete="off", button="Search"))
