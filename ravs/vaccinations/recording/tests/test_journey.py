"""From a patient to a saved record, page by page."""

from typing import Any

import pytest

from ravs.vaccinations.models import DayTotal, Draft, RunningTotal, Vaccination
from tests.clients import PageClient
from tests.recording import Place, answers_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def begin(client: PageClient, at: Place) -> Any:
    """From the patient's page to the first question."""
    address = {"ods": "RR8", "patient": at.ada.public_id}
    page = client.page("vaccinations:patient", **address)
    key = page.content.decode().split('name="key" value="')[1].split('"')[0]
    return client.submit("vaccinations:patient", {"key": key}, **address)


def test_a_flu_vaccination_is_recorded_in_the_order_of_the_guide(
    rosa: PageClient, at: Place
) -> None:
    answer = begin(rosa, at)
    slugs = []
    given = answers_of(at)
    while "/check" not in answer.headers["Location"]:
        where = answer.headers["Location"]
        slug = where.rpartition("/")[2]
        assert rosa.get(where).status_code == 200
        slugs.append(slug)
        answer = rosa.post(where, given[slug])
        assert answer.status_code == 302, answer.content.decode()
    assert slugs == ["date", "vaccinator", "vaccine", "batch", "eligibility", "consent", "giving"]
    check = answer.headers["Location"]
    page = rosa.get(check).content.decode()
    assert "Vaxigrip" in page
    assert "Patient (Ada Brook)" in page
    saved = rosa.post(check, {"note": "Sat down afterwards"})
    assert saved.headers["Location"].endswith("/saved")
    assert rosa.get(saved.headers["Location"]).status_code == 200
    row = Vaccination.objects.get()
    assert (row.patient_name, row.vaccinator_name, row.batch_number) == (
        "Ada Brook",
        "Rosa Keane",
        "FLU-1",
    )
    assert row.note == "Sat down afterwards"
    assert DayTotal.objects.count() == 2
    assert RunningTotal.objects.get().count == 1
    assert Draft.objects.get().saved == row
