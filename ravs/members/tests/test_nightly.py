"""The whole night job: safe late, twice, broken off anywhere, and traceless when simulated."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.utils import timezone

from ravs import cli
from ravs.accounts.models import Journey, Session, Submission
from ravs.accounts.sessions import SessionStore
from ravs.audit.models import Event
from ravs.core.dates import london_today
from ravs.mail.models import Message
from ravs.members import nightly
from ravs.members.models import MemberCount, Membership
from ravs.members.nightly import Night, check_counts, run_night
from tests.evidence import assert_whole, left_behind
from tests.people import LEAD, NOON, Leeds, member, organisation

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


@pytest.fixture
def busy(leeds: Leeds) -> Leeds:
    """A night with something of everything to do."""
    member(leeds.organisation, "Ida Moss", idle_days=90)
    member(leeds.organisation, "Wilf Dunn", idle_days=76)
    member(leeds.organisation, "Una Byrne", status="invited", invited_days_ago=90)
    elsewhere = organisation("RW3", "Manchester", region="Y62")
    member(elsewhere, "Mia Ross", LEAD, idle_days=91)
    MemberCount.objects.filter(pk=elsewhere.pk).update(invited=5)
    return leeds


def night() -> Night:
    done = Night()
    for so_far in run_night(today=london_today()):
        done = so_far
    return done


def states() -> dict[str, tuple[str, str, int]]:
    rows = Membership.objects.select_related("account").order_by("pk")
    return {r.account.full_name: (r.status, r.invitation_end, r.warned_day) for r in rows}


def test_it_does_everything_that_falls_due(busy: Leeds) -> None:
    with left_behind() as left:
        done = night()
    assert str(done) == (
        "deactivated: 2, warned: 1, deactivated at their end date: 0, invites expired: 1,"
        " counts corrected: 1"
    )
    assert sorted(left.events) == [
        "member.invitation_lapsed",
        "member.lapse_warned",
        "member.lapsed",
        "member.lapsed",
        "nightly.finished",
        "organisation.digest_sent",
        "organisation.leads_told",
    ]
    finished = Event.objects.get(type="nightly.finished")
    assert finished.data == {
        "night": "2026-03-04",
        "warned": 1,
        "lapsed": 2,
        "ended": 0,
        "invitations_lapsed": 1,
        "counts_corrected": 1,
    }
    assert_whole()


def test_a_second_run_repeats_nothing(busy: Leeds) -> None:
    night()
    before = states()
    with left_behind() as left:
        done = night()
    assert str(done) == (
        "deactivated: 0, warned: 0, deactivated at their end date: 0, invites expired: 0,"
        " counts corrected: 0"
    )
    assert left.events == ["nightly.finished"]
    assert left.letters == []
    assert states() == before


def test_broken_off_after_any_step_the_next_run_does_the_rest(busy: Leeds) -> None:
    """However far each run comes, the runs together do what one would have done."""
    for steps in range(8):
        run = run_night(today=london_today())
        for _ in range(steps):
            next(run, None)
        run.close()
        assert_whole(busy.organisation)
    assert states()["Ida Moss"] == ("deactivated", "", 0)
    assert states()["Wilf Dunn"] == ("active", "", 76)
    assert states()["Una Byrne"] == ("invited", "lapsed", 0)
    told = list(Message.objects.values_list("to", flat=True))
    assert sorted(told) == [
        "ida.moss@nhs.net",
        "mia.ross@nhs.net",
        "priya.shah@nhs.net",
        "priya.shah@nhs.net",
        "wilf.dunn@nhs.net",
    ]
    assert_whole()


def test_counts_are_checked_a_few_organisations_at_a_time(
    busy: Leeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nightly, "SLICE", 1)
    assert list(check_counts()) == [0, 1]


def test_it_clears_what_nobody_comes_back_for(busy: Leeds) -> None:
    store = SessionStore()
    store.sign_in(busy.rosa.account)
    long_ago = timezone.now() - timedelta(days=9)
    Session.objects.update(expire_date=long_ago)
    for model in (Submission, Journey):
        model.objects.create(key=f"old-{model.__name__}", account=busy.rosa.account)
        model.objects.create(key=f"new-{model.__name__}", account=busy.rosa.account)
    Submission.objects.filter(key__startswith="old").update(created_at=long_ago)
    Journey.objects.filter(key__startswith="old").update(updated_at=long_ago)
    night()
    assert not Session.objects.exists()
    assert [s.key for s in Submission.objects.all()] == ["new-Submission"]
    assert [j.key for j in Journey.objects.all()] == ["new-Journey"]


def dump() -> dict[str, Any]:
    """Every row of every table."""
    return {
        model._meta.label: serializers.serialize("json", model._base_manager.order_by("pk"))
        for model in apps.get_models(include_auto_created=True)
    }


def run(*arguments: str) -> int:
    return cli.run(["nightly", *arguments])


class TestTheCommand:
    def test_it_says_what_was_done(self, busy: Leeds, capsys: Any) -> None:
        assert run() == 0
        assert capsys.readouterr().out.splitlines()[-1] == (
            "Night of 2026-03-04: deactivated: 2, warned: 1, deactivated at their end date: 0, "
            "invites expired: 1, counts corrected: 1."
        )

    @pytest.mark.parametrize("date", ["2026-03-04", "2026-03-05", "2027-01-01", "2025-01-01"])
    def test_simulated_it_changes_nothing_at_all(self, busy: Leeds, capsys: Any, date: str) -> None:
        before = dump()
        assert run("--simulate", "--date", date) == 0
        assert dump() == before
        assert "simulated, nothing kept" in capsys.readouterr().out

    def test_simulated_it_says_what_a_later_night_would_bring(
        self, busy: Leeds, capsys: Any
    ) -> None:
        run("--simulate", "--date", "2026-06-02")
        assert "deactivated: 6" in capsys.readouterr().out

    def test_a_night_to_come_is_refused(self, busy: Leeds, capsys: Any) -> None:
        before = dump()
        assert run("--date", "2026-03-05") == 1
        assert dump() == before
        shown = capsys.readouterr()
        assert shown.err == (
            "Error: 2026-03-05 has not come yet. Use --simulate to see what it would bring.\n"
        )

    @pytest.mark.time_machine("2026-06-10 23:30:00+00:00", tick=False)
    def test_tonight_is_londons_tonight(self, leeds: Leeds, capsys: Any) -> None:
        """Half past midnight in London, half past eleven of the day before elsewhere."""
        assert run("--date", "2026-06-11") == 0
        assert run() == 0
        assert "Night of 2026-06-11" in capsys.readouterr().out
        assert run("--date", "2026-06-12") == 1

    def test_a_demonstration_may_run_ahead(self, busy: Leeds, settings: Any) -> None:
        settings.MAY_RUN_FUTURE_NIGHTS = True
        assert run("--date", "2026-03-05") == 0

    @pytest.mark.parametrize("date", ["tomorrow", "2026-02-30", "04/03/2026", ""])
    def test_nonsense_is_refused(self, db: None, capsys: Any, date: str) -> None:
        assert run("--date", date) != 0
        assert len(capsys.readouterr().err.strip().splitlines()) == 1

    def test_an_events_time_is_real_whatever_night_it_is_for(self, busy: Leeds) -> None:
        run("--date", "2026-03-01")
        finished = Event.objects.get(type="nightly.finished")
        assert finished.at == timezone.now()
        assert finished.data["night"] == "2026-03-01"
