"""What the directory says now of a patient who was taken in before."""

from datetime import timedelta

from django.utils import timezone

from ravs.accounts.models import Account
from ravs.integrations.pds.port import DirectoryUnavailable, directory
from ravs.patients.models import Patient, Source
from ravs.patients.services import take_in_patient

FRESH = timedelta(minutes=10)
"""So long what was looked up is taken for what holds now."""


def looked_up_anew(*, actor: Account, patient: Patient) -> tuple[Patient, bool]:
    """The patient as the directory has them now, and whether that is known.

    Somebody opened by a link, from a draft of yesterday for instance, may have died or have
    another number since. Whom no directory knows is as entered. Never asked inside a
    transaction.

    Raises:
        MayNotRecord
    """
    asked = patient.looked_up_at
    is_fresh = asked is not None and timezone.now() - asked < FRESH
    if patient.source == Source.LOCAL or is_fresh:
        return patient, True
    try:
        said = directory().find(patient.nhs_number)
    except DirectoryUnavailable:
        return patient, False
    if said is None:
        return patient, False
    organisation = patient.organisation
    row = take_in_patient(actor=actor, organisation=organisation, demographics=said)
    row.organisation = organisation
    return row, True
