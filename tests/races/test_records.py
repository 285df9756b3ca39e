"""Many people at one record, and at one organisation's totals, at once."""

from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from ravs.core.dates import london_today
from ravs.vaccinations.models import Vaccination, Version
from ravs.vaccinations.recording.complete import record_vaccination
from ravs.vaccinations.records.refusals import ChangedMeanwhile, RecordDeleted, RecordRefusal
from ravs.vaccinations.records.services import delete_vaccination, edit_vaccination
from tests import recording
from tests.evidence import assert_whole
from tests.fixtures import Rounds
from tests.races.together import Team, at_once
from tests.recording import Place, place
from tests.totals import assert_totals_are_right
from tests.vaccinations import given, many

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def at(transactional_db: None) -> Place:
    return place()


def note(row: Vaccination, actor: Any, words: str) -> partial[Vaccination]:
    return partial(
        edit_vaccination,
        actor=actor,
        vaccination=row,
        changes={"note": {"note": words}},
        shown_version=row.version,
    )


def test_of_two_who_edit_one_record_the_second_is_told(at: Place, rounds: Rounds) -> None:
    row = given(at)
    with Team(2) as team:
        for number in range(rounds(100)):
            row.refresh_from_db()
            people = (at.leeds.rosa.account, at.leeds.priya.account)
            acts = [note(row, who, f"{who} {number}") for who in people]
            results = team.at_once(acts, refusals=(ChangedMeanwhile,))
            assert Counter(type(one).__name__ for one in results) == {
                "Vaccination": 1,
                "ChangedMeanwhile": 1,
            }
    row.refresh_from_db()
    kept = list(Version.objects.filter(vaccination=row).values_list("number", flat=True))
    assert sorted(kept) == list(range(1, row.version))
    assert_whole()


def test_twenty_who_delete_one_record_delete_it_once(at: Place) -> None:
    row = given(at)
    acts = [
        partial(
            delete_vaccination,
            actor=at.leeds.rosa.account,
            vaccination=row,
            shown_version=1,
            reason="Twice",
        )
    ] * 20
    results = at_once(acts, refusals=(RecordDeleted,))
    assert sum(isinstance(one, Vaccination) for one in results) == 1
    assert Version.objects.count() == 1
    assert_totals_are_right()
    assert_whole()


def test_recording_moving_and_deleting_at_once_keep_the_totals_right(
    at: Place, rounds: Rounds
) -> None:
    """All of one day, site and vaccine, so that every act wants the same row of totals."""
    type(at.organisation).objects.update(extended_edit=True)
    today = london_today()
    yesterday = today - timedelta(days=1)
    boxes = {
        "day_day": str(yesterday.day),
        "day_month": str(yesterday.month),
        "day_year": str(yesterday.year),
    }
    actor = at.leeds.rosa.account
    with Team(6) as team:
        for _ in range(rounds(20)):
            moved, deleted, both = many(at, [today] * 3)
            drafts = [recording.draft(at) for _ in range(2)]
            keys = ["repeat:flu:" + today.isoformat()]
            for one in drafts:
                one.overridden = keys
                one.save(update_fields=["overridden"])
            move = partial(edit_vaccination, actor=actor, changes={"date": boxes}, shown_version=1)
            delete = partial(delete_vaccination, actor=actor, shown_version=1, reason="x")
            acts: list[Any] = [partial(record_vaccination, actor=actor, draft=d) for d in drafts]
            acts += [partial(move, vaccination=moved), partial(delete, vaccination=deleted)]
            acts += [partial(move, vaccination=both), partial(delete, vaccination=both)]
            team.at_once(acts, refusals=(RecordRefusal,))
            assert_totals_are_right()
    assert_whole()
