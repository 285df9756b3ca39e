"""Taking patients in, entering them by hand, and opening their details."""

from dataclasses import replace
from datetime import date

import pytest

from ravs.audit.models import Event, EventPerson
from ravs.audit.selectors import history_of
from ravs.core.dates import london_today
from ravs.core.folding import key
from ravs.integrations.pds.port import Demographics, directory
from ravs.members.services import deactivate_member
from ravs.organisations.models import OrganisationStatus
from ravs.patients.models import Patient, Source
from ravs.patients.refusals import MayNotRecord
from ravs.patients.services import Entered, add_local_patient, open_patient, take_in_patient
from tests import patients
from tests.people import Leeds, stranger

pytestmark = pytest.mark.django_db

ADA = Entered("Ada", "Nobody", date(1990, 5, 1), "LS1 1CV", "female")


def said(number: str) -> Demographics:
    found = directory().find(number)
    assert found is not None
    return found


def take_in(leeds: Leeds, what: Demographics) -> Patient:
    return take_in_patient(
        actor=leeds.rosa.account, organisation=leeds.organisation, demographics=what
    )


def events() -> list[tuple[str, dict[str, object]]]:
    rows = Event.objects.filter(type__startswith="patient.").order_by("seq")
    return [(row.type, {k: v for k, v in row.data.items() if v}) for row in rows]


def test_it_keeps_what_the_directory_says(leeds: Leeds) -> None:
    patient = take_in(leeds, said(patients.PLAIN))
    patient.refresh_from_db()
    assert patient.full_name == "Margaret Thistlewood"
    assert (patient.postcode, patient.gp_ods) == ("LS8 1CV", "Y90001")
    assert patient.source == Source.DIRECTORY
    assert bytes(patient.name_key) == key("Thistlewood Margaret")
    assert patient.looked_up_at is not None
    assert events() == [("patient.added", {})]


def test_the_same_again_is_one_row_and_no_event(leeds: Leeds) -> None:
    first, second = take_in(leeds, said(patients.PLAIN)), take_in(leeds, said(patients.PLAIN))
    assert first.pk == second.pk
    assert len(events()) == 1


def test_what_has_changed_is_kept_and_said(leeds: Leeds) -> None:
    take_in(leeds, said(patients.PLAIN))
    moved = replace(
        said(patients.PLAIN), address="1 Elm Garth", family_name="Marlowe", died_on=date(2026, 3, 1)
    )
    patient = take_in(leeds, moved)
    assert (patient.family_name, patient.address) == ("Marlowe", "1 Elm Garth")
    assert bytes(patient.name_key) == key("Marlowe Margaret")
    assert events()[1] == ("patient.updated", {"name": True, "address": True, "death": True})
    [newest, *_] = history_of(organisation=leeds.organisation.public_id).lines
    assert newest.sentence == (
        "Rosa Keane found a patient, whose name, address and date of death had changed since"
    )


def test_of_somebody_protected_no_address_stays(leeds: Leeds) -> None:
    open_before = replace(
        said(patients.SENSITIVE), sensitive=False, address="1 Elm Garth", postcode="LS8 1CV"
    )
    take_in(leeds, open_before)
    patient = take_in(leeds, replace(open_before, sensitive=True))
    assert (patient.address, patient.postcode, patient.gp_ods, patient.gp_name) == ("", "", "", "")
    assert patient.sensitive


def test_a_superseded_number_moves_the_row_to_the_new_one(leeds: Leeds) -> None:
    before = take_in(leeds, replace(said(patients.MERGED), nhs_number=patients.REPLACED))
    after = take_in(leeds, said(patients.REPLACED))
    assert after.pk == before.pk
    assert (after.nhs_number, after.former_nhs_number) == (patients.MERGED, patients.REPLACED)
    assert events()[1] == ("patient.updated", {"nhs_number": True})
    assert take_in(leeds, said(patients.MERGED)).former_nhs_number == patients.REPLACED


def test_each_organisation_has_its_own_copy(leeds: Leeds) -> None:
    sam = stranger()
    ours = take_in(leeds, said(patients.PLAIN))
    theirs = patients.found(sam.organisation, by=sam.account)
    assert ours.pk != theirs.pk


def test_somebody_without_a_number_is_added_each_time(leeds: Leeds) -> None:
    both = [
        add_local_patient(actor=leeds.rosa.account, organisation=leeds.organisation, entered=ADA)
        for _ in range(2)
    ]
    assert both[0].pk != both[1].pk
    assert (both[0].source, both[0].nhs_number, both[0].gender) == (Source.LOCAL, "", "female")
    assert events() == [("patient.added", {"local": True})] * 2


def test_every_opening_is_an_event_without_a_name(leeds: Leeds) -> None:
    patient = take_in(leeds, said(patients.PLAIN))
    for _ in range(2):
        open_patient(actor=leeds.rosa.account, patient=patient)
    opened = Event.objects.filter(type="patient.viewed")
    assert [row.subject for row in opened] == [patient.public_id] * 2
    assert not EventPerson.objects.filter(person=patient.public_id).exists()
    [newest, *_] = history_of(organisation=leeds.organisation.public_id).lines
    assert newest.sentence == "Rosa Keane opened the details of a patient"


def test_who_may_not_record_any_more_takes_nobody_in(leeds: Leeds) -> None:
    person = said(patients.PLAIN)
    deactivate_member(actor=leeds.priya.account, membership=leeds.rosa)
    with pytest.raises(MayNotRecord):
        take_in(leeds, person)
    with pytest.raises(MayNotRecord):
        add_local_patient(actor=leeds.rosa.account, organisation=leeds.organisation, entered=ADA)
    assert not Patient.objects.exists()


def test_a_deactivated_organisation_takes_nobody_in(leeds: Leeds) -> None:
    person = said(patients.PLAIN)
    organisation = leeds.organisation
    organisation.status = OrganisationStatus.DEACTIVATED
    organisation.deactivated_at = organisation.activated_at
    organisation.closes_on = london_today()
    organisation.save()
    with pytest.raises(MayNotRecord):
        take_in(leeds, person)
