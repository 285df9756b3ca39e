"""Assessment, consent, and how it was given."""

from ravs.nhsuk_forms.fields import Choice, Look, RadioField, TextField, YesNoField
from ravs.vaccinations.models import Outcome
from ravs.vaccinations.recording.questions.place import choices_of, chosen
from ravs.vaccinations.recording.questions.vaccine import option_choices
from ravs.vaccinations.recording.recording import Recording
from ravs.vaccinations.recording.step import Step, StepForm
from ravs.vaccines.models import Asks, Option, OptionKind, Route

SUITABLE, NOT_SUITABLE = "suitable", "not-suitable"
REFUSED = "no-consent"
ELSEWHERE = "elsewhere"
SHOWN_AT_ONCE = 2
"""The first injection sites of the catalogue, both arms; the others come after *somewhere else*."""


def reason_field(recording: Recording, kind: OptionKind, label: str) -> RadioField:
    return RadioField(
        label=label,
        missing="Select a reason",
        choices=option_choices(recording, recording.options(kind), may_wait=False),
    )


class AssessForm(StepForm):
    """The older guide's assessment, where clinicians are recorded (domain 5.2.10)."""

    def build(self, recording: Recording) -> None:
        self.fields["assessor"] = RadioField(
            label="Who assessed the patient?",
            hint="Only registered clinicians can be chosen",
            missing="Select who assessed the patient",
            choices=choices_of(recording.clinicians, recording.me),
        )
        mechanisms = recording.options(OptionKind.LEGAL_MECHANISM)
        if mechanisms:
            self.fields["legal_mechanism"] = RadioField(
                label="Legal mechanism",
                missing="Select the legal mechanism",
                choices=option_choices(recording, mechanisms, may_wait=False),
            )
        self.fields["assessment"] = RadioField(
            label="Outcome of the assessment",
            missing="Select the outcome of the assessment",
            choices=[
                Choice(SUITABLE, "Give the vaccine"),
                Choice(NOT_SUITABLE, "Do not give the vaccine", reveals=("not_given_reason",)),
            ],
        )
        self.fields["not_given_reason"] = reason_field(
            recording, OptionKind.NOT_GIVEN_REASON, "Why was the vaccine not given?"
        )


class AssessStep(Step):
    slug = "assess"
    form_class = AssessForm
    of_patient = True

    def is_asked(self, recording: Recording) -> bool:
        return recording.organisation.records_clinicians

    def title(self, recording: Recording) -> str:
        return "Assess the patient"

    def take(self, recording: Recording, form: StepForm) -> None:
        cleaned = form.cleaned_data
        facts = recording.facts
        facts.assessor = chosen(recording.clinicians, cleaned["assessor"])
        if cleaned.get("legal_mechanism"):
            facts.legal_mechanism = recording.option(
                OptionKind.LEGAL_MECHANISM, cleaned["legal_mechanism"]
            )
        if cleaned["assessment"] == NOT_SUITABLE:
            decide(recording, Outcome.NOT_GIVEN, cleaned["not_given_reason"])


def decide(recording: Recording, outcome: Outcome, code: str) -> None:
    """It is not given: that ends the questions."""
    kinds = {
        Outcome.NOT_GIVEN: OptionKind.NOT_GIVEN_REASON,
        Outcome.NO_CONSENT: OptionKind.NO_CONSENT_REASON,
    }
    reason = recording.option(kinds[outcome], code)
    recording.facts.outcome = outcome
    recording.facts.outcome_reason = reason.label if reason else code


def name_field(giver: Option) -> str:
    return f"name_{giver.code}"


def relationship_field(giver: Option) -> str:
    return f"relationship_{giver.code}"


class ConsentForm(StepForm):
    """Who consents; whoever is not the patient is named, some with their relationship."""

    def build(self, recording: Recording) -> None:
        self.givers = recording.options(OptionKind.CONSENT_GIVER)
        choices = [
            Choice(g.code, self._label(g, recording), g.hint, self._reveals(g)) for g in self.givers
        ]
        if recording.organisation.records_clinicians:
            choices.append(Choice(REFUSED, "No consent", reveals=("no_consent_reason",)))
        self.fields["giver"] = RadioField(
            label="Who is giving consent?",
            missing="Select who is giving consent",
            choices=choices,
        )
        for giver in self.givers:
            self._add_fields_of(giver)
        if recording.organisation.records_clinicians:
            self._add_clinical_fields(recording)

    @staticmethod
    def _label(giver: Option, recording: Recording) -> str:
        """Whoever needs no naming is the patient."""
        patient = recording.patient
        is_patient = patient is not None and not giver.asks
        return f"{giver.label} ({patient.full_name})" if patient and is_patient else giver.label

    @staticmethod
    def _reveals(giver: Option) -> tuple[str, ...]:
        fields = {Asks.NAME: name_field(giver), Asks.RELATIONSHIP: relationship_field(giver)}
        return tuple(name for what, name in fields.items() if what in giver.asks)

    def _add_fields_of(self, giver: Option) -> None:
        look = Look(autocomplete="off", spellcheck=False)
        if Asks.NAME in giver.asks:
            self.fields[name_field(giver)] = TextField(
                label="Full name", missing="Enter their full name", max_length=200, look=look
            )
        if Asks.RELATIONSHIP in giver.asks:
            self.fields[relationship_field(giver)] = TextField(
                label="Relationship to the patient",
                missing="Enter their relationship to the patient",
                max_length=100,
                look=look,
            )

    def _add_clinical_fields(self, recording: Recording) -> None:
        self.fields["no_consent_reason"] = reason_field(
            recording, OptionKind.NO_CONSENT_REASON, "Why was there no consent?"
        )
        self.fields["consenter"] = RadioField(
            label="Who took the consent?",
            hint="Only registered clinicians can be chosen",
            missing="Select who took the consent",
            choices=choices_of(recording.clinicians, recording.me),
        )


class ConsentStep(Step):
    slug = "consent"
    form_class = ConsentForm
    of_patient = True

    def title(self, recording: Recording) -> str:
        return "Who is giving consent?" if recording.is_today else "Who gave consent?"

    def take(self, recording: Recording, form: StepForm) -> None:
        cleaned = form.cleaned_data
        facts = recording.facts
        if cleaned.get("consenter"):
            facts.consenter = chosen(recording.clinicians, cleaned["consenter"])
        if cleaned["giver"] == REFUSED:
            decide(recording, Outcome.NO_CONSENT, cleaned["no_consent_reason"])
            return
        giver = recording.option(OptionKind.CONSENT_GIVER, cleaned["giver"])
        assert giver is not None  # noqa: S101 - it was among the choices
        facts.consent = giver
        facts.consent_name = cleaned.get(name_field(giver)) or ""
        facts.consent_relationship = cleaned.get(relationship_field(giver)) or ""


class GivingForm(StepForm):
    """The injection site, or how much of a nasal spray."""

    def build(self, recording: Recording) -> None:
        product = recording.facts.product
        if product is not None and product.route == Route.NASAL:
            self.fields["full_dose"] = YesNoField(
                label="Was the full dose given?",
                yes_hint="One spray in each nostril",
                no_hint="One nostril only. This is still a valid dose and is not repeated.",
                missing="Select yes if the full dose was given",
            )
            return
        sites = recording.options(OptionKind.INJECTION_SITE)
        first, others = sites[:SHOWN_AT_ONCE], sites[SHOWN_AT_ONCE:]
        choices = [Choice(site.code, site.label) for site in first]
        if others:
            choices.append(Choice(ELSEWHERE, "Somewhere else", reveals=("other_site",)))
        self.fields["injection_site"] = RadioField(
            label="Where was the injection given?",
            missing="Select where the injection was given",
            choices=choices,
        )
        if others:
            self.fields["other_site"] = RadioField(
                label="Where?",
                missing="Select where else the injection was given",
                choices=[Choice(site.code, site.label) for site in others],
            )


class GivingStep(Step):
    """Nothing is asked of an oral vaccine."""

    slug = "giving"
    form_class = GivingForm
    of_patient = True

    def is_asked(self, recording: Recording) -> bool:
        product = recording.facts.product
        return product is None or product.route != Route.ORAL

    def title(self, recording: Recording) -> str:
        product = recording.facts.product
        if product is not None and product.route == Route.NASAL:
            return "Was the full dose given?"
        return "Where was the injection given?"

    def take(self, recording: Recording, form: StepForm) -> None:
        cleaned = form.cleaned_data
        if "full_dose" in cleaned:
            recording.facts.full_dose = cleaned["full_dose"]
            return
        code = cleaned["injection_site"]
        if code == ELSEWHERE:
            code = cleaned["other_site"]
        recording.facts.injection_site = recording.option(OptionKind.INJECTION_SITE, code)
