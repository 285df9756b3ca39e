"""What saving makes of a draft, and what it refuses."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ravs.audit.models import Event
from ravs.core.errors import Refusal
from ravs.members.models import Status
from ravs.members.services import deactivate_member
from ravs.organisations.models import Organisation
from ravs.patients.models import Patient
from ravs.patients.refusals import MayNotRecord
from ravs.vaccinations.models import Basis, DayTotal, Draft, Outcome, RunningTotal, Vaccination
from ravs.vaccinations.recording import services
from ravs.vaccinations.recording.complete import record_vaccination
from ravs.vaccinations.recording.refusals import (
    AlreadySaved,
    NoPatient,
    NotOverridden,
    Unfinished,
    VaccineWithdrawn,
)
from ravs.vaccinations.recording.steps import BY_SLUG
from ravs.vaccines.models import Batch, EnabledVaccine, OptionKind, Product
from tests import vaccines
from tests.recording import Place, draft, patient, recorded

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 4)


def save(at: Place, made: Draft) -> Vaccination:
    return record_vaccination(actor=at.leeds.rosa.account, draft=made)


def refused(at: Place, made: Draft) -> Refusal:
    with pytest.raises(Refusal) as caught:
        save(at, made)
    assert not Vaccination.objects.filter(draft=made).exists()
    return caught.value


def test_it_keeps_the_words_of_the_day(at: Place) -> None:
    row = recorded(at)
    batch = at.batches["flu-vaxigrip"]
    Batch.objects.filter(pk=batch.pk).update(number="OTHER")
    Patient.objects.update(family_name="Changed")
    Product.objects.update(name="Renamed")
    row.refresh_from_db()
    assert (row.batch_number, row.batch_expiry) == (batch.number, batch.expiry)
    assert (row.family_name, row.nhs_number) == ("Brook", "9990000018")
    assert (row.product_name, row.route, str(row.dose_ml)) == (
        "Vaxigrip (TIVe)",
        "injection",
        "0.50",
    )
    assert (row.eligibility, row.eligibility_label) == ("based-on-age", "Based on age")
    assert (row.consent_giver_label, row.injection_site_label) == ("Patient", "Left arm")
    assert (row.recorder_name, row.vaccinator_name) == ("Rosa Keane", "Rosa Keane")
    assert (row.given_on, row.recorded_on, row.recorded_late) == (TODAY, TODAY, False)


def test_it_asks_the_database_the_same_however_much_there_is(at: Place) -> None:
    """Three locks, staff, sites, stock, vaccines, batches, the past and the catalogue once each;
    then the record, two totals, the draft and the history in four, between two for the whole."""
    recorded(at)
    for number in ("9990000026", "9990000034"):
        made = draft(at, patient=patient(at.leeds.priya, nhs_number=number))
        with CaptureQueriesContext(connection) as asked:
            save(at, made)
        assert len(asked) <= 20
        for more in range(10):
            vaccines.batch(at.site, "flu-vaxigrip", f"{number}-{more}")


def test_its_event_names_the_patient_by_id_alone(at: Place) -> None:
    row = recorded(at)
    event = Event.objects.get(type="vaccination.recorded")
    assert (event.subject, event.actor) == (at.ada.public_id, at.leeds.rosa.account.public_id)
    assert event.data["vaccination"] == str(row.public_id)
    assert "Brook" not in f"{event.data} {event.person_hashes}"


def test_a_draft_becomes_one_record_however_often_it_is_sent(at: Place) -> None:
    made = draft(at)
    first = save(at, made)
    assert save(at, made) == first
    assert Vaccination.objects.count() == 1
    assert RunningTotal.objects.get().count == 1
    assert Event.objects.filter(type="vaccination.recorded").count() == 1
    with pytest.raises(AlreadySaved):
        services.answer(
            actor=at.leeds.rosa.account, draft=made, step=BY_SLUG["date"], values={"when": "today"}
        )


def test_totals_count_by_the_day_it_was_given_and_by_the_day_it_was_recorded(at: Place) -> None:
    before = TODAY - timedelta(days=3)
    recorded(at)
    recorded(at, date=earlier(before), patient=patient(at.leeds.rosa, "Ben Ho", nhs_number=""))
    counted = {(row.basis, row.day): row.count for row in DayTotal.objects.all()}
    assert counted == {
        (Basis.GIVEN, TODAY): 1,
        (Basis.GIVEN, before): 1,
        (Basis.RECORDED, TODAY): 2,
    }
    assert RunningTotal.objects.get().count == 2
    assert list(Vaccination.objects.values_list("recorded_late", flat=True)) == [False, True]


def earlier(day: date) -> dict[str, Any]:
    return {"when": "earlier", "day_day": day.day, "day_month": day.month, "day_year": day.year}


@pytest.mark.parametrize(
    "slug", ["date", "vaccinator", "vaccine", "batch", "eligibility", "consent", "giving"]
)
def test_every_question_has_to_be_answered(at: Place, slug: str) -> None:
    refusal = refused(at, draft(at, **{slug: None}))
    assert isinstance(refusal, Unfinished)
    assert refusal.step.slug == slug


def test_a_draft_without_a_patient_waits(at: Place) -> None:
    made = draft(at)
    made.patient = None
    made.save(update_fields=["patient"])
    assert isinstance(refused(at, made), NoPatient)


@pytest.mark.parametrize(("expires", "step"), [(0, ""), (-1, "batch")])
def test_a_batch_can_be_used_through_its_expiry_day(at: Place, expires: int, step: str) -> None:
    made = draft(at)
    Batch.objects.update(expiry=TODAY + timedelta(days=expires))
    if not step:
        assert save(at, made).batch_expiry == TODAY
    else:
        refusal = refused(at, made)
        assert isinstance(refusal, Unfinished)
        assert refusal.step.slug == step


@pytest.mark.parametrize(("finished", "step"), [(0, ""), (-1, "batch")])
def test_a_batch_can_be_used_through_its_last_day(at: Place, finished: int, step: str) -> None:
    made = draft(at)
    last = TODAY + timedelta(days=finished)
    Batch.objects.update(finished_on=last, finished_at=timezone.now())
    if step:
        assert isinstance(refused(at, made), Unfinished)
    else:
        assert save(at, made)


def test_an_expired_batch_is_still_good_for_a_day_before(at: Place) -> None:
    made = draft(at, date=earlier(TODAY - timedelta(days=2)))
    Batch.objects.update(expiry=TODAY - timedelta(days=2))
    assert save(at, made).given_on == TODAY - timedelta(days=2)


def test_a_batch_of_another_site_or_product_is_no_answer(at: Place) -> None:
    other = at.batches["comirnaty-30-lp81"]
    assert isinstance(refused(at, draft(at, batch={"batch": str(other.public_id)})), Unfinished)


def test_a_vaccinator_who_left_cannot_be_named(at: Place) -> None:
    made = draft(at, who=at.leeds.priya)
    deactivate_member(actor=at.leeds.priya.account, membership=at.leeds.rosa)
    with pytest.raises(Unfinished) as caught:
        record_vaccination(actor=at.leeds.priya.account, draft=made)
    assert caught.value.step.slug == "vaccinator"


def test_a_vaccine_that_was_withdrawn_meanwhile_is_told_by_name(at: Place) -> None:
    made = draft(at)
    EnabledVaccine.objects.filter(type__code="flu").update(withdrawn_at=timezone.now())
    refusal = refused(at, made)
    assert isinstance(refusal, VaccineWithdrawn)
    assert refusal.vaccine == "Flu"


def test_a_possible_repeat_is_told_before_it_is_saved_and_can_be_gone_on_from(at: Place) -> None:
    recorded(at)
    made = draft(at)
    refusal = refused(at, made)
    assert isinstance(refusal, NotOverridden)
    assert [one.kind for one in refusal.warnings] == ["repeat"]
    keys = [one.key for one in refusal.warnings]
    services.override(actor=at.leeds.rosa.account, draft=made, keys=keys)
    assert save(at, made).warnings == keys
    overridden = Event.objects.filter(type="vaccination.recorded").order_by("seq")
    assert [event.data["overridden"] for event in overridden] == [0, 1]


def test_whoever_was_deactivated_saves_nothing(at: Place) -> None:
    made = draft(at)
    deactivate_member(actor=at.leeds.priya.account, membership=at.leeds.rosa)
    assert at.leeds.rosa.__class__.objects.get(pk=at.leeds.rosa.pk).status == Status.DEACTIVATED
    assert isinstance(refused(at, made), MayNotRecord)


@pytest.mark.parametrize("status", ["deactivated", "closed"])
def test_an_organisation_that_is_ending_records_nothing_new(at: Place, status: str) -> None:
    made = draft(at)
    dates: dict[str, Any] = {"deactivated_at": timezone.now(), "closes_on": TODAY}
    if status == "closed":
        dates["closed_on"] = TODAY
    Organisation.objects.filter(pk=at.organisation.pk).update(status=status, **dates)
    assert isinstance(refused(at, made), MayNotRecord)


def test_a_nasal_spray_in_one_nostril_is_half_a_dose(at: Place) -> None:
    child = patient(at.leeds.rosa, "Kit Lane", date(2017, 1, 1), nhs_number="")
    row = recorded(
        at, product="flu-fluenz", patient=child, giving={"full_dose": "no", "injection_site": ""}
    )
    assert (row.full_dose, str(row.dose_ml), row.injection_site) == (False, "0.10", "")


def test_what_is_not_given_is_kept_with_its_reason_and_counts_nowhere(at: Place) -> None:
    made = draft(at, consent=None, giving=None, batch=None, vaccinator=None)
    services.say_not_given(
        actor=at.leeds.rosa.account, draft=made, kind=OptionKind.NOT_GIVEN_REASON, reason="unwell"
    )
    row = save(at, Draft.objects.get(pk=made.pk))
    assert (row.outcome, row.outcome_reason) == (Outcome.NOT_GIVEN, "The patient was unwell")
    assert (row.product, row.batch, row.vaccinator, row.consent_giver) == (None, None, None, "")
    assert not DayTotal.objects.exists()
    event = Event.objects.get(type="vaccination.recorded")
    assert event.data["outcome"] == "not-given"


def test_a_clock_past_midnight_does_not_move_the_day(at: Place, noon: Any) -> None:
    """*Today* was said before midnight; it is saved after, under the day that was meant."""
    noon.move_to("2026-06-30 22:30:00+00:00")  # 23:30 in London
    made = draft(at)
    Batch.objects.update(expiry=date(2026, 9, 1))
    made.answers["date"] = {"when": "today", "today": "2026-06-30"}
    made.save()
    noon.move_to("2026-06-30 23:15:00+00:00")  # a quarter past midnight
    row = save(at, made)
    assert (row.given_on, row.recorded_on) == (date(2026, 6, 30), date(2026, 7, 1))
    assert row.recorded_late
