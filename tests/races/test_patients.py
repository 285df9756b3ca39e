"""Two people look the same patient up at once, or send one form twice."""

from datetime import date
from functools import partial

import pytest

from ravs.accounts.submissions import new_key, once
from ravs.audit.models import Event
from ravs.integrations.pds.port import Demographics, directory
from ravs.patients.models import Patient
from ravs.patients.services import Entered, add_local_patient, take_in_patient
from tests import patients
from tests.evidence import assert_whole
from tests.people import Leeds
from tests.races.together import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def margaret() -> Demographics:
    patients.register()
    found = directory().find(patients.PLAIN)
    assert found is not None
    return found


def test_twenty_look_ups_at_once_are_one_patient(leeds: Leeds, margaret: Demographics) -> None:
    people = (leeds.priya, leeds.rosa, leeds.adam)
    found = at_once(
        [
            partial(
                take_in_patient,
                actor=people[n % 3].account,
                organisation=leeds.organisation,
                demographics=margaret,
            )
            for n in range(20)
        ]
    )
    assert len({row.pk for row in found if isinstance(row, Patient)}) == 1
    assert Patient.objects.count() == 1
    assert Event.objects.filter(type="patient.added").count() == 1
    assert not Event.objects.filter(type="patient.updated").exists()
    assert_whole(leeds.organisation)


@pytest.mark.parametrize("known_before", [True, False])
def test_old_and_new_number_at_once_are_one_patient(leeds: Leeds, known_before: bool) -> None:
    patients.register()
    if known_before:
        row = patients.found(leeds.organisation, patients.MERGED)
        Patient.objects.filter(pk=row.pk).update(nhs_number=patients.REPLACED)
    told = [directory().find(number) for number in (patients.REPLACED, patients.MERGED)] * 5
    at_once(
        [
            partial(
                take_in_patient,
                actor=leeds.rosa.account,
                organisation=leeds.organisation,
                demographics=said,
            )
            for said in told
            if said
        ]
    )
    rows = Patient.objects.filter(nhs_number=patients.MERGED)
    assert rows.count() == 1
    assert_whole(leeds.organisation)


def test_one_form_sent_ten_times_at_once_is_one_new_patient(leeds: Leeds) -> None:
    entered = Entered("Ada", "Nobody", date(1990, 5, 1), "LS1 1CV", "female")
    key = new_key()

    def add() -> str:
        patient = add_local_patient(
            actor=leeds.rosa.account, organisation=leeds.organisation, entered=entered
        )
        return str(patient.public_id)

    answers = at_once([partial(once, account=leeds.rosa.account, key=key, act=add)] * 10)
    assert set(answers) == {str(Patient.objects.get().public_id)}
