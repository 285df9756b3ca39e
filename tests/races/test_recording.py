"""Vaccinations are recorded, changed and counted while others do something else to the same."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone

from ravs.audit.models import Event
from ravs.core.dates import london_today
from ravs.members.models import Membership, Status
from ravs.members.services import deactivate_member
from ravs.patients.refusals import MayNotRecord
from ravs.vaccinations.models import Draft, RunningTotal, Vaccination, Version
from ravs.vaccinations.recording.complete import record_vaccination
from ravs.vaccinations.recording.refusals import (
    NotOverridden,
    RecordingRefusal,
    Unfinished,
)
from ravs.vaccinations.records.refusals import ChangedMeanwhile, RecordDeleted
from ravs.vaccinations.records.services import delete_vaccination, edit_vaccination
from ravs.vaccines.models import Batch, EnabledVaccine, VaccineType
from ravs.vaccines.services import enable_vaccine, finish_batch, withdraw_vaccine
from tests import vaccines
from tests.clients import DoorClient
from tests.evidence import assert_whole
from tests.fixtures import Rounds
from tests.people import member
from tests.races.together import Team
from tests.recording import Place, draft, patient, place, recorded
from tests.totals import assert_totals_are_right

REFUSALS = (RecordingRefusal, MayNotRecord)
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def at() -> Place:
    return place(types=("flu", "mmr"), stock=("flu-vaxigrip", "mmr-priorix"))


def tabs(who: Membership, number: int) -> list[DoorClient]:
    """The tabs of one browser: one session in each."""
    first = DoorClient()
    first.sign_in(who.account)
    others = [DoorClient() for _ in range(number - 1)]
    for other in others:
        other.cookies.update(first.cookies)
    return [first, *others]


def url(page: str, made: Draft, **more: Any) -> str:
    return reverse(f"vaccinations:{page}", kwargs={"ods": "RR8", "draft": made.public_id, **more})


def events(kind: str = "vaccination.recorded") -> list[UUID]:
    rows = Event.objects.filter(type=kind)
    return sorted(UUID(one.data["vaccination"]) for one in rows)


def assert_every_record_is_whole(at: Place) -> None:
    """One event for each record, one record for each draft, totals as counted, a whole chain."""
    rows = Vaccination.objects.order_by("public_id")
    assert events() == sorted(row.public_id for row in rows)
    assert Draft.objects.filter(saved__isnull=False).count() == len(rows)
    assert_totals_are_right()
    assert_whole(at.organisation)


def save(made: Draft, who: Membership) -> Callable[[], Vaccination]:
    return partial(record_vaccination, actor=who.account, draft=made)


def test_a_draft_that_is_sent_a_hundred_times_is_one_record(at: Place) -> None:
    """Every one of them is led to the same page, as if it had been the only one."""
    made = draft(at)
    clients = tabs(at.leeds.rosa, 100)
    with Team(len(clients)) as team:
        posts = [partial(one.post, url("check", made), {"note": "Well"}) for one in clients]
        answers = team.at_once(posts)
    assert {one.headers["Location"] for one in answers} == {url("saved", made)}
    assert {one.status_code for one in answers} == {302}
    assert Vaccination.objects.get().note == "Well"
    assert RunningTotal.objects.get().count == 1
    assert_every_record_is_whole(at)


def test_the_second_of_two_drafts_for_one_patient_is_told_of_the_first(
    at: Place, rounds: Rounds
) -> None:
    """Two people, one vaccine, one day: the second sees the repeat before it is saved."""
    people = [at.leeds.rosa, at.leeds.priya]
    with Team(2) as team:
        for number in range(rounds(200, part=20)):
            one = patient(at.leeds.rosa, f"Ada {number}", nhs_number="")
            drafts = [draft(at, who, one) for who in people]
            saving = [save(made, who) for made, who in zip(drafts, people, strict=True)]
            told = team.at_once(saving, refusals=(NotOverridden,))
            refused = [each for each in told if isinstance(each, NotOverridden)]
            assert [each.warnings[0].kind for each in refused] == ["repeat"]
            assert one.vaccinations.count() == 1
    assert_every_record_is_whole(at)


def test_two_tabs_on_one_draft_lose_no_answer(at: Place, rounds: Rounds) -> None:
    clients = tabs(at.leeds.rosa, 2)
    answers = {"consent": {"giver": "patient"}, "dose": {"dose": "second"}}
    with Team(2) as team:
        for _ in range(rounds(200, part=20)):
            made = draft(at, product="mmr-priorix", consent=None, giving=None)
            posts = [
                partial(client.post, url("step", made, step=slug), answer)
                for client, (slug, answer) in zip(clients, answers.items(), strict=True)
            ]
            assert [each.status_code for each in team.at_once(posts)] == [302, 302]
            made.refresh_from_db()
            assert made.answers["consent"]["giver"] == "patient"
            assert made.answers["dose"] == {"dose": "second"}


def test_a_draft_that_is_thrown_away_in_another_tab_is_a_record_or_gone(
    at: Place, rounds: Rounds
) -> None:
    """Whoever saves what is gone sees that it is gone; what was saved is not thrown away."""
    clients = tabs(at.leeds.rosa, 2)
    with Team(2) as team:
        for number in range(rounds(200, part=20)):
            made = draft(at, patient=patient(at.leeds.rosa, f"Ada {number}", nhs_number=""))
            saved, discarded = team.at_once(
                [
                    partial(clients[0].post, url("check", made), {"note": ""}),
                    partial(clients[1].post, url("discard", made), {"sure": "yes"}),
                ]
            )
            kept = Draft.objects.filter(pk=made.pk).first()
            if kept is None:
                assert saved.status_code == 404
            else:
                assert kept.saved is not None
                assert saved.headers["Location"] == url("saved", made)
            assert discarded.status_code == 302
    assert_every_record_is_whole(at)


def test_a_draft_takes_no_answer_while_it_is_being_saved(at: Place, rounds: Rounds) -> None:
    """An answer from another tab comes before the record, or the person is told it is saved."""
    clients = tabs(at.leeds.rosa, 3)
    with Team(3) as team:
        for number in range(rounds(100)):
            made = draft(at, patient=patient(at.leeds.rosa, f"Ada {number}", nhs_number=""))
            arm = {"injection_site": "right-arm"}
            reason = {"reason": "not-given-reason/unwell"}
            answers = team.at_once(
                [
                    partial(clients[0].post, url("check", made), {"note": ""}),
                    partial(clients[1].post, url("step", made, step="giving"), arm),
                    partial(clients[2].post, url("not-given", made), reason),
                ]
            )
            assert {each.status_code for each in answers} == {302}
            row = Vaccination.objects.get(draft=made)
            made.refresh_from_db()
            assert row.is_given == ("not-given" not in made.answers)
            if row.is_given:
                assert row.injection_site == made.answers["giving"]["injection_site"]
    assert_every_record_is_whole(at)


def test_one_edits_a_record_that_another_edits(at: Place, rounds: Rounds) -> None:
    """The second is told; what the record said before the first stays readable."""
    acts = [
        (at.leeds.rosa, {"note": {"note": "From Rosa"}}),
        (at.leeds.priya, {"consent": {"giver": "clinician", "name_clinician": "Priya Shah"}}),
    ]
    with Team(2) as team:
        for _ in range(rounds(100)):
            row = fresh_record(at)
            edits = [
                partial(
                    edit_vaccination,
                    actor=who.account,
                    vaccination=row,
                    changes=changes,
                    shown_version=1,
                )
                for who, changes in acts
            ]
            told = team.at_once(edits, refusals=(ChangedMeanwhile,))
            assert [isinstance(each, ChangedMeanwhile) for each in told].count(True) == 1
            after = Vaccination.objects.get(pk=row.pk)
            was_rosa = not isinstance(told[0], ChangedMeanwhile)
            assert (after.note == "From Rosa") == was_rosa
            assert (after.consent_giver == "clinician") == (not was_rosa)
            assert after.version == 2
            before = Version.objects.get(vaccination=row)
            assert (before.number, before.values["note"]) == (1, "")
            assert before.replaced_by == (at.leeds.rosa if was_rosa else at.leeds.priya).account
    assert_every_record_is_whole(at)


def fresh_record(at: Place) -> Vaccination:
    number = Vaccination.objects.count()
    return recorded(at, patient=patient(at.leeds.rosa, f"Ben {number}", nhs_number=""))


def test_one_deletes_a_record_that_another_edits(at: Place, rounds: Rounds) -> None:
    """It is deleted or changed, and counts only where it is not deleted."""
    for_rosa, for_priya = at.leeds.rosa.account, at.leeds.priya.account
    with Team(2) as team:
        for _ in range(rounds(100)):
            row = fresh_record(at)
            told = team.at_once(
                [
                    partial(
                        delete_vaccination,
                        actor=for_rosa,
                        vaccination=row,
                        shown_version=1,
                        reason="Twice",
                    ),
                    partial(
                        edit_vaccination,
                        actor=for_priya,
                        vaccination=row,
                        changes={"note": {"note": "Well"}},
                        shown_version=1,
                    ),
                ],
                refusals=(ChangedMeanwhile, RecordDeleted),
            )
            row.refresh_from_db()
            assert row.version == 2
            assert row.is_deleted == (row.note == "")
            assert isinstance(told[0], ChangedMeanwhile) != row.is_deleted
    assert_every_record_is_whole(at)


def long_here(batch: Batch) -> Batch:
    """One that can have been finished yesterday."""
    batch.added_at = timezone.now() - timedelta(days=30)
    batch.save(update_fields=["added_at"])
    return batch


def test_a_batch_is_finished_while_it_is_used(at: Place, rounds: Rounds) -> None:
    """After it was finished as of yesterday, nothing of today is recorded with it."""
    rosa, yesterday = at.leeds.rosa, london_today() - timedelta(days=1)
    with Team(2) as team:
        for number in range(rounds(200, part=20)):
            batch = long_here(vaccines.batch(at.site, "flu-vaxigrip", f"LAST{number}"))
            one = patient(rosa, f"Ada {number}", nhs_number="")
            made = draft(at, patient=one, batch={"batch": str(batch.public_id)})
            finish = partial(
                finish_batch, actor=at.leeds.adam.account, batch=batch, last_day=yesterday
            )
            told = team.at_once(
                [save(made, rosa), finish], refusals=(RecordingRefusal, MayNotRecord)
            )
            row = Vaccination.objects.filter(draft=made).first()
            finished = Batch.objects.get(pk=batch.pk)
            assert finished.finished_on == yesterday
            if row is None:
                assert isinstance(told[0], Unfinished)
                assert told[0].step.slug == "batch"
            else:
                assert row.recorded_at <= finished.finished_at
    assert_every_record_is_whole(at)


def test_a_vaccine_is_withdrawn_before_it_is_saved(at: Place, rounds: Rounds) -> None:
    """Then nothing is saved, and the page says so; or the record was first."""
    client = tabs(at.leeds.rosa, 1)[0]
    flu = VaccineType.objects.get(code="flu")
    withdraw = partial(withdraw_vaccine, organisation=at.organisation, type=flu)
    with Team(2) as team:
        for number in range(rounds(200, part=20)):
            enable_vaccine(actor=None, organisation=at.organisation, type=flu)
            made = draft(at, patient=patient(at.leeds.rosa, f"Ada {number}", nhs_number=""))
            post = partial(client.post, url("check", made), {"note": "Kept"})
            answer = team.at_once([post, withdraw])[0]
            row = Vaccination.objects.filter(draft=made).first()
            if row is None:
                assert "Flu has been withdrawn from your organisation" in answer.content.decode()
            else:
                assert answer.headers["Location"] == url("saved", made)
                assert row.recorded_at <= EnabledVaccine.objects.get(type=flu).withdrawn_at
    assert_every_record_is_whole(at)


def test_a_vaccinator_is_deactivated_while_they_are_named(at: Place, rounds: Rounds) -> None:
    """And whoever is deactivated while they save, saves nothing after it."""
    priya = at.leeds.priya
    with Team(3) as team:
        for number in range(rounds(100)):
            vic = member(at.organisation, f"Vic Number{number}", vaccinator=True)
            named = {"vaccinator": str(vic.public_id)}
            people = [patient(priya, f"Ada {number}{n}", nhs_number="") for n in range(2)]
            by_priya = draft(at, priya, people[0], vaccinator=named)
            by_vic = draft(at, vic, people[1], vaccinator=named)
            leave = partial(deactivate_member, actor=priya.account, membership=vic)
            acts = [save(by_priya, priya), save(by_vic, vic), leave]
            told = team.at_once(acts, refusals=REFUSALS)
            vic.refresh_from_db()
            assert vic.status == Status.DEACTIVATED
            assert told[0].__class__ in {Vaccination, Unfinished}
            assert told[1].__class__ in {Vaccination, MayNotRecord}
            for row in Vaccination.objects.filter(vaccinator=vic):
                assert row.recorded_at <= vic.deactivated_at
    assert_every_record_is_whole(at)


def test_many_who_record_change_and_delete_at_once_are_counted_right(
    at: Place, rounds: Rounds
) -> None:
    people = [member(at.organisation, f"Vic Number{n}", vaccinator=True) for n in range(8)]
    with Team(len(people) + 2) as team:
        for number in range(rounds(60, part=20)):
            drafts = [
                draft(
                    at,
                    who,
                    patient(who, f"Ada {number}{n}", nhs_number=""),
                    product=("flu-vaxigrip", "mmr-priorix")[n % 2],
                )
                for n, who in enumerate(people)
            ]
            row = fresh_record(at)
            other = fresh_record(at)
            acts: list[Callable[[], object]] = [
                save(made, who) for made, who in zip(drafts, people, strict=True)
            ]
            acts.append(
                partial(
                    delete_vaccination,
                    actor=people[0].account,
                    vaccination=row,
                    shown_version=1,
                    reason="Twice",
                )
            )
            acts.append(
                partial(
                    edit_vaccination,
                    actor=people[1].account,
                    vaccination=other,
                    changes={"note": {"note": "Well"}},
                    shown_version=1,
                )
            )
            team.at_once(acts)
            assert_totals_are_right()
    assert RunningTotal.objects.get(type__code="mmr").count == 4 * rounds(60, part=20)
    assert_every_record_is_whole(at)
