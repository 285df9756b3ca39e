"""Somebody who was entered here is corrected; whom the directory knows is not."""

from datetime import date

import pytest

from ravs.accounts.submissions import new_key
from ravs.audit.models import Event
from ravs.patients.models import Patient
from ravs.patients.refusals import NotLocal
from ravs.patients.services import Entered, correct_local_patient
from ravs.patients.tests.test_entering import ADA
from ravs.patients.tests.test_finding import text
from tests import patients
from tests.clients import PageClient
from tests.people import Leeds, stranger

pytestmark = [pytest.mark.django_db, pytest.mark.once]

RIGHT = ADA | {"last_name": "Noble", "birth_date_year": "1991", "key": ""}


@pytest.fixture
def ada(leeds: Leeds) -> Patient:
    return patients.without_number(leeds.organisation)


def test_the_page_shows_what_was_entered_and_saves_what_is_right(
    rosa: PageClient, ada: Patient
) -> None:
    page = rosa.page("patients:correct", ods="RR8", patient=ada.public_id)
    assert f'value="{ada.family_name}"' in page.content.decode()
    answer = rosa.submit(
        "patients:correct", RIGHT | {"key": new_key()}, ods="RR8", patient=ada.public_id
    )
    assert answer.headers["Location"] == f"/o/RR8/patients/{ada.public_id}"
    ada.refresh_from_db()
    assert (ada.full_name, ada.birth_date) == ("Ada Noble", date(1991, 5, 1))
    event = Event.objects.get(type="patient.updated")
    assert event.data["local"] is True
    assert (event.data["name"], event.data["birth_date"]) == (True, True)
    assert "Noble" not in str(event.data)
    assert Event.objects.filter(type="patient.viewed").count() == 1


def test_it_leads_back_to_the_record_that_was_being_written(rosa: PageClient, ada: Patient) -> None:
    draft = "0192aaaa-0000-7000-8000-000000000000"
    sent = RIGHT | {"key": new_key(), "draft": draft}
    answer = rosa.submit("patients:correct", sent, ods="RR8", patient=ada.public_id)
    assert answer.headers["Location"] == f"/o/RR8/record/{draft}"


def test_what_is_wrong_is_said_and_nothing_is_lost(rosa: PageClient, ada: Patient) -> None:
    sent = RIGHT | {"key": new_key(), "postcode": "nowhere"}
    page = rosa.submit("patients:correct", sent, status=200, ods="RR8", patient=ada.public_id)
    assert "Enter a full UK postcode" in text(page)
    assert 'value="Noble"' in page.content.decode()
    ada.refresh_from_db()
    assert ada.family_name != "Noble"


def test_whom_the_directory_knows_is_not_corrected_here(rosa: PageClient, leeds: Leeds) -> None:
    margaret = patients.found(leeds.organisation)
    rosa.page("patients:correct", status=404, ods="RR8", patient=margaret.public_id)
    entered = Entered("Ada", "Noble", date(1991, 5, 1), "LS1 4AB", "female")
    with pytest.raises(NotLocal):
        correct_local_patient(actor=leeds.rosa.account, patient=margaret, entered=entered)


def test_another_organisations_patient_is_nobody(rosa: PageClient, leeds: Leeds) -> None:
    other = stranger()
    theirs = patients.without_number(other.organisation)
    rosa.page("patients:correct", status=404, ods="RR8", patient=theirs.public_id)


def test_the_same_details_again_are_no_event(leeds: Leeds, ada: Patient) -> None:
    same = Entered(ada.given_name, ada.family_name, ada.birth_date, ada.postcode, ada.gender)
    correct_local_patient(actor=leeds.rosa.account, patient=ada, entered=same)
    assert not Event.objects.filter(type="patient.updated").exists()
