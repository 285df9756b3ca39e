"""What of a record can be edited: the questions, and which of them an organisation asks.

The guide's set by default; the larger one where the organisation chose it (domain 5.3).
"""

from dataclasses import dataclass
from datetime import date
from typing import cast

from django.core.exceptions import ValidationError

from ravs.core.presenters import written_date
from ravs.nhsuk_forms.dates import boxes_of
from ravs.nhsuk_forms.fields import NO, YES, Choice, RadioField, TextAreaField
from ravs.vaccinations.models import Vaccination
from ravs.vaccinations.recording.questions.care_home import CareHomeStep
from ravs.vaccinations.recording.questions.giving import (
    ELSEWHERE,
    SHOWN_AT_ONCE,
    ConsentStep,
    GivingStep,
    name_field,
    relationship_field,
)
from ravs.vaccinations.recording.questions.place import DateForm, DateStep, SiteStep, VaccinatorStep
from ravs.vaccinations.recording.questions.reason import (
    DueDateStep,
    EligibilityStep,
    LocationStep,
    StaffRoleStep,
)
from ravs.vaccinations.recording.questions.vaccine import BatchStep
from ravs.vaccinations.recording.recording import Recording
from ravs.vaccinations.recording.step import Answer, Step, StepForm
from ravs.vaccinations.records.reading import Reading
from ravs.vaccines.models import OptionKind, Route

NOTE_LENGTH = 1000


class EditDateForm(DateForm):
    """The day alone: whether it is today says nothing of a record that is there."""

    def build(self, recording: Recording) -> None:
        super().build(recording)
        self.fields.pop("when", None)
        self.fields["day"].label = "Date of vaccination"

    def clean_day(self) -> date | None:
        day = super().clean_day()
        record = cast("Reading", self.recording).vaccination
        if day is not None and day > record.recorded_on:
            raise ValidationError(
                "Date of vaccination must be on or before the day it was recorded,"
                f" {written_date(record.recorded_on)}"
            )
        return day


class EditDateStep(DateStep):
    form_class = EditDateForm

    def title(self, recording: Recording) -> str:
        return "When was the vaccination?"


class ProductForm(StepForm):
    def build(self, recording: Recording) -> None:
        vaccine = recording.facts.type
        products = recording.products_of(vaccine) if vaccine else []
        self.fields["product"] = RadioField(
            label="Which product was given?",
            hint="You then select its batch",
            missing="Select a product",
            choices=[Choice(product.code, product.name) for product in products],
        )


class ProductStep(Step):
    """The type of vaccine never changes, and a new product needs a new batch."""

    slug = "product"
    form_class = ProductForm

    def title(self, recording: Recording) -> str:
        return "Which product was given?"

    def take(self, recording: Recording, form: StepForm) -> None:
        vaccine = recording.facts.type
        products = recording.products_of(vaccine) if vaccine else []
        chosen = form.cleaned_data["product"]
        recording.facts.product = next(one for one in products if one.code == chosen)


class NoteForm(StepForm):
    def build(self, recording: Recording) -> None:
        self.fields["note"] = TextAreaField(
            label="Note",
            hint="Only people at your organisation can read it. It is not sent to the GP.",
            most=NOTE_LENGTH,
            required=False,
        )


class NoteStep(Step):
    slug = "note"
    form_class = NoteForm

    def title(self, recording: Recording) -> str:
        return "Note"

    def take(self, recording: Recording, form: StepForm) -> None:
        cast("Reading", recording).note = form.cleaned_data["note"]


@dataclass(frozen=True)
class Question:
    """One part of a record that is edited by itself; ``columns`` are those it decides."""

    step: Step
    label: str
    columns: tuple[str, ...]
    extended: bool = False

    @property
    def slug(self) -> str:
        return self.step.slug


QUESTIONS = (
    Question(EditDateStep(), "date of vaccination", ("given_on",), extended=True),
    Question(SiteStep(), "site", ("site",), extended=True),
    Question(VaccinatorStep(), "vaccinator", ("vaccinator",)),
    Question(ProductStep(), "product", ("product",), extended=True),
    Question(BatchStep(), "batch", ("batch",)),
    Question(EligibilityStep(), "eligibility", ("eligibility",), extended=True),
    Question(StaffRoleStep(), "healthcare worker role", ("staff_role",)),
    Question(LocationStep(), "location type", ("location_type", "care_home")),
    Question(CareHomeStep(), "care home", ("care_home_ods",)),
    Question(DueDateStep(), "estimated due date", ("due_date",), extended=True),
    Question(ConsentStep(), "consent", ("consent_giver", "consent_name", "consent_relationship")),
    Question(GivingStep(), "injection site or dose", ("injection_site", "full_dose")),
    Question(NoteStep(), "note", ("note",)),
)
"""In the order in which they are read: each may depend on those before it."""

BY_SLUG = {question.slug: question for question in QUESTIONS}
LABEL_OF = {column: question.label for question in QUESTIONS for column in question.columns}


def is_edited(question: Question, reading: Reading) -> bool:
    """Whether this part of the record can be edited, at this organisation."""
    record = reading.vaccination
    if not record.is_given or record.is_deleted:
        return False
    if question.extended and not record.organisation.extended_edit:
        return False
    return question.step.is_asked(reading)


def label_of(question: Question, record: Vaccination) -> str:
    """As the result panel and the links say it."""
    if question.slug == GivingStep.slug:
        return "dose" if record.route == Route.NASAL else "injection site"
    return question.label


def as_typed(reading: Reading, slug: str) -> Answer:
    """What the record says to a question, as somebody would type it into its form."""
    facts = reading.facts
    plain: dict[str, Answer] = {
        "date": _boxes("day", facts.given_on),
        "site": {"site": _key(facts.site)},
        "vaccinator": {"vaccinator": _key(facts.vaccinator)},
        "product": {"product": _code(facts.product)},
        "batch": {"batch": _key(facts.batch)},
        "eligibility": {"eligibility": _code(facts.eligibility)},
        "staff-role": {"staff_role": _code(facts.staff_role)},
        "location": {"location": _code(facts.location), "care_home": facts.care_home},
        "care-home": {"care_home": facts.care_home_ods},
        "due-date": _boxes("due_date", facts.due_date),
        "note": {"note": reading.note},
    }
    if slug == "consent":
        return _consent(reading)
    return _giving(reading) if slug == "giving" else plain[slug]


def _consent(reading: Reading) -> Answer:
    facts = reading.facts
    if facts.consent is None:
        return {}
    return {
        "giver": facts.consent.code,
        name_field(facts.consent): facts.consent_name,
        relationship_field(facts.consent): facts.consent_relationship,
    }


def _giving(reading: Reading) -> Answer:
    facts = reading.facts
    if facts.product is not None and facts.product.route == Route.NASAL:
        return {"full_dose": "" if facts.full_dose is None else YES if facts.full_dose else NO}
    code = _code(facts.injection_site)
    at_once = [one.code for one in reading.options(OptionKind.INJECTION_SITE)[:SHOWN_AT_ONCE]]
    if not code or code in at_once:
        return {"injection_site": code}
    return {"injection_site": ELSEWHERE, "other_site": code}


def _key(row: object) -> str:
    return str(getattr(row, "public_id", ""))


def _code(row: object) -> str:
    return str(getattr(row, "code", ""))


def _boxes(name: str, day: date | None) -> Answer:
    values = (day.day, day.month, day.year) if day else ("", "", "")
    return {box: str(value) for box, value in zip(boxes_of(name), values, strict=True)}
