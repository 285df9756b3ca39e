"""Saving: the one way in which a draft becomes a record."""

from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from ravs.accounts.models import Account
from ravs.audit import services as audit
from ravs.audit.events import VaccinationRecorded
from ravs.core.dates import london_date
from ravs.core.prepared import Prepared, Slot, planned_once
from ravs.members import ground as members
from ravs.members.models import Membership
from ravs.patients.ground import require_recorder
from ravs.patients.models import Patient
from ravs.vaccinations import ground, totals
from ravs.vaccinations.models import Draft, Vaccination
from ravs.vaccinations.recording.facts import Facts
from ravs.vaccinations.recording.lapsed import withdrawn_type
from ravs.vaccinations.recording.recording import Recording
from ravs.vaccinations.recording.refusals import (
    ChangedMeanwhile,
    NoPatient,
    NotOverridden,
    Unfinished,
    VaccineWithdrawn,
)
from ravs.vaccinations.recording.steps import STEPS
from ravs.vaccines.models import Option


@transaction.atomic
@planned_once()
def record_vaccination(
    *, actor: Account, draft: Draft, note: str = "", shown: str = ""
) -> Vaccination:
    """Make the record that a draft describes; a draft that was saved gives its record again.

    Every answer is read anew under the organisation's lock, which stock, people and withdrawing
    take too: what is saved was true when it was saved.

    ``shown``: the fingerprint of what the person confirmed; another tab may have changed it since.

    Raises:
        MayNotRecord, ChangedMeanwhile, NoPatient, VaccineWithdrawn,
        Unfinished (an answer is missing or holds no longer),
        NotOverridden (a warning that the person has not seen)
    """
    organisation = members.lock_organisation(draft.organisation_id)
    me = require_recorder(actor, organisation)
    draft = _locked(draft)
    if draft.saved is not None:
        return draft.saved
    if draft.patient is None:
        raise NoPatient
    recording = Recording(draft, organisation=organisation, me=me).read(STEPS)
    _check(recording)
    if shown and shown != fingerprint(recording):
        raise ChangedMeanwhile
    made = _row(recording, draft.patient, me, note)
    made.save(force_insert=True)
    totals.count_in(made)
    draft.saved = made
    draft.save(update_fields=["saved", "updated_at"])
    audit.record(
        VaccinationRecorded(
            vaccination=made.public_id,
            outcome=made.outcome,
            late=made.recorded_late,
            overridden=len(made.warnings),
        ),
        actor=members.person(actor),
        subject=ground.subject_of(draft.patient),
        organisation=organisation.public_id,
    )
    return made


def _locked(draft: Draft) -> Draft:
    locked = _LOCKED.first(id=draft.pk)
    if locked is None:
        raise Draft.DoesNotExist
    return locked


_LOCKED = Prepared(
    lambda: (
        Draft.objects.select_for_update(no_key=True, of=("self",))
        .select_related("patient")
        .filter(pk=Slot(Draft, "id"))
    )
)


def _check(recording: Recording) -> None:
    if recording.pending is not None:
        withdrawn = withdrawn_type(recording)
        if withdrawn is not None:
            raise VaccineWithdrawn(withdrawn.title)
        raise Unfinished(recording.pending)
    warnings = recording.not_overridden()
    if warnings:
        raise NotOverridden(warnings)


OF_PATIENT = (
    "nhs_number",
    "given_name",
    "family_name",
    "birth_date",
    "gender",
    "postcode",
)
"""What a record keeps of its patient, beside the key that names are searched by."""


def fingerprint(recording: Recording) -> str:
    """Whom a record is about and all that it will say, but for the note.

    The patient by their details as well: somebody may correct them, or the directory.
    """
    patient = [getattr(recording.patient, name, None) for name in ("pk", *OF_PATIENT)]
    said = {
        name: getattr(value, "pk", None) or str(value)
        for name, value in vars(recording.facts).items()
    }
    return sha256(repr((patient, sorted(said.items()))).encode()).hexdigest()


@dataclass(frozen=True)
class _Chosen:
    """An option as a record keeps it."""

    code: str
    label: str

    @classmethod
    def of(cls, option: Option | None) -> "_Chosen":
        return cls(option.code, option.label) if option else cls("", "")


def _row(recording: Recording, patient: Patient, me: Membership, note: str) -> Vaccination:
    facts, now = recording.facts, timezone.now()
    assert facts.given_on is not None  # noqa: S101 - every step that applies is answered
    assert facts.site is not None  # noqa: S101
    assert facts.type is not None  # noqa: S101
    recorded_on = london_date(now)
    row = Vaccination(
        organisation=recording.organisation,
        site=facts.site,
        outcome=facts.outcome,
        outcome_reason=facts.outcome_reason,
        given_on=facts.given_on,
        recorded_at=now,
        recorded_on=recorded_on,
        recorded_late=facts.given_on < recorded_on,
        recorder=me.account,
        recorder_name=me.account.full_name,
        type=facts.type,
        note=note,
        warnings=[warned.key for warned in recording.warned()],
    )
    _set_patient(row, patient)
    _set_people(row, facts)
    if facts.is_given:
        _set_vaccine(row, facts)
        row.pack_size_label = recording.pack_label(facts.batch)
        _set_answers(row, facts)
    return row


def _set_patient(row: Vaccination, patient: Patient) -> None:
    row.patient = patient
    for name in (*OF_PATIENT, "name_key"):
        setattr(row, name, getattr(patient, name))


def _set_people(row: Vaccination, facts: Facts) -> None:
    if facts.assessor is not None:
        row.assessing_clinician = facts.assessor
        row.assessing_clinician_name = facts.assessor.account.full_name
        row.assessed_on = facts.given_on
    if facts.consenter is not None:
        row.consenting_clinician = facts.consenter
        row.consenting_clinician_name = facts.consenter.account.full_name
    mechanism = _Chosen.of(facts.legal_mechanism)
    row.legal_mechanism, row.legal_mechanism_label = mechanism.code, mechanism.label
    if facts.is_given and facts.vaccinator is not None:
        row.vaccinator = facts.vaccinator
        row.vaccinator_name = facts.vaccinator.account.full_name


def _set_vaccine(row: Vaccination, facts: Facts) -> None:
    assert facts.product is not None  # noqa: S101
    assert facts.batch is not None  # noqa: S101
    row.product, row.product_name = facts.product, facts.product.name
    row.route = facts.product.route
    row.batch, row.batch_number = facts.batch, facts.batch.number
    row.batch_expiry, row.pack_size = facts.batch.expiry, facts.batch.pack_size
    dose = _Chosen.of(facts.dose)
    row.dose, row.dose_label = dose.code, dose.label
    row.full_dose, row.dose_ml = facts.full_dose, _amount(facts)


def _amount(facts: Facts) -> Decimal | None:
    """Millilitres: half the full dose when only one nostril was sprayed."""
    full = facts.product.dose_ml if facts.product else None
    return full / 2 if full is not None and facts.full_dose is False else full


def _set_answers(row: Vaccination, facts: Facts) -> None:
    for name in ("eligibility", "staff_role"):
        chosen = _Chosen.of(getattr(facts, name))
        setattr(row, name, chosen.code)
        setattr(row, f"{name}_label", chosen.label)
    location, giver = _Chosen.of(facts.location), _Chosen.of(facts.consent)
    row.location_type, row.location_type_label = location.code, location.label
    row.care_home, row.due_date = facts.care_home, facts.due_date
    row.care_home_ods, row.care_home_address = facts.care_home_ods, facts.care_home_address
    row.consent_giver, row.consent_giver_label = giver.code, giver.label
    row.consent_name, row.consent_relationship = facts.consent_name, facts.consent_relationship
    site = _Chosen.of(facts.injection_site)
    row.injection_site, row.injection_site_label = site.code, site.label
