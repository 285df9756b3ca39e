"""A record that was left and is taken up again: what is known by now, and what became of it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from ravs.accounts.submissions import new_key
from ravs.audit.models import Event
from ravs.integrations.pds.models import Outage, Person
from ravs.members.models import Membership
from ravs.organisations.models import Site
from ravs.patients.models import Patient
from ravs.patients.services import Entered, correct_local_patient
from ravs.vaccinations.models import Draft, Outcome, Purpose, Vaccination
from ravs.vaccinations.recording import services
from ravs.vaccinations.recording.tests.test_pages import Store, at_draft, words
from ravs.vaccines.models import Batch
from tests import vaccines
from tests.clients import PageClient
from tests.people import member
from tests.recording import Place, draft, patient, recorded
from tests.vaccinations import given

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TODAY = date(2026, 3, 4)


@pytest.fixture
def known(at: Place) -> Person:
    """Ada as the directory has her."""
    person = Person(
        nhs_number=at.ada.nhs_number,
        given_name="Ada",
        family_name="Brook",
        birth_date=at.ada.birth_date,
    )
    Person.write([person])
    return Person.objects.get(nhs_number=at.ada.nhs_number)


class TestTheList:
    def test_every_draft_is_there_that_says_something(self, rosa: PageClient, at: Place) -> None:
        actor = at.leeds.rosa.account
        for number in range(7):
            draft(at, patient=patient(at.leeds.rosa, f"Ada Number{number}", nhs_number=""))
        waiting = services.follow_on(
            actor=actor, draft=draft(at), how=services.FollowOn.SAME_VACCINATION
        )
        assert waiting.patient is None
        clinic = services.begin_clinic(actor=actor, organisation=at.organisation)
        page = words(rosa.page("vaccinations:record", ods="RR8"))
        assert page.count("Continue with Ada") == 8
        assert "Continue with the next patient, flu" in page.replace("Flu", "flu")
        assert "setting up a clinic" not in page
        Draft.objects.filter(pk=clinic.pk).update(answers={"site": {"site": "x"}})
        page = words(rosa.page("vaccinations:record", ods="RR8"))
        assert "Continue with setting up a clinic" in page
        assert clinic.purpose == Purpose.CLINIC

    def test_no_more_than_twenty_and_it_says_so(self, rosa: PageClient, at: Place) -> None:
        for _ in range(21):
            draft(at)
        page = words(rosa.page("vaccinations:record", ods="RR8"))
        assert page.count("Continue with Ada Brook") == 20
        assert "Older ones are not listed" in page

    def test_they_are_there_also_when_there_is_no_vaccine_any_more(
        self, rosa: PageClient, at: Place
    ) -> None:
        draft(at)
        Batch.objects.update(expiry=TODAY - timedelta(days=1))
        at.organisation.enabled_vaccines.update(withdrawn_at=timezone.now())
        page = words(rosa.page("vaccinations:record", ods="RR8"))
        assert "have to be added before you can record" in page
        assert "Continue with Ada Brook" in page


class TestWhatIsKnownByNow:
    def test_opening_a_patient_again_asks_the_directory_again(
        self, rosa: PageClient, at: Place, known: Person
    ) -> None:
        known.died_on = TODAY - timedelta(days=2)
        known.save()
        page = words(rosa.page("vaccinations:patient", ods="RR8", patient=at.ada.public_id))
        assert "This patient has died" in page
        at.ada.refresh_from_db()
        assert at.ada.died_on == known.died_on

    def test_who_was_looked_up_a_moment_ago_is_not_looked_up_again(
        self, rosa: PageClient, at: Place, known: Person
    ) -> None:
        Patient.objects.filter(pk=at.ada.pk).update(looked_up_at=timezone.now())
        known.died_on = TODAY
        known.save()
        page = words(rosa.page("vaccinations:patient", ods="RR8", patient=at.ada.public_id))
        assert "has died" not in page

    def test_while_the_directory_is_away_the_page_says_how_old_the_details_are(
        self, rosa: PageClient, at: Place, known: Person
    ) -> None:
        then = timezone.now() - timedelta(days=3)
        Patient.objects.filter(pk=at.ada.pk).update(looked_up_at=then)
        Outage.objects.create(since=timezone.now())
        page = words(rosa.page("vaccinations:patient", ods="RR8", patient=at.ada.public_id))
        assert "These are the details of 1 March 2026" in page

    def test_resuming_asks_everything_again_and_is_an_access(
        self, rosa: PageClient, at: Place, known: Person, settings: Any
    ) -> None:
        made = draft(at)
        settings.IMMUNISATION_HISTORY = f"{Store.__module__}.Store"
        known.died_on = TODAY - timedelta(days=1)
        known.save()
        rosa.get(f"/o/RR8/record/{made.public_id}")
        made.refresh_from_db()
        assert [one["product"] for one in made.elsewhere] == ["Spikevax"]
        assert Patient.objects.get(pk=at.ada.pk).died_on == known.died_on
        event = Event.objects.get(type="patient.viewed")
        assert event.subject == at.ada.public_id

    def test_what_was_told_stays_while_the_store_is_away(
        self, rosa: PageClient, at: Place, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = draft(at)
        told = {"given_on": "2026-01-02", "vaccine_type": "flu", "product": "Old"}
        Draft.objects.filter(pk=made.pk).update(elsewhere=[told | {"dose": "", "place": ""}])
        settings.IMMUNISATION_HISTORY = f"{Store.__module__}.Store"
        monkeypatch.setattr(Store, "is_away", True)
        rosa.get(f"/o/RR8/record/{made.public_id}")
        made.refresh_from_db()
        assert [one["product"] for one in made.elsewhere] == ["Old"]


def test_what_was_not_given_here_stands_in_the_history_and_warns_of_nothing(
    rosa: PageClient, at: Place
) -> None:
    given(at, outcome=Outcome.NOT_GIVEN, outcome_reason="Patient unwell")
    page = words(rosa.page("vaccinations:patient", ods="RR8", patient=at.ada.public_id))
    assert "Not given: Patient unwell" in page
    made = draft(at)
    assert rosa.page("vaccinations:check", **at_draft(made))


def _batch_expires(at: Place) -> None:
    Batch.objects.filter(pk=at.batches["flu-vaxigrip"].pk).update(expiry=TODAY - timedelta(days=1))


def _batch_is_finished(at: Place) -> None:
    day = TODAY - timedelta(days=1)
    rows = Batch.objects.filter(pk=at.batches["flu-vaxigrip"].pk)
    rows.update(finished_on=day, finished_at=timezone.now())


def _vaccine_is_withdrawn(at: Place) -> None:
    at.organisation.enabled_vaccines.filter(type__code="flu").update(withdrawn_at=timezone.now())


def _vaccinator_stops(at: Place) -> None:
    Membership.objects.filter(pk=at.leeds.rosa.pk).update(vaccinator=False)


@pytest.mark.parametrize(
    ("happens", "step", "said"),
    [
        (_batch_expires, "batch", "Batch FLU-1 expired on 3 March 2026."),
        (_batch_is_finished, "batch", "Batch FLU-1 has been marked as finished."),
        (_vaccine_is_withdrawn, "vaccine", "Flu has been withdrawn from your organisation"),
        (_vaccinator_stops, "vaccinator", "Rosa Keane is no longer a vaccinator"),
    ],
)
def test_a_question_that_is_asked_again_says_why(
    rosa: PageClient, at: Place, happens: Callable[[Place], None], step: str, said: str
) -> None:
    made = draft(at)
    happens(at)
    assert rosa.get(f"/o/RR8/record/{made.public_id}").headers["Location"].endswith(f"/{step}")
    assert said in words(rosa.page("vaccinations:step", step=step, **at_draft(made)))


def test_a_site_that_was_closed_is_named(rosa: PageClient, at: Place) -> None:
    other = vaccines.site(at.organisation, "Chapel Allerton", "RR802")
    vaccines.batch(other)
    made = draft(at, site={"site": str(other.public_id)})
    Site.objects.filter(pk=other.pk).update(status=Site.Status.CLOSED)
    page = words(rosa.page("vaccinations:step", step="site", **at_draft(made)))
    assert "Chapel Allerton has been closed since you chose it." in page


def test_throwing_away_twice_is_throwing_away(rosa: PageClient, at: Place) -> None:
    made = at_draft(draft(at))
    key = new_key()
    for _ in range(2):
        assert (
            rosa.submit("vaccinations:discard", {"key": key}, **made)["Location"] == "/o/RR8/record"
        )
    assert not Draft.objects.exists()


def test_a_batch_that_is_sent_twice_is_added_once(client: PageClient, at: Place) -> None:
    client.sign_in(at.leeds.adam.account)
    made = draft(at, at.leeds.adam, batch=None)
    sent = {
        "key": new_key(),
        "number_1": "NEW-1",
        "expiry_1_day": "1",
        "expiry_1_month": "9",
        "expiry_1_year": "2026",
    }
    first = client.submit("vaccinations:add-batch", sent, **at_draft(made))
    again = client.submit("vaccinations:add-batch", sent, **at_draft(made))
    assert first["Location"] == again["Location"]
    assert Batch.objects.filter(number="NEW-1").count() == 1


def test_clinicians_are_shown_chosen_in_the_records_that_follow(at: Place) -> None:
    at.organisation.records_clinicians = True
    at.organisation.save()
    cleo = member(at.organisation, "Cleo Ward")
    Membership.objects.filter(pk=cleo.pk).update(clinician=True)
    chosen = str(cleo.public_id)
    assess = {"assessor": chosen, "legal_mechanism": "pgd", "assessment": "suitable"}
    consent = {"giver": "patient", "consenter": chosen}
    row = recorded(at, assess=assess, consent=consent)
    assert (row.assessing_clinician, row.consenting_clinician) == (cleo, cleo)
    assert row.legal_mechanism_label
    actor = at.leeds.rosa.account
    later = services.begin_draft(actor=actor, organisation=at.organisation, patient=at.ada)
    follows = services.follow_on(
        actor=actor, draft=row.draft, how=services.FollowOn.SAME_VACCINATION
    )
    wanted = {
        "assess": {"assessor": chosen, "legal_mechanism": "pgd"},
        "consent": {"consenter": chosen},
    }
    assert later.defaults == follows.defaults == wanted
    assert not {"assess", "consent"} & follows.answers.keys()


def test_a_patient_entered_here_can_be_corrected_from_the_check_page(
    rosa: PageClient, at: Place
) -> None:
    local = patient(at.leeds.rosa, "Ben Ho", date(1990, 2, 2), nhs_number="")
    made = draft(at, patient=local)
    page = rosa.page("vaccinations:check", **at_draft(made)).content.decode()
    assert f"/o/RR8/patients/{local.public_id}/correct?draft={made.public_id}" in page
    other = rosa.page("vaccinations:check", **at_draft(draft(at))).content.decode()
    assert "/correct" not in other


def test_a_patient_who_was_corrected_meanwhile_is_checked_again(
    rosa: PageClient, at: Place
) -> None:
    """What is saved is what was confirmed, of the patient too."""
    local = patient(at.leeds.rosa, "Ben Ho", date(1990, 2, 2), nhs_number="")
    made = draft(at, patient=local)
    page = rosa.page("vaccinations:check", **at_draft(made)).content.decode()
    shown = page.split('name="shown" value="')[1].split('"')[0]
    right = Entered("Ben", "Hoe", date(1990, 2, 3), "LS1 4AB", "male")
    correct_local_patient(actor=at.leeds.priya.account, patient=local, entered=right)
    answer = rosa.submit("vaccinations:check", {"note": "", "shown": shown}, **at_draft(made))
    assert answer["Location"].endswith("/check")
    assert not Vaccination.objects.exists()
    page = rosa.page("vaccinations:check", **at_draft(made)).content.decode()
    shown = page.split('name="shown" value="')[1].split('"')[0]
    rosa.submit("vaccinations:check", {"note": "", "shown": shown}, **at_draft(made))
    saved = Vaccination.objects.get()
    assert (saved.family_name, saved.birth_date) == ("Hoe", date(1990, 2, 3))
