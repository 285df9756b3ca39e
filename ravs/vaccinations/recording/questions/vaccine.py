"""Which vaccine, from which batch, as which dose."""

from ravs.core.presenters import written_date
from ravs.nhsuk_forms.fields import Choice, RadioField
from ravs.vaccinations.recording.recording import Recording
from ravs.vaccinations.recording.step import ASK_EACH, Step, StepForm
from ravs.vaccines.models import Option, OptionKind, Product, VaccineType


def product_field(vaccine: VaccineType) -> str:
    return f"product_{vaccine.code}"


class VaccineForm(StepForm):
    """The type, and under each type with several products which of them."""

    def build(self, recording: Recording) -> None:
        self.products = {
            vaccine.code: recording.products_of(vaccine) for vaccine in recording.types
        }
        self.fields["vaccine"] = RadioField(
            label="Which vaccine?",
            missing="Select a vaccine",
            choices=[self._choice(vaccine) for vaccine in recording.types],
        )
        for vaccine in recording.types:
            if self._asks_product(vaccine):
                self.fields[product_field(vaccine)] = RadioField(
                    label=f"Which {vaccine.name} product?",
                    missing=f"Select a {vaccine.name} product",
                    choices=[Choice(p.code, p.name) for p in self.products[vaccine.code]],
                )

    def _choice(self, vaccine: VaccineType) -> Choice:
        products = self.products[vaccine.code]
        if self._asks_product(vaccine):
            return Choice(vaccine.code, vaccine.title, reveals=(product_field(vaccine),))
        only = products[0].name if products and self.recording.facts.is_given else ""
        return Choice(vaccine.code, vaccine.title, only)

    def _asks_product(self, vaccine: VaccineType) -> bool:
        return self.recording.facts.is_given and len(self.products[vaccine.code]) > 1

    def chosen(self) -> tuple[VaccineType, Product | None]:
        code = self.cleaned_data["vaccine"]
        vaccine = next(v for v in self.recording.types if v.code == code)
        if not self.recording.facts.is_given:
            return vaccine, None
        products = self.products[code]
        wanted = self.cleaned_data.get(product_field(vaccine)) or products[0].code
        return vaccine, next(product for product in products if product.code == wanted)


class VaccineStep(Step):
    slug = "vaccine"
    form_class = VaccineForm
    clears = (
        "batch",
        "dose",
        "eligibility",
        "staff-role",
        "location",
        "care-home",
        "due-date",
        "assess",
        "consent",
        "giving",
    )
    of_clinic = True
    when_not_given = True

    def title(self, recording: Recording) -> str:
        return "Which vaccine?"

    def take(self, recording: Recording, form: StepForm) -> None:
        assert isinstance(form, VaccineForm)  # noqa: S101 - the form of this step
        recording.facts.type, recording.facts.product = form.chosen()


class BatchForm(StepForm):
    def build(self, recording: Recording) -> None:
        self.fields["batch"] = RadioField(
            label="Which batch?",
            missing="Select a batch",
            choices=[
                Choice(str(b.public_id), b.number, f"Expires {written_date(b.expiry)}")
                for b in recording.batches
            ],
        )


class BatchStep(Step):
    slug = "batch"
    form_class = BatchForm
    of_clinic = True

    def title(self, recording: Recording) -> str:
        return "Which batch?" if recording.is_today else "Which batch was used?"

    def take(self, recording: Recording, form: StepForm) -> None:
        cleaned = form.cleaned_data
        chosen = cleaned["batch"]
        recording.facts.batch = next(b for b in recording.batches if str(b.public_id) == chosen)


def option_choices(recording: Recording, options: list[Option], *, may_wait: bool) -> list[Choice]:
    """Answers of the catalogue; a clinic may leave the question to each record."""
    choices = [Choice(option.code, option.label, option.hint) for option in options]
    if recording.is_clinic and may_wait:
        choices.append(Choice(ASK_EACH, "Ask for each patient"))
    return choices


class DoseForm(StepForm):
    def build(self, recording: Recording) -> None:
        doses = recording.options(OptionKind.DOSE)
        self.fields["dose"] = RadioField(
            label="Which dose is it?",
            missing="Select the dose",
            choices=option_choices(recording, doses, may_wait=True),
        )


class DoseStep(Step):
    """Asked where there are several; of flu only for young children (domain 5.2.2, row 9)."""

    slug = "dose"
    form_class = DoseForm
    of_clinic = True

    def is_asked(self, recording: Recording) -> bool:
        vaccine, patient = recording.facts.type, recording.patient
        if vaccine is None or len(recording.options(OptionKind.DOSE)) < 2:
            return False
        oldest = vaccine.dose_asked_up_to_age
        if oldest is None:
            return True
        return patient is not None and patient.age_on(recording.day) <= oldest

    def title(self, recording: Recording) -> str:
        return "Which dose is it?" if recording.is_today else "Which dose was it?"

    def take(self, recording: Recording, form: StepForm) -> None:
        cleaned = form.cleaned_data
        recording.facts.dose = recording.option(OptionKind.DOSE, cleaned["dose"])

    def assume(self, recording: Recording) -> None:
        """The first dose, where the catalogue counts doses at all."""
        doses = recording.options(OptionKind.DOSE) if recording.facts.type else []
        recording.facts.dose = doses[0] if doses and recording.facts.is_given else None
