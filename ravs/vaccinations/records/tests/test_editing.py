"""Editing a record: what can be edited, what follows from it, and what stays readable."""

from datetime import date, timedelta
from typing import Any

import pytest

from ravs.integrations.ods.models import Listed
from ravs.patients.refusals import MayNotRecord
from ravs.vaccinations.models import Vaccination, Version
from ravs.vaccinations.records.reading import Reading
from ravs.vaccinations.records.refusals import (
    ChangedMeanwhile,
    NotEditable,
    NotPossible,
    RecordDeleted,
)
from ravs.vaccinations.records.services import delete_vaccination, edit_vaccination
from ravs.vaccinations.records.versions import as_record
from ravs.vaccines.models import EnabledVaccine
from tests import vaccines
from tests.clients import PageClient
from tests.evidence import left_behind
from tests.people import member, stranger
from tests.recording import Place, recorded
from tests.vaccinations import given, person

TODAY = date(2026, 3, 4)


def edit(row: Vaccination, at: Place, **changes: Any) -> Vaccination:
    """Rosa edits the record as it is now; the names of steps have no hyphens here."""
    return edit_vaccination(
        actor=at.leeds.rosa.account,
        vaccination=row,
        changes={name.replace("_", "-"): answer for name, answer in changes.items()},
        shown_version=Vaccination.objects.get(pk=row.pk).version,
    )


def extend(at: Place) -> None:
    at.organisation.extended_edit = True
    at.organisation.save(update_fields=["extended_edit"])


def boxes(name: str, day: date) -> dict[str, str]:
    return {
        f"{name}_day": str(day.day),
        f"{name}_month": str(day.month),
        f"{name}_year": str(day.year),
    }


class TestWhatStaysReadable:
    def test_the_version_before_is_kept_with_who_when_and_why(
        self, at: Place, record: Vaccination
    ) -> None:
        with left_behind() as left:
            now = edit_vaccination(
                actor=at.leeds.adam.account,
                vaccination=record,
                changes={"giving": {"injection_site": "right-arm"}},
                shown_version=1,
                reason="It was the other arm",
            )
        assert left.events == ["vaccination.changed"]
        assert (now.version, now.injection_site_label) == (2, "Right arm")
        version = Version.objects.get(vaccination=record)
        assert (version.number, version.replaced_by) == (1, at.leeds.adam.account)
        assert version.reason == "It was the other arm"
        assert set(version.changed) == {"injection_site", "injection_site_label"}
        was = as_record(version, now)
        assert (was.injection_site, was.given_on, was.version) == ("left-arm", TODAY, 1)

    def test_every_column_comes_back_as_it_was(self, at: Place, record: Vaccination) -> None:
        before = {f.attname: getattr(record, f.attname) for f in record._meta.concrete_fields}
        now = edit(record, at, note={"note": "A correction"})
        was = as_record(Version.objects.get(), now)
        after = {name: getattr(was, name) for name in before}
        assert {n for n in before if before[n] != after[n] and n != "name_key"} == set()

    def test_the_same_answers_make_no_version_and_no_event(
        self, at: Place, record: Vaccination
    ) -> None:
        with left_behind() as left:
            same = {"batch": str(record.public_id)}
            now = edit(record, at, batch=same, consent={"giver": "patient"})
        assert left.nothing
        assert now.version == 1

    def test_it_keeps_the_words_of_its_day(self, at: Place, record: Vaccination) -> None:
        """A batch that was corrected, and a person who was renamed, change no record."""
        batch, rosa = at.batches["flu-vaxigrip"], at.leeds.rosa.account
        type(batch).objects.filter(pk=batch.pk).update(number="CORRECTED")
        rosa.last_name = "Married"
        rosa.save(update_fields=["last_name"])
        kept = {"batch": str(record.public_id)}
        now = edit(record, at, batch=kept, note={"note": "Seen"})
        assert (now.batch_number, now.vaccinator_name) == ("FLU-1", "Rosa Keane")

    def test_a_batch_that_was_corrected_can_be_corrected_in_the_record(
        self, at: Place, record: Vaccination
    ) -> None:
        """Both can be chosen: what was recorded, and what the batch says now."""
        batch = at.batches["flu-vaxigrip"]
        type(batch).objects.filter(pk=batch.pk).update(number="CORRECTED")
        record = Vaccination.objects.get(pk=record.pk)
        offered = {one.number for one in Reading(record, me=at.leeds.rosa).batches}
        assert {"FLU-1", "CORRECTED"} <= offered
        now = edit(record, at, batch={"batch": str(batch.public_id)})
        assert (now.batch, now.batch_number, now.version) == (batch, "CORRECTED", 2)


class TestTheGuidesSet:
    def test_each_part_is_edited_by_itself(self, at: Place) -> None:
        vaccines.batch(at.site, "comirnaty-30-lp81", "NEW1")
        row = recorded(at, product="comirnaty-30-lp81")
        other = vaccines.batch(at.site, "comirnaty-30-lp81", "NEW2")
        giver = {"giver": "best-interests-clinician", "name_best-interests-clinician": "Dr Who"}
        codes = [o.code for o in _givers()]
        named = next(code for code in codes if code != "patient")
        giver = {"giver": named, f"name_{named}": "Una Brook", f"relationship_{named}": "Sister"}
        now = edit(row, at, batch={"batch": str(other.public_id)})
        now = edit(now, at, vaccinator={"vaccinator": str(at.leeds.priya.public_id)})
        now = edit(now, at, location={"location": "outreach"})
        now = edit(now, at, consent=giver)
        now = edit(now, at, giving={"injection_site": "elsewhere", "other_site": "left-thigh"})
        now = edit(now, at, note={"note": "x" * 1000})
        assert now.version == 7
        assert (now.batch_number, now.vaccinator_name) == ("NEW2", "Priya Shah")
        assert (now.location_type, now.consent_name) == ("outreach", "Una Brook")
        assert (now.injection_site_label, len(now.note)) == ("Left thigh", 1000)

    def test_a_nasal_spray_has_a_dose_and_no_injection_site(self, at: Place) -> None:
        row = given(at, product="flu-fluenz")
        now = edit(row, at, giving={"full_dose": "no"})
        assert now.full_dose is False
        assert now.dose_ml == row.dose_ml / 2
        with pytest.raises(NotPossible):
            edit(now, at, giving={"injection_site": "left-arm"})

    def test_the_role_is_asked_of_healthcare_workers_alone(
        self, at: Place, record: Vaccination
    ) -> None:
        with pytest.raises(NotEditable):
            edit(record, at, staff_role={"staff_role": "doctor"})
        worker = given(
            at,
            eligibility="healthcare-worker",
            eligibility_label="Healthcare worker",
            staff_role="doctor",
            staff_role_label="Doctor",
        )
        roles = [o.code for o in _options("staff-role") if o.code != "doctor"]
        assert edit(worker, at, staff_role={"staff_role": roles[0]}).staff_role == roles[0]

    @pytest.mark.parametrize(
        ("slug", "answer"),
        [
            ("date", boxes("day", TODAY - timedelta(days=1))),
            ("site", {"site": "any"}),
            ("product", {"product": "flu-fluenz"}),
            ("eligibility", {"eligibility": "pregnant"}),
            ("vaccine", {"vaccine": "mmr"}),
            ("patient", {"patient": "somebody"}),
        ],
    )
    def test_nothing_else_is_edited(
        self, at: Place, record: Vaccination, slug: str, answer: dict[str, str]
    ) -> None:
        with left_behind() as left, pytest.raises(NotEditable):
            edit(record, at, **{slug: answer})
        assert left.nothing

    def test_a_note_of_1001_characters_is_too_long(self, at: Place, record: Vaccination) -> None:
        with pytest.raises(NotPossible):
            edit(record, at, note={"note": "x" * 1001})

    def test_what_was_not_given_is_not_edited(self, at: Place) -> None:
        row = given(at, outcome="not-given")
        with pytest.raises(NotEditable):
            edit(row, at, note={"note": "Given after all"})


class TestChoices:
    def test_a_batch_that_has_expired_since_can_be_chosen(self, at: Place) -> None:
        day = TODAY - timedelta(days=10)
        row = given(at, on=day)
        then = vaccines.batch(at.site, number="THEN", expires=TODAY - timedelta(days=5))
        assert edit(row, at, batch={"batch": str(then.public_id)}).batch_number == "THEN"

    def test_a_batch_finished_before_the_day_cannot(self, at: Place, record: Vaccination) -> None:
        gone = vaccines.batch(at.site, number="GONE", finished_on=TODAY - timedelta(days=1))
        with pytest.raises(NotPossible):
            edit(record, at, batch={"batch": str(gone.public_id)})

    def test_a_batch_may_stay_though_it_was_not_usable(self, at: Place) -> None:
        batch = at.batches["flu-vaxigrip"]
        row = given(at)
        type(batch).objects.filter(pk=batch.pk).update(expiry=TODAY - timedelta(days=1))
        now = edit(row, at, batch={"batch": str(row.public_id)}, note={"note": "Seen"})
        assert (now.batch, now.version) == (batch, 2)

    def test_a_vaccinator_who_left_may_stay_and_cannot_be_chosen_anew(self, at: Place) -> None:
        mo = member(at.organisation, "Mo Khan", status="deactivated", vaccinator=True)
        row, other = given(at, by=mo), given(at)
        kept = edit(row, at, vaccinator={"vaccinator": str(mo.public_id)}, note={"note": "x"})
        assert kept.vaccinator == mo
        with pytest.raises(NotPossible):
            edit(other, at, vaccinator={"vaccinator": str(mo.public_id)})


class TestWhoAndWhere:
    def test_a_deactivated_organisation_still_edits(self, at: Place, record: Vaccination) -> None:
        at.organisation.status = "deactivated"
        at.organisation.deactivated_at = record.recorded_at
        at.organisation.closes_on = TODAY + timedelta(days=90)
        at.organisation.save()
        assert edit(record, at, note={"note": "Still here"}).version == 2

    def test_a_withdrawn_vaccine_is_still_edited(self, at: Place, record: Vaccination) -> None:
        EnabledVaccine.objects.update(withdrawn_at=record.recorded_at)
        assert edit(record, at, giving={"injection_site": "right-arm"}).version == 2

    def test_a_closed_organisation_does_not(self, at: Place, record: Vaccination) -> None:
        type(at.organisation).objects.filter(pk=at.organisation.pk).update(
            status="closed", closed_on=TODAY
        )
        with pytest.raises(MayNotRecord):
            edit(record, at, note={"note": "Too late"})

    def test_a_stranger_does_not(self, at: Place, record: Vaccination) -> None:
        with pytest.raises(MayNotRecord):
            edit_vaccination(
                actor=stranger().account, vaccination=record, changes={}, shown_version=1
            )

    def test_the_second_of_two_is_told(self, at: Place, record: Vaccination) -> None:
        edit(record, at, note={"note": "First"})
        with left_behind() as left, pytest.raises(ChangedMeanwhile) as told:
            edit_vaccination(
                actor=at.leeds.priya.account,
                vaccination=record,
                changes={"note": {"note": "Second"}},
                shown_version=1,
            )
        assert left.nothing
        assert told.value.vaccination.note == "First"

    def test_a_deleted_record_is_not_edited(self, at: Place, record: Vaccination) -> None:
        delete_vaccination(
            actor=at.leeds.rosa.account, vaccination=record, shown_version=1, reason="Twice"
        )
        with pytest.raises(RecordDeleted):
            edit(record, at, note={"note": "Again"})


class TestTheLargerSet:
    @pytest.fixture(autouse=True)
    def larger(self, at: Place) -> None:
        extend(at)

    def test_a_new_day_moves_the_totals(self, at: Place, record: Vaccination) -> None:
        from tests.totals import assert_totals_are_right

        day = TODAY - timedelta(days=1)
        now = edit(record, at, date=boxes("day", day))
        assert (now.given_on, now.recorded_late) == (day, True)
        assert_totals_are_right()

    def test_no_day_after_that_of_recording(self, at: Place, record: Vaccination) -> None:
        with pytest.raises(NotPossible):
            edit(record, at, date=boxes("day", TODAY + timedelta(days=1)))

    def test_a_day_on_which_the_batch_was_finished_asks_for_another(self, at: Place) -> None:
        batch = at.batches["flu-vaxigrip"]
        row = given(at, on=TODAY - timedelta(days=9))
        type(batch).objects.filter(pk=batch.pk).update(
            finished_on=TODAY - timedelta(days=5), finished_at=row.recorded_at
        )
        change = boxes("day", TODAY - timedelta(days=2))
        with pytest.raises(NotPossible) as refused:
            edit(row, at, date=change)
        assert refused.value.slug == "batch"
        new = vaccines.batch(at.site, number="NEW")
        assert edit(row, at, date=change, batch={"batch": str(new.public_id)}).batch == new

    def test_a_new_product_needs_its_batch_and_its_way_of_giving(
        self, at: Place, record: Vaccination
    ) -> None:
        spray = at.batches["flu-fluenz"]
        answers: dict[str, Any] = {"product": {"product": "flu-fluenz"}}
        for slug in ("batch", "giving"):
            with pytest.raises(NotPossible) as refused:
                edit(record, at, **answers)
            assert refused.value.slug == slug
            answers[slug] = {"batch": str(spray.public_id), "full_dose": "yes"}
        now = edit(record, at, **answers)
        assert (now.product_name, now.batch, now.route) == (spray.item.product.name, spray, "nasal")
        assert (now.injection_site, now.full_dose) == ("", True)
        assert now.type == record.type

    def test_a_new_site_needs_a_batch_of_its_own(self, at: Place, record: Vaccination) -> None:
        from tests.totals import assert_totals_are_right

        chapel = vaccines.site(at.organisation, "Chapel Allerton", "RR802")
        there = vaccines.batch(chapel, number="THERE")
        site = {"site": str(chapel.public_id)}
        with pytest.raises(NotPossible):
            edit(record, at, site=site)
        now = edit(record, at, site=site, batch={"batch": str(there.public_id)})
        assert (now.site, now.batch) == (chapel, there)
        assert_totals_are_right()

    def test_a_reason_that_asks_for_more_is_asked_for_it(
        self, at: Place, record: Vaccination
    ) -> None:
        worker = {"eligibility": "healthcare-worker"}
        with pytest.raises(NotPossible) as refused:
            edit(record, at, eligibility=worker)
        assert refused.value.slug == "staff-role"
        role = {"staff_role": _options("staff-role")[0].code}
        now = edit(record, at, eligibility=worker, staff_role=role)
        assert now.staff_role
        back = edit(now, at, eligibility={"eligibility": "based-on-age"})
        assert (back.staff_role, back.staff_role_label) == ("", "")

    def test_a_due_date_is_looked_at_again_with_the_day(self, at: Place) -> None:
        row = given(
            at,
            person(at, "Una Reed"),
            product="pertussis-adacel",
            on=TODAY,
            eligibility="pregnant",
            eligibility_label="Pregnant",
            due_date=TODAY + timedelta(days=250),
        )
        with pytest.raises(NotPossible) as refused:
            edit(row, at, date=boxes("day", TODAY - timedelta(days=20)))
        assert refused.value.slug == "due-date"


def _options(kind: str) -> list[Any]:
    from ravs.vaccines.models import Option

    return list(Option.objects.on(TODAY).filter(kind=kind))


def _givers() -> list[Any]:
    return _options("consent-giver")


class TestCareHomes:
    def test_a_code_is_looked_up_and_a_name_asks_which(self, at: Place) -> None:
        Listed.write(
            [Listed(ods="VLA01", name="Rosewood Court"), Listed(ods="VLA02", name="Rosewood House")]
        )
        row = recorded(at, product="comirnaty-30-lp81")
        found = [["VLA01", "Rosewood Court", ""], ["VLA02", "Rosewood House", ""]]
        by_code = {"location": "care-home", "care_home": "vla01", "found": found[:1]}
        row = edit(row, at, location=by_code)
        assert (row.care_home, row.care_home_ods) == ("Rosewood Court", "VLA01")
        by_name = {"location": "care-home", "care_home": "rosewood", "found": found}
        with pytest.raises(NotPossible):
            edit(row, at, location=by_name)
        row = edit(row, at, location=by_name, **{"care-home": {"care_home": "VLA02"}})
        assert (row.care_home, row.care_home_ods) == ("Rosewood House", "VLA02")
        row = edit(row, at, location={"location": "on-site"})
        assert (row.care_home, row.care_home_ods) == ("", "")

    def test_which_of_several_is_asked_with_nothing_chosen(
        self, rosa: PageClient, at: Place
    ) -> None:
        """Nobody keeps by a careless *Continue* what the directory knows better."""
        Listed.write(
            [Listed(ods="VLA01", name="Rosewood Court"), Listed(ods="VLA02", name="Rosewood House")]
        )
        row = recorded(at, product="comirnaty-30-lp81")
        where = {"ods": "RR8", "vaccination": row.public_id}
        typed = {"location": "care-home", "care_home": "rosewood", "version": "1", "reason": ""}
        answer = rosa.submit("vaccinations:edit", typed, field="location", **where)
        assert "/care-home?key=" in answer["Location"]
        page = rosa.get(answer["Location"]).content.decode()
        assert "Rosewood House" in page
        assert 'type="radio" value="as-typed" checked' not in page
        assert " checked" not in page.split('name="care_home"', 1)[1].split("</form>")[0]
