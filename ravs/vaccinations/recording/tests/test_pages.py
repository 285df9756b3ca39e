"""Pages of recording: who meets what, what leads where, and how many questions it asks."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ravs.accounts.submissions import new_key
from ravs.audit.models import Event
from ravs.core.dates import london_today
from ravs.core.tests.test_views import words
from ravs.integrations.immunisations.port import GivenElsewhere, HistoryUnavailable
from ravs.organisations.services import set_pcn_practices
from ravs.patients.models import Patient
from ravs.vaccinations.history import recorded_here
from ravs.vaccinations.models import Clinic, Draft, Vaccination
from ravs.vaccinations.recording import services
from tests import vaccines
from tests.clients import PageClient
from tests.people import stranger
from tests.recording import Place, draft, patient, recorded

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def at_draft(made: Draft) -> dict[str, Any]:
    return {"ods": "RR8", "draft": made.public_id}


def follow(client: PageClient, made: Draft, how: services.FollowOn) -> Draft:
    answer = client.submit(
        "vaccinations:saved", {"key": new_key(), "how": how.value}, **at_draft(made)
    )
    assert answer.headers["Location"]
    return Draft.objects.exclude(pk=made.pk).latest("pk")


class Store:
    """A store of immunisations that knows one, or does not answer."""

    is_away = False

    def of(self, nhs_number: str) -> list[GivenElsewhere]:
        if Store.is_away:
            raise HistoryUnavailable
        days = timedelta(days=30)
        return [GivenElsewhere(london_today() - days, "covid-19", "Spikevax", place="A surgery")]


@pytest.fixture
def store(settings: Any) -> type[Store]:
    settings.IMMUNISATION_HISTORY = f"{__name__}.Store"
    Store.is_away = False
    return Store


def test_opening_a_patient_is_in_the_history_and_shows_what_they_had(
    rosa: PageClient, at: Place, store: type[Store]
) -> None:
    recorded(at)
    page = words(rosa.page("vaccinations:patient", ods="RR8", patient=at.ada.public_id))
    assert "Ada Brook" in page
    assert page.index("Vaxigrip") < page.index("Spikevax")
    assert "A surgery" in page
    event = Event.objects.get(type="patient.viewed")
    assert (event.subject, event.actor) == (at.ada.public_id, at.leeds.rosa.account.public_id)


def test_where_protected_people_were_vaccinated_is_withheld(
    rosa: PageClient, at: Place, store: type[Store]
) -> None:
    Patient.objects.update(sensitive=True)
    page = words(rosa.page("vaccinations:patient", ods="RR8", patient=at.ada.public_id))
    assert "Spikevax" in page
    assert "A surgery" not in page
    assert "protected" in page


def test_the_menu_marks_recording_while_a_patient_is_looked_for(
    rosa: PageClient, at: Place
) -> None:
    for name in ("patients:find", "patients:search"):
        page = rosa.page(name, ods="RR8").content.decode()
        marked = page.split('aria-current="true"')[1][:120]
        assert "Record vaccinations" in marked


def test_without_the_history_of_others_it_says_so_and_goes_on(
    rosa: PageClient, at: Place, store: type[Store]
) -> None:
    store.is_away = True
    page = words(rosa.page("vaccinations:patient", ods="RR8", patient=at.ada.public_id))
    assert "could not be fetched" in page
    rosa.submit("vaccinations:patient", {"key": new_key()}, ods="RR8", patient=at.ada.public_id)
    assert Draft.objects.get().elsewhere_known is False


def test_what_others_gave_warns(rosa: PageClient, at: Place, store: type[Store]) -> None:
    address = {"ods": "RR8", "patient": at.ada.public_id}
    rosa.submit("vaccinations:patient", {"key": new_key()}, **address)
    made = Draft.objects.get()
    made.answers = draft(at, product="comirnaty-30-lp81").answers
    made.save()
    answer = rosa.submit("vaccinations:check", {"note": "kept"}, **at_draft(made))
    assert answer.headers["Location"].endswith("/warnings")
    page = words(rosa.page("vaccinations:warnings", **at_draft(made)))
    assert "There should be at least 91 days between doses" in page
    made.refresh_from_db()
    assert made.answers["note"] == {"note": "kept"}
    assert not Vaccination.objects.exists()


def test_a_draft_is_its_own_persons_alone(client: PageClient, at: Place) -> None:
    made = draft(at)
    other = stranger()
    for person in (at.leeds.priya, at.leeds.adam):
        client.sign_in(person.account)
        client.page("vaccinations:step", status=404, step="date", **at_draft(made))
    client.sign_in(other.account)
    client.page("vaccinations:check", status=404, ods="RW3", draft=made.public_id)


def test_without_stock_each_level_reads_whom_to_ask(client: PageClient, at: Place) -> None:
    at.organisation.enabled_vaccines.all().delete()
    for person, said in ((at.leeds.rosa, "Ask an administrator"), (at.leeds.adam, "Add vaccines")):
        client.sign_in(person.account)
        assert said in words(client.page("vaccinations:record", ods="RR8"))


def test_a_page_that_is_not_asked_leads_to_the_one_that_is(rosa: PageClient, at: Place) -> None:
    made = draft(at, batch=None, consent=None)
    for slug in ("giving", "due-date", "check"):
        name = "check" if slug == "check" else "step"
        step = {} if slug == "check" else {"step": slug}
        answer = rosa.page(f"vaccinations:{name}", status=302, **at_draft(made), **step)
        assert answer.headers["Location"].endswith("/batch")
    rosa.page("vaccinations:step", status=404, step="nonsense", **at_draft(made))


def test_a_wrong_answer_is_kept_and_shown_with_what_is_wrong(rosa: PageClient, at: Place) -> None:
    """By a redirect: *Back* from there sends nothing a second time."""
    made = draft(at, giving=None)
    address = at_draft(made) | {"step": "consent"}
    typed = {"giver": "deputy", "name_deputy": "Al Fry"}
    answer = rosa.submit("vaccinations:step", typed, **address)
    assert answer.headers["Location"].endswith("/consent")
    page = rosa.page("vaccinations:step", **address)
    assert "Enter their relationship to the patient" in words(page)
    assert 'value="Al Fry"' in page.content.decode()
    made.refresh_from_db()
    assert "batch" in made.answers


def test_the_same_patient_is_asked_what_differs(rosa: PageClient, at: Place) -> None:
    made = recorded(at).draft
    begun = follow(rosa, made, services.FollowOn.SAME_PATIENT)
    assert begun.patient == at.ada
    assert set(begun.answers) == {"date", "vaccinator"}


def test_the_same_vaccination_keeps_all_but_consent_and_giving(rosa: PageClient, at: Place) -> None:
    made = recorded(at).draft
    begun = follow(rosa, made, services.FollowOn.SAME_VACCINATION)
    assert begun.patient is None
    assert {"consent", "giving", "due-date"} & set(begun.answers) == set()
    page = words(rosa.page("vaccinations:kept", **at_draft(begun)))
    assert "Based on age" in page
    ben = patient(at.leeds.rosa, "Ben Ho", nhs_number="")
    answer = rosa.submit(
        "vaccinations:patient",
        {"key": new_key(), "draft": str(begun.public_id)},
        ods="RR8",
        patient=ben.public_id,
    )
    assert answer.headers["Location"].endswith("/consent")
    begun.refresh_from_db()
    assert begun.patient == ben


def test_a_different_vaccination_shows_the_likely_chosen_and_asks_it(
    rosa: PageClient, at: Place
) -> None:
    begun = follow(rosa, recorded(at).draft, services.FollowOn.DIFFERENT)
    assert (begun.patient, begun.answers) == (None, {})
    assert set(begun.defaults) == {"vaccinator"}


def test_a_clinic_answers_for_every_record_until_tomorrow(
    rosa: PageClient, at: Place, noon: Any
) -> None:
    rosa.submit("vaccinations:clinic-begin", {"key": new_key()}, ods="RR8")
    setting_up = Draft.objects.get()
    member = str(at.leeds.rosa.public_id)
    for step, answer in {
        "present": {"present": [member]},
        "vaccine": {"vaccine": "mmr"},
        "batch": {"batch": str(at.batches["mmr-priorix"].public_id)},
        "dose": {"dose": "ask-each"},
    }.items():
        rosa.submit("vaccinations:step", answer, step=step, **at_draft(setting_up))
    rosa.submit("vaccinations:check", {"key": new_key()}, **at_draft(setting_up))
    clinic = Clinic.objects.get()
    assert clinic.day == london_today()
    page = words(rosa.page("vaccinations:record", ods="RR8"))
    assert ("Vaccinators" in page, "<dt>Vaccinator</dt>" in page) == (True, False)
    address = {"ods": "RR8", "patient": at.ada.public_id}
    first = rosa.submit("vaccinations:patient", {"key": new_key()}, **address)
    assert first.headers["Location"].endswith("/dose")
    noon.shift(timedelta(days=1))
    rosa.sign_in(at.leeds.rosa.account)
    second = rosa.submit("vaccinations:patient", {"key": new_key()}, **address)
    assert second.headers["Location"].endswith("/date")


def test_a_second_clinic_takes_the_place_of_the_first(at: Place) -> None:
    actor = at.leeds.rosa.account
    for _ in range(2):
        made = services.begin_clinic(actor=actor, organisation=at.organisation)
        services.open_clinic(actor=actor, draft=made)
    assert Clinic.objects.filter(ended_at=None).count() == 1
    services.end_clinic(actor=actor, organisation=at.organisation)
    assert not Clinic.objects.filter(ended_at=None).exists()


@pytest.mark.parametrize(
    ("name", "step", "most"),
    [
        ("patient", "", 17),
        ("step", "date", 3),
        ("step", "batch", 9),
        ("step", "giving", 9),
        ("check", "", 11),
    ],
)
def test_a_page_asks_the_database_the_same_however_much_there_is(
    rosa: PageClient, at: Place, name: str, step: str, most: int
) -> None:
    """Session, membership, draft; then whether another catalogue has come in, what is enabled,
    sites, staff, products, types and batches once each; the check asks for the past as well. A
    patient’s page tells the history that it was opened, which takes seven."""
    counts = []
    made = draft(at)
    keys = {"ods": "RR8", "patient": at.ada.public_id} if name == "patient" else at_draft(made)
    extra = {"step": step} if step else {}
    rosa.page(f"vaccinations:{name}", **keys, **extra)
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            rosa.page(f"vaccinations:{name}", **keys, **extra)
        counts.append(len(asked))
        for number in range(10):
            vaccines.batch(at.site, "flu-vaxigrip", f"MORE-{len(counts)}-{number}")
        if name == "patient" and len(counts) == 1:
            recorded(at)
    assert counts[0] == counts[1] <= most, counts


def test_a_gp_surgery_reads_whether_the_patient_is_of_its_network(
    rosa: PageClient, at: Place
) -> None:
    set_pcn_practices(organisation=at.organisation, practices=["a81001"])
    for practice, said in (("A81001", "is in your"), ("A81009", "is not in your")):
        Patient.objects.update(gp_ods=practice)
        page = words(rosa.page("vaccinations:patient", ods="RR8", patient=at.ada.public_id))
        assert f"GP surgery {said} primary care network" in page
    made = draft(at, product="comirnaty-30-lp81")
    page = words(rosa.page("vaccinations:warnings", **at_draft(made)))
    assert "may not be paid for" in page


def test_a_vaccine_that_was_enabled_lately_is_pointed_out(
    rosa: PageClient, at: Place, noon: Any
) -> None:
    assert "You can now record" not in words(rosa.page("vaccinations:record", ods="RR8"))
    noon.shift(timedelta(days=20))
    vaccines.enable(at.organisation, "hpv")
    rosa.sign_in(at.leeds.rosa.account)
    assert "You can now record HPV." in words(rosa.page("vaccinations:record", ods="RR8"))
    noon.shift(timedelta(days=15))
    rosa.sign_in(at.leeds.rosa.account)
    assert "You can now record" not in words(rosa.page("vaccinations:record", ods="RR8"))


def test_what_another_tab_changed_is_shown_before_it_is_saved(rosa: PageClient, at: Place) -> None:
    made = draft(at)
    page = rosa.page("vaccinations:check", **at_draft(made)).content.decode()
    shown = page.split('name="shown" value="')[1].split('"')[0]
    deputy = {"giver": "clinician", "name_clinician": "Dr Imani Cole"}
    rosa.submit("vaccinations:step", deputy, step="consent", **at_draft(made))
    answer = rosa.submit("vaccinations:check", {"note": "", "shown": shown}, **at_draft(made))
    assert answer.headers["Location"].endswith("/check")
    again = rosa.page("vaccinations:check", **at_draft(made))
    assert "changed in another tab" in words(again)
    assert not Vaccination.objects.exists()
    shown = again.content.decode().split('name="shown" value="')[1].split('"')[0]
    rosa.submit("vaccinations:check", {"note": "", "shown": shown}, **at_draft(made))
    assert Vaccination.objects.get().consent_name == "Dr Imani Cole"


def test_going_back_to_find_somebody_else_leaves_the_first_draft_theirs(
    rosa: PageClient, at: Place
) -> None:
    begun = follow(rosa, recorded(at).draft, services.FollowOn.SAME_VACCINATION)
    ben = patient(at.leeds.rosa, "Ben Ho", nhs_number="")
    cat = patient(at.leeds.rosa, "Cat Lee", nhs_number="")
    for person in (ben, cat):
        told = {"key": new_key(), "draft": str(begun.public_id)}
        rosa.submit("vaccinations:patient", told, ods="RR8", patient=person.public_id)
    waiting = Draft.objects.filter(saved=None).order_by("pk")
    assert [one.patient for one in waiting] == [ben, cat]
    assert all("batch" in one.answers for one in waiting)


def test_what_was_recorded_under_a_number_that_was_replaced_still_warns(
    rosa: PageClient, at: Place
) -> None:
    recorded(at)
    Patient.objects.update(nhs_number="9990000042", former_nhs_number="9990000018")
    other = patient(stranger(), "Ada Brook", nhs_number="9990000042")
    Patient.objects.filter(pk=other.pk).update(former_nhs_number="9990000018")
    other.refresh_from_db()
    assert [row.nhs_number for row in recorded_here(other)] == ["9990000018"]
    page = words(rosa.page("vaccinations:patient", ods="RR8", patient=at.ada.public_id))
    assert "Vaxigrip" in page


def test_without_a_clinician_the_assessment_says_whom_to_ask(client: PageClient, at: Place) -> None:
    at.organisation.records_clinicians = True
    at.organisation.save()
    for person, said in (
        (at.leeds.rosa, "Ask a lead administrator to set somebody as a registered clinician"),
        (at.leeds.priya, "Set somebody as a registered clinician in"),
    ):
        client.sign_in(person.account)
        made = draft(at, person)
        page = words(client.page("vaccinations:step", step="assess", **at_draft(made)))
        assert "Nobody at your organisation is set as a registered clinician" in page
        assert said in page
