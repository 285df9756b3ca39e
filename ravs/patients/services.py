"""Taking patients in, entering those whom no directory knows, and opening somebody's details."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from ravs.accounts.models import Account
from ravs.audit import services as audit
from ravs.audit.events import Event, PatientAdded, PatientsShown, PatientUpdated, PatientViewed
from ravs.core.folding import key
from ravs.integrations.pds.port import Demographics
from ravs.members import ground
from ravs.organisations.models import Organisation
from ravs.patients.ground import require_recorder
from ravs.patients.models import Patient, Source
from ravs.patients.refusals import NotLocal

PARTS = {
    "nhs_number": ("nhs_number",),
    "name": ("given_name", "family_name"),
    "birth_date": ("birth_date",),
    "gender": ("gender",),
    "address": ("address", "postcode"),
    "practice": ("gp_ods", "gp_name"),
    "death": ("died_on",),
    "sensitive": ("sensitive",),
}
"""What history says of a change, and the columns that it shows in."""


@dataclass(frozen=True)
class Entered:
    """Somebody whom no directory told of, as a person typed them."""

    given_name: str
    family_name: str
    birth_date: date
    postcode: str
    gender: str


@transaction.atomic
def take_in_patient(
    *, actor: Account | None, organisation: Organisation, demographics: Demographics
) -> Patient:
    """The organisation's own copy of what the directory says of somebody, made or renewed.

    Somebody known here under a number that has been replaced keeps their row and gets the new
    number. Of somebody sensitive no address and no GP is kept, also if there was one before.
    The same details again leave no event.

    Raises:
        MayNotRecord
    """
    if actor is not None:  # else the service itself
        require_recorder(actor, organisation)
    said = _columns(demographics)
    row = _locked(organisation, demographics)
    if row is None:
        row, is_new = _add(organisation, said)
        if is_new:
            _tell(PatientAdded(local=False), actor, row)
            return row
    if row.nhs_number == said["nhs_number"]:
        return _renew(actor, row, said)
    try:
        with transaction.atomic():
            return _renew(actor, row, said)
    except IntegrityError:  # somebody was looked up by the new number at the same moment
        return _renew(actor, _numbered(organisation, said["nhs_number"]), said)


@transaction.atomic
def add_local_patient(
    *, actor: Account | None, organisation: Organisation, entered: Entered
) -> Patient:
    """Somebody without an NHS number, whom this organisation alone knows.

    Raises:
        MayNotRecord
    """
    if actor is not None:  # else the service itself
        require_recorder(actor, organisation)
    patient = Patient.objects.create(
        organisation=organisation,
        source=Source.LOCAL,
        created_at=timezone.now(),
        **_as_entered(entered),
    )
    _tell(PatientAdded(local=True), actor, patient)
    return patient


@transaction.atomic
def correct_local_patient(*, actor: Account, patient: Patient, entered: Entered) -> Patient:
    """Correct somebody who was entered here. The same details again leave no event.

    Records that were made keep the details they were made with.

    Raises:
        MayNotRecord, NotLocal (their details come from the directory)
    """
    require_recorder(actor, patient.organisation)
    rows = Patient.objects.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("organisation").get(pk=patient.pk)
    if row.source != Source.LOCAL:
        raise NotLocal
    return _renew(actor, row, _as_entered(entered))


@transaction.atomic
def open_patient(*, actor: Account | None, patient: Patient) -> None:
    """Write down that somebody sees these details now. Every opening is an event."""
    _tell(PatientViewed(), actor, patient)


@transaction.atomic
def show_patients(*, actor: Account, organisation: Organisation, found: int) -> None:
    """Write down that somebody sees a list of ``found`` people to choose from."""
    audit.record(
        PatientsShown(found=found),
        actor=ground.person(actor),
        organisation=organisation.public_id,
    )


def _as_entered(entered: Entered) -> dict[str, Any]:
    return {**vars(entered), "name_key": key(f"{entered.family_name} {entered.given_name}")}


def _columns(said: Demographics) -> dict[str, Any]:
    practice = None if said.sensitive else said.practice
    columns: dict[str, Any] = {
        "nhs_number": said.nhs_number,
        "given_name": said.given_name,
        "family_name": said.family_name,
        "birth_date": said.birth_date,
        "gender": said.gender,
        "address": "" if said.sensitive else said.address,
        "postcode": "" if said.sensitive else said.postcode,
        "gp_ods": practice.ods if practice else "",
        "gp_name": practice.name if practice else "",
        "died_on": said.died_on,
        "sensitive": said.sensitive,
        "source": Source.DIRECTORY,
        "name_key": key(f"{said.family_name} {said.given_name}"),
        "looked_up_at": timezone.now(),
    }
    # A look-up by the new number does not make us forget the old one.
    return columns | ({"former_nhs_number": said.superseded} if said.superseded else {})


def _locked(organisation: Organisation, said: Demographics) -> Patient | None:
    """The row of this person, under the number that holds or else under the one it replaced."""
    numbers = [number for number in (said.nhs_number, said.superseded) if number]
    rows = Patient.objects.select_for_update(no_key=True, of=("self",))
    found = {
        row.nhs_number: row
        for row in rows.filter(organisation=organisation, nhs_number__in=numbers).order_by("pk")
    }
    return next((found[number] for number in numbers if number in found), None)


def _add(organisation: Organisation, said: dict[str, Any]) -> tuple[Patient, bool]:
    """A new row; or the one that somebody else adds at the same moment."""
    try:
        with transaction.atomic():
            row = Patient.objects.create(
                organisation=organisation, created_at=said["looked_up_at"], **said
            )
            return row, True
    except IntegrityError:
        return _numbered(organisation, said["nhs_number"]), False


def _numbered(organisation: Organisation, nhs_number: str) -> Patient:
    rows = Patient.objects.select_for_update(no_key=True)
    return rows.get(organisation=organisation, nhs_number=nhs_number)


def _renew(actor: Account | None, row: Patient, said: dict[str, Any]) -> Patient:
    differ = {column for column, value in said.items() if getattr(row, column) != value}
    changed = {part: bool(differ & set(columns)) for part, columns in PARTS.items()}
    for column, value in said.items():
        setattr(row, column, value)
    row.save(update_fields=list(said))
    if any(changed.values()):
        _tell(PatientUpdated(local=row.source == Source.LOCAL, **changed), actor, row)
    return row


def _tell(event: Event, actor: Account | None, patient: Patient) -> None:
    """In the organisation's history, and without a name: what it holds of patients is ids."""
    audit.record(
        event,
        actor=ground.person(actor),
        subject=audit.Person(public_id=patient.public_id),
        organisation=patient.organisation.public_id,
    )
