"""Recording a vaccination as the pages do it: find the patient, answer the questions, save."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from ravs.accounts.models import Account
from ravs.core.dates import london_today
from ravs.demo.past.care.desk import Desk
from ravs.integrations.pds.port import directory
from ravs.nhsuk_forms.dates import boxes_of
from ravs.patients.models import Patient
from ravs.patients.services import open_patient, take_in_patient
from ravs.vaccinations.history import ask_elsewhere
from ravs.vaccinations.models import Draft, Vaccination
from ravs.vaccinations.recording import services
from ravs.vaccinations.recording.complete import record_vaccination
from ravs.vaccinations.recording.refusals import NotOverridden
from ravs.vaccines.models import OptionKind
from ravs.vaccines.selectors import usable_batches

Answers = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Visit:
    """One vaccination of one patient, as it was told to whoever typed it in."""

    site: str
    product: str
    vaccinator: str
    answers: Answers
    """What a step is answered that is not answered by the rest."""

    days_late: int = 0
    not_given: str = ""
    note: str = ""


def find_patient(desk: Desk, actor: Account, nhs_number: str) -> Patient:
    """Look somebody up and open their details."""
    said = directory().find(nhs_number)
    assert said is not None, nhs_number  # noqa: S101 - everybody of the story is in the directory
    patient = take_in_patient(actor=actor, organisation=desk.organisation, demographics=said)
    open_patient(actor=actor, patient=patient)
    return patient


def begin(desk: Desk, actor: Account, patient: Patient) -> Draft:
    """Begin a record. Of what was given elsewhere only that day's knowledge counts."""
    told, known = ask_elsewhere(patient)
    today = london_today().isoformat()
    return services.begin_draft(
        actor=actor,
        organisation=desk.organisation,
        patient=patient,
        elsewhere=[one for one in told if one["given_on"] <= today],
        elsewhere_known=known,
    )


@transaction.atomic
def record(desk: Desk, actor: Account, draft: Draft, visit: Visit) -> Vaccination:
    """Answer every question, go on from whatever there is to warn of, and save."""
    draft.answers = {**draft.answers, **answers_of(desk, visit)}
    draft.save(update_fields=["answers", "updated_at"])
    if visit.not_given:
        kind = OptionKind.NOT_GIVEN_REASON
        services.say_not_given(actor=actor, draft=draft, kind=kind, reason=visit.not_given)
    try:
        return record_vaccination(actor=actor, draft=draft, note=visit.note)
    except NotOverridden as refusal:
        keys = [warned.key for warned in refusal.warnings]
        services.override(actor=actor, draft=draft, keys=keys)
        return record_vaccination(actor=actor, draft=draft, note=visit.note)


def answers_of(desk: Desk, visit: Visit) -> Answers:
    """Every answer there could be, by step; questions that are not asked leave theirs unread."""
    today = london_today()
    day = date.fromordinal(today.toordinal() - visit.days_late)
    product, site = desk.product(visit.product), desk.site(visit.site)
    batch = next(iter(usable_batches(site, product, day)), None)
    return {
        "date": {
            "when": "earlier" if visit.days_late else "today",
            "today": today.isoformat(),
            **(boxed("day", day) if visit.days_late else {}),
        },
        "site": {"site": str(site.public_id)},
        "vaccinator": {"vaccinator": desk.key(visit.vaccinator)},
        "vaccine": {"vaccine": product.type.code, f"product_{product.type.code}": product.code},
        "batch": {"batch": str(batch.public_id) if batch else ""},
        "dose": {"dose": "first"},
        "location": {"location": "on-site"},
        "consent": {"giver": "patient"},
        "giving": {"injection_site": "left-arm", "full_dose": "yes"},
        **visit.answers,
    }


def boxed(name: str, day: date) -> dict[str, str]:
    """A day as somebody types it into the three boxes of a date."""
    return dict(zip(boxes_of(name), map(str, (day.day, day.month, day.year)), strict=True))
