"""When, where and by whom."""

from datetime import date

from django.core.exceptions import ValidationError

from ravs.core.presenters import written_date
from ravs.members.models import Membership
from ravs.nhsuk_forms.dates import DateField
from ravs.nhsuk_forms.fields import CheckboxesField, Choice, RadioField
from ravs.vaccinations.recording.questions.vaccine import VaccineStep
from ravs.vaccinations.recording.recording import Recording
from ravs.vaccinations.recording.step import Answer, Step, StepForm

TODAY, EARLIER = "today", "earlier"
EARLIEST = date(2020, 1, 1)
"""No vaccination before this day is recorded (domain 5.2.2, row 4)."""


class DateForm(StepForm):
    def build(self, recording: Recording) -> None:
        patient = recording.patient
        if patient is None or patient.died_on is None:
            self.fields["when"] = RadioField(
                label="Is the vaccination today?",
                missing="Select yes if the vaccination is today",
                choices=[Choice(TODAY, "Yes"), Choice(EARLIER, "No", reveals=("day",))],
            )
        self.fields["day"] = DateField(
            noun="Date of vaccination",
            label="When was the vaccination?",
            hint="For example, 27 3 2026",
            missing="Enter the date of the vaccination",
        )

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data.get("day")
        if day is None:
            return None
        recording = self.recording
        if day > recording.today:
            raise ValidationError("Date of vaccination must be today or in the past")
        if day < EARLIEST:
            raise ValidationError(
                f"Date of vaccination must be on or after {written_date(EARLIEST)}"
            )
        patient = recording.patient
        if patient is not None and day < patient.birth_date:
            raise ValidationError("Date of vaccination must be on or after the date of birth")
        if patient is not None and patient.died_on is not None and day > patient.died_on:
            raise ValidationError("Date of vaccination must be on or before the date of death")
        return day

    def clean_when(self) -> str:
        """The day that *today* was stays the same; the patient may be another one by now."""
        when: str = self.cleaned_data["when"]
        patient = self.recording.patient
        if when == TODAY and patient is not None and self.said_on < patient.birth_date:
            raise ValidationError("Date of vaccination must be on or after the date of birth")
        return when

    @property
    def said_on(self) -> date:
        """The day on which the question was answered."""
        try:
            return date.fromisoformat(self.data.get("today", ""))
        except ValueError:
            return self.recording.today

    def values(self) -> Answer:
        """*Today* is kept with its date: tomorrow it is no longer today."""
        return {**super().values(), "today": self.recording.today.isoformat()}


class DateStep(Step):
    slug = "date"
    form_class = DateForm
    clears = ("batch",)
    when_not_given = True

    def title(self, recording: Recording) -> str:
        patient = recording.patient
        is_dead = patient is not None and patient.died_on is not None
        return "When was the vaccination?" if is_dead else "Is the vaccination today?"

    def take(self, recording: Recording, form: StepForm) -> None:
        assert isinstance(form, DateForm)  # noqa: S101 - the form of this step
        recording.facts.given_on = form.cleaned_data.get("day") or form.said_on

    def assume(self, recording: Recording) -> None:
        if recording.is_clinic:
            recording.facts.given_on = recording.today


class SiteForm(StepForm):
    def build(self, recording: Recording) -> None:
        self.fields["site"] = RadioField(
            label="Where was the vaccination given?",
            missing="Select a site",
            choices=[
                Choice(str(site.public_id), site.name, site.address) for site in recording.sites
            ],
        )


class SiteStep(Step):
    slug = "site"
    form_class = SiteForm
    clears = (VaccineStep.slug, *VaccineStep.clears)
    of_clinic = True
    when_not_given = True

    def is_asked(self, recording: Recording) -> bool:
        """Unless there is one only, and no other was chosen while there were more."""
        keys = [str(site.public_id) for site in recording.sites]
        answered = (recording.answer_to(self) or {}).get("site")
        return len(keys) != 1 or bool(answered and answered != keys[0])

    def title(self, recording: Recording) -> str:
        if recording.is_clinic:
            return "Where is the clinic?"
        return "Where are you vaccinating?" if recording.is_today else "Where was it given?"

    def take(self, recording: Recording, form: StepForm) -> None:
        cleaned = form.cleaned_data
        chosen = cleaned["site"]
        recording.facts.site = next(s for s in recording.sites if str(s.public_id) == chosen)

    def assume(self, recording: Recording) -> None:
        recording.facts.site = recording.sites[0] if len(recording.sites) == 1 else None


def choices_of(people: list[Membership], me: Membership) -> list[Choice]:
    """People of a pick-list: oneself first, everybody with their address."""
    return [
        Choice(
            str(row.public_id),
            f"Me ({row.account.full_name})" if row.pk == me.pk else row.account.full_name,
            "" if row.pk == me.pk else row.account.email,
        )
        for row in people
    ]


def chosen(people: list[Membership], public_id: str) -> Membership:
    return next(row for row in people if str(row.public_id) == public_id)


class PresentForm(StepForm):
    def build(self, recording: Recording) -> None:
        self.fields["present"] = CheckboxesField(
            label="Who is vaccinating at the clinic?",
            hint="Select everybody who is",
            missing="Select who is vaccinating",
            choices=choices_of(recording.vaccinators, recording.me),
        )


class PresentStep(Step):
    """The vaccinators of a clinic."""

    slug = "present"
    form_class = PresentForm
    of_clinic = True
    of_record = False

    def title(self, recording: Recording) -> str:
        return "Who is vaccinating at the clinic?"

    def take(self, recording: Recording, form: StepForm) -> None:
        cleaned = form.cleaned_data
        people = recording.vaccinators
        recording.facts.present = tuple(chosen(people, one) for one in cleaned["present"])


def only_present(recording: Recording) -> Membership | None:
    """The one person who is vaccinating at the clinic; nobody who was not there is assumed."""
    present = recording.draft.answers.get("present", {}).get("present", [])
    here = [row for row in recording.vaccinators if str(row.public_id) in present]
    return here[0] if len(here) == 1 else None


class VaccinatorForm(StepForm):
    def build(self, recording: Recording) -> None:
        self.fields["vaccinator"] = RadioField(
            label="Who is the vaccinator?",
            missing="Select the vaccinator",
            choices=choices_of(recording.vaccinators, recording.me),
        )


class VaccinatorStep(Step):
    slug = "vaccinator"
    form_class = VaccinatorForm

    def is_asked(self, recording: Recording) -> bool:
        """Not at a clinic with one vaccinator."""
        return only_present(recording) is None

    def title(self, recording: Recording) -> str:
        return "Who is the vaccinator?" if recording.is_today else "Who was the vaccinator?"

    def take(self, recording: Recording, form: StepForm) -> None:
        cleaned = form.cleaned_data
        recording.facts.vaccinator = chosen(recording.vaccinators, cleaned["vaccinator"])

    def assume(self, recording: Recording) -> None:
        recording.facts.vaccinator = only_present(recording)
