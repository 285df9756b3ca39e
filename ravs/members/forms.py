"""What is asked about people. Parsing and field errors only; nothing is saved here."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from ravs.accounts.normalise import InvalidEmail, clean_email
from ravs.core.dates import london_today
from ravs.members import dates
from ravs.members.models import Level, Membership
from ravs.members.refusals import DatesNotPossible
from ravs.members.services.change import Standing
from ravs.members.services.details import Details
from ravs.members.services.settings import Settings
from ravs.nhsuk_forms.dates import DateField, boxes_of
from ravs.nhsuk_forms.fields import (
    Choice,
    Look,
    RadioField,
    SearchField,
    TextField,
    YesNoField,
)
from ravs.nhsuk_forms.forms import Form
from ravs.organisations.models import EmailPolicy

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


def clinician_field() -> YesNoField:
    return YesNoField(
        label="Are they a registered clinician?",
        missing="Select whether they are a registered clinician",
        hint="Only registered clinicians can be chosen as assessing or consenting clinician",
    )


def day_field(label: str, hint: str) -> DateField:
    return DateField(noun=label, label=f"{label} (optional)", hint=hint, required=False)


class DatesForm(Form):
    """The first and the last day of seasonal and bank staff; both may be left empty."""

    starts_on = day_field("Start date", "The first day they can log in, for example 1 10 2027")
    ends_on = day_field(
        "End date", "The last day they can log in. They are deactivated the day after."
    )

    @property
    def says_dates(self) -> bool:
        """Whether either date says something, or is wrong: then both are shown at once."""
        asked = [self[name] for name in ("starts_on", "ends_on") if name in self.fields]
        return any(bound.errors or _is_typed(bound.value()) for bound in asked)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not {"starts_on", "ends_on"} & self.errors.keys():
            try:
                dates.check(values.get("starts_on"), values.get("ends_on"), london_today())
            except DatesNotPossible as refusal:
                self.add_error(refusal.field, str(refusal))
        return values


def _is_typed(value: object) -> bool:
    """``value``: a date, or its three boxes as they were typed."""
    return any(value) if isinstance(value, list) else value is not None


class AddForm(NameForm, DatesForm):
    """The five questions about somebody new, in the guide's order, and the days they may come.

    ``records_clinicians``: the organisation asks for clinician status too (domain 3.14, row 1).
    """

    email = AddressField(
        label="Email address",
        missing="Enter their email address",
        hint="Use an address at nhs.net or another allowed domain",
        look=Look(autocomplete="off", spellcheck=False, autocapitalize="none"),
    )
    vaccinator = vaccinator_field("Are they a vaccinator?")
    clinician = clinician_field()
    level = level_field()

    field_order = [
        "first_name",
        "last_name",
        "email",
        "vaccinator",
        "clinician",
        "level",
        "starts_on",
        "ends_on",
    ]

    def __init__(self, *args: Any, records_clinicians: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not records_clinicians:
            del self.fields["clinician"]

    def details(self) -> Details:
        values = self.cleaned_data
        return Details(
            email=values["email"],
            first_name=values["first_name"],
            last_name=values["last_name"],
            level=Level(values["level"]),
            vaccinator=values["vaccinator"],
            clinician=values.get("clinician", False),
            starts_on=values["starts_on"],
            ends_on=values["ends_on"],
        )

    def values(self) -> dict[str, str]:
        """What was entered, as text: kept under the journey's key and shown again."""
        return {name: self.data.get(name, "") for name in self._inputs()}

    def _inputs(self) -> Iterator[str]:
        for name, field in self.fields.items():
            yield from boxes_of(name) if isinstance(field, DateField) else (name,)

    @staticmethod
    def shown_again(kept: dict[str, str]) -> dict[str, object]:
        """Kept answers as a form shows them before it is sent."""
        dates_typed = {
            name: [kept.get(box, "") for box in boxes_of(name)] for name in ("starts_on", "ends_on")
        }
        return {**kept, **dates_typed}


class ChangeForm(DatesForm):
    """Vaccinator, clinician where that is recorded, level and dates, prefilled.

    The start date is asked only of people who have not come yet.
    """

    vaccinator = vaccinator_field("Are they a vaccinator?")
    clinician = clinician_field()
    level = level_field()

    field_order = ["vaccinator", "clinician", "level", "starts_on", "ends_on"]

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        initial = asdict(Standing.of(membership))
        super().__init__(*args, initial=initial, **kwargs)
        self.membership = membership
        if not membership.organisation.records_clinicians:
            del self.fields["clinician"]
        if membership.first_login_at is not None:
            del self.fields["starts_on"]

    def shown(self) -> Standing | None:
        """What the page showed when it was opened; nothing when it does not say."""
        return stamped(self.data.get("shown", ""))

    def standing(self) -> Standing:
        """What was asked for; what this form does not ask stays as it is."""
        asked = {name: value for name, value in self.cleaned_data.items() if name in self.fields}
        asked["level"] = Level(asked["level"])
        return replace(Standing.of(self.membership), **asked)


def stamp(standing: Standing) -> str:
    """A standing as a hidden field carries it, to tell later what was looked at."""
    flags = "".join("y" if flag else "n" for flag in (standing.vaccinator, standing.clinician))
    days = (day.isoformat() if day else "-" for day in standing.dates)
    return " ".join((standing.level, flags, *days))


def stamped(text: str) -> Standing | None:
    """The standing that ``stamp`` wrote; ``None`` for anything else."""
    try:
        level, flags, starts_on, ends_on = text.split(" ")
        standing = Standing(
            Level(level),
            flags[0] == "y",
            flags[1] == "y",
            None if starts_on == "-" else date.fromisoformat(starts_on),
            None if ends_on == "-" else date.fromisoformat(ends_on),
        )
    except (ValueError, IndexError):
        return None
    return standing if stamp(standing) == text else None


class LevelForm(Form):
    """The level for several people."""

    level_to = level_field()


class VaccinatorForm(Form):
    """The vaccinator status for several people."""

    vaccinator_to = vaccinator_field("Are they vaccinators?")


class SettingsForm(Form):
    """What an organisation decides for itself about people and records."""

    records_clinicians = YesNoField(
        label="Do you record assessing and consenting clinicians?",
        hint="If you do, you are asked whether each user is a registered clinician",
        missing="Select whether you record assessing and consenting clinicians",
    )
    email_policy = RadioField(
        label="Can people use the email address they use at another organisation?",
        missing="Select whether people can use the same email address at several organisations",
        choices=[
            Choice(
                EmailPolicy.SHARED.value,
                "Yes",
                "They use one email address and one account everywhere",
            ),
            Choice(
                EmailPolicy.ONE_PER_ORGANISATION.value,
                "No",
                "They need a different email address here",
            ),
        ],
    )
    extended_edit = YesNoField(
        label="Can people edit more of a vaccination record?",
        yes_hint="Also the date, site, product, eligibility and estimated due date",
        no_hint="Batch, vaccinator, location type, role, consent, injection site or dose, and note",
        missing="Select whether people can edit more of a vaccination record",
    )

    def __init__(self, *args: Any, now: Settings, **kwargs: Any) -> None:
        super().__init__(*args, initial=asdict(now), **kwargs)

    def settings(self) -> Settings:
        values = self.cleaned_data
        policy = EmailPolicy(values["email_policy"])
        return Settings(values["records_clinicians"], policy, values["extended_edit"])


class SearchForm(Form):
    """The search box of one tab."""

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"] = SearchField(label=label, look=Look(autocomplete="off", button="Search"))
