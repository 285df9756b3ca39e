"""What the night does: totals checked against the records, and what was left cleared away."""

import logging
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from ravs.members.nightly import run_night
from ravs.vaccinations.home.leavings import clear_leavings
from ravs.vaccinations.home.recount import check_totals
from ravs.vaccinations.models import Basis, Clinic, DayTotal, Draft, RunningTotal
from tests import vaccines
from tests.recording import Place, draft, recorded
from tests.totals import assert_totals_are_right
from tests.vaccinations import given, many

TODAY = date(2026, 3, 4)


class TestTheTotals:
    def test_right_ones_are_left_alone(self, at: Place) -> None:
        many(at, [TODAY - timedelta(days=back) for back in range(60)])
        assert list(check_totals(today=TODAY)) == [0]
        assert_totals_are_right()

    @pytest.mark.parametrize("basis", list(Basis))
    def test_wrong_ones_are_put_right_and_logged(
        self, at: Place, basis: Basis, caplog: Any
    ) -> None:
        many(at, [TODAY, TODAY, TODAY - timedelta(days=1)])
        DayTotal.objects.filter(basis=basis, day=TODAY).update(count=9)
        with caplog.at_level(logging.WARNING):
            assert sum(check_totals(today=TODAY)) == 1
        assert "have been put right" in caplog.text
        assert "Ada" not in caplog.text
        assert_totals_are_right()

    def test_missing_and_needless_ones_too(self, at: Place) -> None:
        many(at, [TODAY, TODAY - timedelta(days=1)])
        DayTotal.objects.filter(day=TODAY).delete()
        chapel = vaccines.site(at.organisation, "Chapel Allerton", "RR802")
        row = DayTotal.objects.filter(basis=Basis.GIVEN).first()
        assert row is not None
        row.pk, row.site = None, chapel
        row.save(force_insert=True)
        RunningTotal.objects.update(count=1)
        assert sum(check_totals(today=TODAY)) > 0
        assert_totals_are_right()
        assert sum(check_totals(today=TODAY)) == 0

    def test_the_night_does_it(self, at: Place) -> None:
        given(at)
        RunningTotal.objects.update(count=5)
        *_, night = run_night(today=TODAY)
        assert night.counts_corrected == 1
        assert_totals_are_right()


class TestWhatIsLeft:
    def old(self, *drafts: Draft) -> None:
        then = timezone.now() - timedelta(days=9)
        Draft.objects.filter(pk__in=[one.pk for one in drafts]).update(updated_at=then)

    def test_drafts_of_a_week_ago_go_and_their_records_stay(self, at: Place) -> None:
        row = recorded(at)
        left, new = draft(at), draft(at)
        self.old(left, Draft.objects.get(saved=row))
        assert list(clear_leavings(today=TODAY))
        assert list(Draft.objects.all()) == [new]
        row.refresh_from_db()
        assert not row.is_deleted

    def test_clinics_go_once_no_draft_needs_them(self, at: Place) -> None:
        clinics = [
            Clinic.objects.create(
                organisation=at.organisation,
                account=person.account,
                day=TODAY - timedelta(days=9),
                ended_at=timezone.now(),
            )
            for person in (at.leeds.rosa, at.leeds.priya)
        ]
        needed = draft(at)
        needed.clinic = clinics[0]
        needed.save(update_fields=["clinic"])
        list(clear_leavings(today=TODAY))
        assert list(Clinic.objects.all()) == [clinics[0]]
        self.old(needed)
        list(clear_leavings(today=TODAY))
        assert not Clinic.objects.exists()
