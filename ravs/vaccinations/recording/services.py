"""What happens to a draft before it is saved. A draft is nobody's record: nothing here is history.

Every function takes the draft's own lock, so that two tabs on one draft write one after another.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils import timezone

from ravs.accounts.models import Account
from ravs.core.dates import london_today
from ravs.organisations.models import Organisation
from ravs.patients.ground import require_recorder
from ravs.patients.models import Patient
from ravs.vaccinations.models import Clinic, Draft, Purpose
from ravs.vaccinations.recording.asking import Asked
from ravs.vaccinations.recording.recording import NOT_GIVEN, NOTE
from ravs.vaccinations.recording.refusals import AlreadySaved
from ravs.vaccinations.recording.step import ASK_EACH, Answer, Step
from ravs.vaccines.models import OptionKind


class FollowOn(StrEnum):
    """What a person goes on with after saving (domain 5.2.3)."""

    SAME_PATIENT = "same-patient"
    SAME_VACCINATION = "same-vaccination"
    DIFFERENT = "different"


KEPT = {
    FollowOn.SAME_PATIENT: ("date", "site", "present", "vaccinator"),
    FollowOn.SAME_VACCINATION: (
        "date",
        "site",
        "present",
        "vaccinator",
        "vaccine",
        "batch",
        "dose",
        "eligibility",
        "staff-role",
        "location",
        "care-home",
    ),
    FollowOn.DIFFERENT: (),
}
"""Answers that stay, by slug of their step. Consent and how it was given never do."""

OF_PERSON = (
    "dose",
    "eligibility",
    "staff-role",
    "due-date",
    "assess",
    "consent",
    "giving",
    NOT_GIVEN,
    NOTE,
)
"""Answers about the patient: they fall when it turns out to be somebody else."""

CLINICIANS = {"assess": ("assessor", "legal_mechanism"), "consent": ("consenter",)}
"""What is shown chosen again, and asked all the same: the clinicians of the record before, by
step and name of the field (domain 5.2.2, row 6b)."""

LIKELY = ("site", "vaccinator")
"""What a different vaccination shows chosen, and asks all the same."""


@transaction.atomic
def begin_draft(
    *,
    actor: Account,
    organisation: Organisation,
    patient: Patient | None = None,
    elsewhere: Iterable[dict[str, Any]] = (),
    elsewhere_known: bool = False,
) -> Draft:
    """Begin a record; the clinic that the person holds today answers what it can.

    Raises:
        MayNotRecord
    """
    require_recorder(actor, organisation)
    clinic = clinic_of(actor, organisation)
    return Draft.objects.create(
        organisation=organisation,
        account=actor,
        patient=patient,
        answers=_without_waiting(clinic.answers) if clinic else {},
        defaults=_clinicians_of(_saved_today(actor, organisation)),
        clinic=clinic,
        elsewhere=list(elsewhere),
        elsewhere_known=elsewhere_known,
        created_at=timezone.now(),
    )


def _clinicians_of(draft: Draft | None) -> dict[str, Answer]:
    answers = draft.answers if draft is not None else {}
    named = {
        slug: {name: answers[slug][name] for name in names if name in answers.get(slug, {})}
        for slug, names in CLINICIANS.items()
    }
    return {slug: names for slug, names in named.items() if names}


def _saved_today(actor: Account, organisation: Organisation) -> Draft | None:
    """What the person recorded last here, where clinicians are recorded; of today only."""
    if not organisation.records_clinicians:
        return None
    rows = organisation.drafts.filter(account=actor, saved__recorded_on=london_today())
    return rows.order_by("-pk").first()


def _without_waiting(answers: dict[str, Answer]) -> dict[str, Answer]:
    """A clinic's answers, less the questions that it leaves to each record."""
    return {slug: one for slug, one in answers.items() if ASK_EACH not in one.values()}


def clinic_of(account: Account, organisation: Organisation) -> Clinic | None:
    """The clinic that somebody holds here today; yesterday's is over."""
    rows = organisation.clinics.filter(account=account, ended_at=None, day=london_today())
    return rows.first()


@transaction.atomic
def take_patient(
    *,
    actor: Account,
    draft: Draft,
    patient: Patient,
    elsewhere: Iterable[dict[str, Any]],
    elsewhere_known: bool,
) -> Draft:
    """Say whom a draft is about; what was said about somebody else before is nobody's answer.

    Raises:
        MayNotRecord, AlreadySaved
    """
    draft = _locked(actor, draft)
    if draft.patient_id not in {None, patient.pk}:
        for slug in OF_PERSON:
            draft.answers.pop(slug, None)
    draft.patient, draft.overridden = patient, []
    draft.elsewhere, draft.elsewhere_known = list(elsewhere), elsewhere_known
    fields = ["patient", "answers", "overridden", "elsewhere", "elsewhere_known", "updated_at"]
    draft.save(update_fields=fields)
    return draft


@transaction.atomic
def tell_patient(*, actor: Account, draft: Draft, asked: Asked) -> Draft:
    """Put what is known of a draft's patient now in place of what was known when it was left.

    What other systems told then stays while they do not answer.

    Raises:
        MayNotRecord, AlreadySaved
    """
    draft = _locked(actor, draft)
    draft.patient = asked.patient
    if asked.is_told:
        draft.elsewhere, draft.elsewhere_known = asked.elsewhere, True
    # ``updated_at`` stays: nobody has changed anything.
    draft.save(update_fields=["patient", "elsewhere", "elsewhere_known"])
    return draft


@transaction.atomic
def answer(
    *, actor: Account, draft: Draft, step: Step, values: Answer, holds: bool = True
) -> Draft:
    """Keep the answer to a step. One that differs from before drops those that hung on it.

    What does not hold is kept as it was typed, to be shown with what is wrong, and drops nothing.

    Raises:
        MayNotRecord, AlreadySaved
    """
    draft = _locked(actor, draft)
    before = draft.answers.get(step.slug)
    draft.answers[step.slug] = values
    if holds and before is not None and before != values:
        for slug in step.clears:
            draft.answers.pop(slug, None)
    draft.save(update_fields=["answers", "updated_at"])
    return draft


@transaction.atomic
def say_not_given(*, actor: Account, draft: Draft, kind: OptionKind, reason: str) -> Draft:
    """Say that the vaccination is not given, and why.

    Raises:
        MayNotRecord, AlreadySaved
    """
    draft = _locked(actor, draft)
    draft.answers[NOT_GIVEN] = {"kind": kind.value, "reason": reason}
    draft.save(update_fields=["answers", "updated_at"])
    return draft


@transaction.atomic
def say_given(*, actor: Account, draft: Draft) -> Draft:
    """Take back that the vaccination is not given. Raises ``MayNotRecord``, ``AlreadySaved``."""
    draft = _locked(actor, draft)
    draft.answers.pop(NOT_GIVEN, None)
    draft.save(update_fields=["answers", "updated_at"])
    return draft


@transaction.atomic
def keep_note(*, actor: Account, draft: Draft, note: str) -> Draft:
    """Keep the optional note. Raises ``MayNotRecord``, ``AlreadySaved``."""
    draft = _locked(actor, draft)
    draft.answers[NOTE] = {NOTE: note}
    draft.save(update_fields=["answers", "updated_at"])
    return draft


@transaction.atomic
def override(*, actor: Account, draft: Draft, keys: Iterable[str]) -> Draft:
    """Go on from warnings that were shown. Raises ``MayNotRecord``, ``AlreadySaved``."""
    draft = _locked(actor, draft)
    draft.overridden = sorted({*draft.overridden, *keys})
    draft.save(update_fields=["overridden", "updated_at"])
    return draft


@transaction.atomic
def discard(*, actor: Account, draft: Draft) -> None:
    """Throw a draft away. Raises ``MayNotRecord``, ``AlreadySaved``."""
    _locked(actor, draft).delete()


@transaction.atomic
def follow_on(*, actor: Account, draft: Draft, how: FollowOn) -> Draft:
    """Begin the next record from one that was just saved.

    Raises:
        MayNotRecord
    """
    require_recorder(actor, draft.organisation)
    kept = {slug: draft.answers[slug] for slug in KEPT[how] if slug in draft.answers}
    likely = {slug: draft.answers[slug] for slug in LIKELY if slug in draft.answers}
    same = how == FollowOn.SAME_PATIENT
    return Draft.objects.create(
        organisation=draft.organisation,
        account=actor,
        patient=draft.patient if same else None,
        answers=kept,
        defaults=_clinicians_of(draft) | (likely if how == FollowOn.DIFFERENT else {}),
        elsewhere=draft.elsewhere if same else [],
        elsewhere_known=same and draft.elsewhere_known,
        clinic=draft.clinic,
        created_at=timezone.now(),
    )


@transaction.atomic
def begin_clinic(*, actor: Account, organisation: Organisation) -> Draft:
    """Begin to set up a clinic for today; the answers of the one before are shown chosen.

    Raises:
        MayNotRecord
    """
    require_recorder(actor, organisation)
    last = organisation.clinics.filter(account=actor).order_by("-pk").first()
    return Draft.objects.create(
        organisation=organisation,
        account=actor,
        purpose=Purpose.CLINIC,
        defaults=last.answers if last else {},
        created_at=timezone.now(),
    )


@transaction.atomic
def open_clinic(*, actor: Account, draft: Draft) -> Clinic:
    """Hold the clinic that a draft describes, today, in place of any other.

    Raises:
        MayNotRecord
    """
    draft = _locked(actor, draft)
    _end(actor, draft.organisation)
    today = london_today()
    date_answer = {"when": "today", "today": today.isoformat()}
    clinic = Clinic.objects.create(
        organisation=draft.organisation,
        account=actor,
        day=today,
        answers={**draft.answers, "date": date_answer},
    )
    draft.delete()
    return clinic


@transaction.atomic
def end_clinic(*, actor: Account, organisation: Organisation) -> None:
    """End the clinic that somebody holds here; drafts begun in it keep their answers."""
    _end(actor, organisation)


def _end(actor: Account, organisation: Organisation) -> None:
    organisation.clinics.filter(account=actor, ended_at=None).update(ended_at=timezone.now())


def _locked(actor: Account, draft: Draft) -> Draft:
    """The person's own draft, locked, while they may record here."""
    rows = Draft.objects.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("organisation", "patient", "saved").get(pk=draft.pk, account=actor)
    require_recorder(actor, row.organisation)
    # Not ``row.saved``: who waited for the lock joined the record before it was there.
    if row.saved_id is not None:
        raise AlreadySaved
    return row
