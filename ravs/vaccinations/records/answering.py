"""Answers that replace those of a record, read in order with the forms of recording."""

from collections.abc import Mapping

from ravs.vaccinations.recording.step import Answer
from ravs.vaccinations.records.questions import BY_SLUG, QUESTIONS, as_typed, is_edited
from ravs.vaccinations.records.reading import Reading
from ravs.vaccinations.records.refusals import NotEditable, NotPossible
from ravs.vaccines.models import Asks, Route


def answer(reading: Reading, changes: Mapping[str, Answer], *, until: str = "") -> None:
    """Read ``changes`` into the facts, up to the question of the slug ``until``.

    Raises:
        NotEditable, NotPossible
    """
    if set(changes) - BY_SLUG.keys():
        raise NotEditable
    for question in QUESTIONS:
        if question.slug == until:
            return
        if question.slug not in changes:
            if question.slug == "care-home" and "location" in changes:
                question.step.assume(reading)
            continue
        if not is_edited(question, reading):
            raise NotEditable
        reading.draft.answers[question.slug] = changes[question.slug]
        form = question.step.form(reading, changes[question.slug])
        if not form.is_valid():
            raise NotPossible(question.slug)
        question.step.take(reading, form)


def still_to_answer(reading: Reading, changes: Mapping[str, Answer]) -> str:
    """The slug of the first question that these changes raise and nobody has answered yet."""
    wanted = {
        "batch": reading.facts.batch not in reading.batches,
        "staff-role": "eligibility" in changes
        and _asks(reading, Asks.STAFF_ROLE)
        and reading.facts.staff_role is None,
        "care-home": "location" in changes
        and not reading.facts.care_home_ods
        and BY_SLUG["care-home"].step.is_asked(reading),
        "due-date": _asks(reading, Asks.DUE_DATE) and not _is_due_date_good(reading, changes),
        "giving": _has_new_route(reading),
    }
    return next((slug for slug, is_open in wanted.items() if is_open and slug not in changes), "")


def _asks(reading: Reading, what: Asks) -> bool:
    eligibility = reading.facts.eligibility
    return eligibility is not None and what in eligibility.asks


def _is_due_date_good(reading: Reading, changes: Mapping[str, Answer]) -> bool:
    """A new day, or a new reason, is a reason to look at the due date again."""
    if not {"date", "eligibility"} & changes.keys():
        return True
    question = BY_SLUG["due-date"]
    return bool(question.step.form(reading, as_typed(reading, question.slug)).is_valid())


def _has_new_route(reading: Reading) -> bool:
    product, row = reading.facts.product, reading.vaccination
    return product is not None and product.route not in {row.route, Route.ORAL}
