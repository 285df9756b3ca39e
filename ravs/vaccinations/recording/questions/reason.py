"""Why this patient, and what payment and reports ask."""

from datetime import date

from django.core.exceptions import ValidationError

from ravs.nhsuk_forms.dates import DateField
from ravs.nhsuk_forms.fields import Choice, Look, RadioField, TextField
from ravs.vaccinations.recording.questions.care_home import FOUND, looked_up
from ravs.vaccinations.recording.questions.vaccine import option_choices
from ravs.vaccinations.recording.recording import Recording
from ravs.vaccinations.recording.step import Answer, Step, StepForm
from ravs.vaccines.models import Asks, OptionKind

FULL_TERM_DAYS = 280
FEWEST_DAYS, MOST_DAYS = 21, 308
"""A due date is believed from 3 to 44 weeks of pregnancy (domain 5.2.2, row 13)."""


class EligibilityForm(StepForm):
    def build(self, recording: Recording) -> None:
        reasons = recording.options(OptionKind.ELIGIBILITY)
        self.fields["eligibility"] = RadioField(
            label="Why is the patient eligible?",
            missing="Select why the patient is eligible",
            choices=option_choices(recording, reasons, may_wait=True),
        )


class EligibilityStep(Step):
    slug = "eligibility"
    form_class = EligibilityForm
    clears = ("staff-role", "due-date")
    of_clinic = True

    def is_asked(self, recording: Recording) -> bool:
        vaccine = recording.facts.type
        if vaccine is None or vaccine.default_eligibility:
            return False
        return bool(recording.options(OptionKind.ELIGIBILITY))

    def title(self, recording: Recording) -> str:
        if recording.is_clinic:
            return "Why are the patients eligible?"
        tense = "is" if recording.is_today else "was"
        return f"Why {tense} the patient eligible for this vaccine?"

    def take(self, recording: Recording, form: StepForm) -> None:
        cleaned = form.cleaned_data
        recording.facts.eligibility = recording.option(
            OptionKind.ELIGIBILITY, cleaned["eligibility"]
        )

    def assume(self, recording: Recording) -> None:
        vaccine = recording.facts.type
        if vaccine is not None and vaccine.default_eligibility:
            recording.facts.eligibility = recording.option(
                OptionKind.ELIGIBILITY, vaccine.default_eligibility
            )


def is_asked_by_eligibility(recording: Recording, what: Asks) -> bool:
    eligibility = recording.facts.eligibility
    return eligibility is not None and what in eligibility.asks


class StaffRoleForm(StepForm):
    def build(self, recording: Recording) -> None:
        self.fields["staff_role"] = RadioField(
            label="What is their role?",
            missing="Select a role",
            choices=option_choices(
                recording, recording.options(OptionKind.STAFF_ROLE), may_wait=False
            ),
        )


class StaffRoleStep(Step):
    slug = "staff-role"
    form_class = StaffRoleForm

    def is_asked(self, recording: Recording) -> bool:
        return is_asked_by_eligibility(recording, Asks.STAFF_ROLE)

    def title(self, recording: Recording) -> str:
        return "What is the healthcare worker’s role?"

    def take(self, recording: Recording, form: StepForm) -> None:
        cleaned = form.cleaned_data
        recording.facts.staff_role = recording.option(OptionKind.STAFF_ROLE, cleaned["staff_role"])


class LocationForm(StepForm):
    def build(self, recording: Recording) -> None:
        places = recording.options(OptionKind.LOCATION_TYPE)
        asks_home = [place.code for place in places if Asks.CARE_HOME in place.asks]
        self.fields["location"] = RadioField(
            label="Where did the vaccination happen?",
            hint="This is needed for payment and reports",
            missing="Select where the vaccination happened",
            choices=[
                Choice(
                    place.code,
                    place.label,
                    place.hint,
                    reveals=("care_home",) if place.code in asks_home else (),
                )
                for place in places
            ],
        )
        if asks_home:
            self.fields["care_home"] = TextField(
                label="Name or ODS code of the care home",
                hint="The beginning of the name is enough",
                missing="Enter the name or ODS code of the care home",
                max_length=200,
                look=Look(autocomplete="off", spellcheck=False),
            )

    def values(self) -> Answer:
        """With what the directory knows of the care home, asked once, when it is answered."""
        kept = super().values()
        typed = str(kept.get("care_home", "")).strip()
        return {**kept, FOUND: looked_up(typed)} if typed else kept


class LocationStep(Step):
    slug = "location"
    form_class = LocationForm
    clears = ("care-home",)
    of_clinic = True

    def is_asked(self, recording: Recording) -> bool:
        vaccine = recording.facts.type
        return vaccine is not None and vaccine.asks_location

    def title(self, recording: Recording) -> str:
        if recording.is_clinic:
            return "What type of location is the clinic at?"
        return (
            "What type of location is it?"
            if recording.is_today
            else "What type of location was it?"
        )

    def take(self, recording: Recording, form: StepForm) -> None:
        cleaned = form.cleaned_data
        recording.facts.location = recording.option(OptionKind.LOCATION_TYPE, cleaned["location"])
        recording.facts.care_home = cleaned.get("care_home") or ""
        recording.facts.care_home_ods = recording.facts.care_home_address = ""


class DueDateForm(StepForm):
    def build(self, recording: Recording) -> None:
        self.fields["due_date"] = DateField(
            noun="Estimated due date",
            label="Estimated due date",
            hint="For example, 27 9 2026",
            missing="Enter the estimated due date",
        )

    def clean_due_date(self) -> date:
        due: date = self.cleaned_data["due_date"]
        pregnant = FULL_TERM_DAYS - (due - self.recording.day).days
        if pregnant < FEWEST_DAYS:
            raise ValidationError(
                "Estimated due date is too far ahead: on the day of the vaccination the patient"
                " would have been less than 3 weeks pregnant"
            )
        if pregnant > MOST_DAYS:
            raise ValidationError(
                "Estimated due date is too early: on the day of the vaccination the patient would"
                " have been more than 44 weeks pregnant"
            )
        return due


class DueDateStep(Step):
    slug = "due-date"
    form_class = DueDateForm
    of_patient = True

    def is_asked(self, recording: Recording) -> bool:
        return is_asked_by_eligibility(recording, Asks.DUE_DATE)

    def title(self, recording: Recording) -> str:
        return "What is the estimated due date?"

    def take(self, recording: Recording, form: StepForm) -> None:
        cleaned = form.cleaned_data
        recording.facts.due_date = cleaned["due_date"]
