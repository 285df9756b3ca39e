"""The paper form: the same questions as on the pages, made from the same steps.

For an outage it must come without the database: the answers are then those of the catalogue as
this process read it last, or else there are lines to write on.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import InterfaceError, OperationalError

from ravs.core.dates import london_today
from ravs.vaccinations.recording.steps import STEPS
from ravs.vaccines.catalogue.memory import Catalogue, catalogue, last_known, on
from ravs.vaccines.models import Option, OptionKind, VaccineType


@dataclass(frozen=True)
class Question:
    """One question, with boxes to tick or a line to write on."""

    words: str
    hint: str = ""
    boxes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answers:
    """What there is to tick; nothing when the database does not answer."""

    types: Sequence[VaccineType] = ()
    options: Sequence[Option] = ()

    def of(self, kind: OptionKind) -> tuple[str, ...]:
        """The labels of a question's answers, each once."""
        return tuple(dict.fromkeys(one.label for one in self.options if one.kind == kind))


@dataclass(frozen=True)
class PaperPage:
    patient: tuple[Question, ...]
    vaccination: tuple[Question, ...]
    today: date = field(default_factory=london_today)


def answers() -> Answers:
    """What can be ticked today; without the database, what was known last."""
    today = london_today()
    try:
        known: Catalogue | None = catalogue()
    except (OperationalError, InterfaceError):
        known = last_known()
    return Answers(on(known.types, today), on(known.options, today)) if known else Answers()


def paper_page() -> PaperPage:
    """The whole form, in the order of the pages."""
    given = answers()
    asked = [question for step in STEPS for question in _of(step.slug, given)]
    reasons = (*given.of(OptionKind.NOT_GIVEN_REASON), *given.of(OptionKind.NO_CONSENT_REASON))
    return PaperPage(
        patient=tuple(_patient(given)),
        vaccination=(
            *asked,
            Question("Note (optional)"),
            Question("If the vaccination was not given: why?", boxes=reasons),
            Question("Who filled in this form?"),
        ),
    )


def _patient(given: Answers) -> Iterable[Question]:
    yield Question("NHS number", "10 digits, if it is known")
    yield Question("First name")
    yield Question("Last name")
    yield Question("Date of birth", "Day, month and year")
    yield Question("Postcode", "No fixed address: ZZ99 3VZ")
    yield Question("Gender", "If the NHS number is not known", given.of(OptionKind.GENDER))


def _of(slug: str, given: Answers) -> Iterable[Question]:
    asked = QUESTIONS[slug]
    return asked(given)


def _vaccine(given: Answers) -> Iterable[Question]:
    yield Question("Which vaccine?", boxes=tuple(one.title for one in given.types))
    yield Question("Which product?")


def _one(words: str, kind: OptionKind, hint: str = "") -> Callable[[Answers], Iterable[Question]]:
    return lambda given: [Question(words, hint, given.of(kind))]


def _lines(*words: str) -> Callable[[Answers], Iterable[Question]]:
    return lambda _given: [Question(one) for one in words]


def _location(given: Answers) -> Iterable[Question]:
    yield Question("Location", "COVID-19", given.of(OptionKind.LOCATION_TYPE))
    yield Question("Name or ODS code of the care home", "If it was at a care home")


def _assess(given: Answers) -> Iterable[Question]:
    hint = "If your organisation records clinicians"
    yield Question("Who assessed the patient?", hint)
    yield Question("Legal mechanism", hint, given.of(OptionKind.LEGAL_MECHANISM))


def _consent(given: Answers) -> Iterable[Question]:
    yield Question("Who gave consent?", boxes=given.of(OptionKind.CONSENT_GIVER))
    yield Question("Their full name, and relationship to the patient", "If it was not the patient")
    yield Question("Who took the consent?", "If your organisation records clinicians")


def _giving(given: Answers) -> Iterable[Question]:
    yield Question("Injection site", boxes=given.of(OptionKind.INJECTION_SITE))
    yield Question("Nasal spray: was the full dose given?", boxes=("Yes", "No, one nostril"))


QUESTIONS: dict[str, Callable[[Answers], Iterable[Question]]] = {
    "date": _lines("Date of the vaccination"),
    "site": _lines("Site"),
    "present": _lines(),
    "vaccinator": _lines("Vaccinator"),
    "vaccine": _vaccine,
    "batch": _lines("Batch number", "Batch expiry date"),
    "dose": _one("Dose", OptionKind.DOSE),
    "eligibility": _one("Why is the patient eligible?", OptionKind.ELIGIBILITY),
    "staff-role": _one("Role", OptionKind.STAFF_ROLE, "Flu, healthcare workers"),
    "location": _location,
    "care-home": _lines(),
    "due-date": _lines("Estimated due date, if the patient is pregnant"),
    "assess": _assess,
    "consent": _consent,
    "giving": _giving,
}
"""What each step asks on paper. A test holds its keys to the steps."""
