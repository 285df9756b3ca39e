"""One act for several people: what will happen, each person's result, and undoing it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from ravs.accounts.submissions import new_key
from ravs.audit.models import Event
from ravs.audit.verify import verify
from ravs.members.bulk_drain import drain
from ravs.members.models import BulkAct, BulkVerb, DeactivationReason, Membership
from ravs.members.refusals import CannotUndo, NotALeadAdministrator
from ravs.members.services import (
    begin_bulk,
    change_member,
    deactivate_member,
    reactivate_member,
    undo_bulk,
)
from ravs.members.services.bulk import Wanted
from ravs.members.services.change import Standing
from tests.clients import PageClient
from tests.evidence import left_behind, tally
from tests.people import ADMINISTRATOR, LEAD, NOON, RECORDER, Leeds, member, stranger

pytestmark = pytest.mark.django_db

DEACTIVATE = Wanted(BulkVerb.DEACTIVATE)


@pytest.fixture(autouse=True)
def noon() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def begin(leeds: Leeds, wanted: Wanted, *people: Membership) -> BulkAct:
    chosen = Membership.objects.filter(pk__in=[m.pk for m in people])
    return begin_bulk(
        actor=leeds.priya.account, organisation=leeds.organisation, wanted=wanted, chosen=chosen
    )


def do(leeds: Leeds, wanted: Wanted, *people: Membership) -> BulkAct:
    act = begin(leeds, wanted, *people)
    drain()
    act.refresh_from_db()
    return act


def undo(leeds: Leeds, act: BulkAct) -> BulkAct:
    undoing = undo_bulk(actor=leeds.priya.account, act=act)
    drain()
    return undoing


def outcomes(act: BulkAct) -> dict[str, str]:
    rows = act.rows.select_related("membership__account")
    return {row.membership.account.first_name: row.outcome for row in rows}


def fresh(membership: Membership) -> Membership:
    return Membership.objects.get(pk=membership.pk)


class TestEachVerb:
    def test_several_are_deactivated_each_with_their_own_event_and_letter(
        self, leeds: Leeds
    ) -> None:
        with left_behind() as left:
            act = do(leeds, DEACTIVATE, leeds.rosa, leeds.adam)
        assert outcomes(act) == {"Rosa": "done", "Adam": "done"}
        assert left.events == [
            "bulk.started",
            "member.deactivated",
            "member.deactivated",
            "bulk.finished",
        ]
        assert [kind for kind, _ in left.letters] == ["deactivated"] * 2
        assert tally(leeds.organisation)["active"] == 1
        assert verify(leeds.organisation.public_id).first_bad is None

    def test_several_come_back(self, leeds: Leeds) -> None:
        act = do(leeds, Wanted(BulkVerb.REACTIVATE), leeds.dev, leeds.lena, leeds.rosa)
        assert outcomes(act) == {"Dev": "done", "Lena": "done", "Rosa": "already"}
        assert fresh(leeds.dev).is_active
        how = Event.objects.filter(type="member.reactivated").values_list("data", flat=True)
        assert {data["how"] for data in how} == {"chosen"}

    def test_several_get_another_level(self, leeds: Leeds) -> None:
        wanted = Wanted(BulkVerb.LEVEL, level=ADMINISTRATOR)
        act = do(leeds, wanted, leeds.rosa, leeds.adam, leeds.ingrid, leeds.dev)
        assert outcomes(act) == {
            "Rosa": "done",
            "Adam": "already",
            "Ingrid": "done",
            "Dev": "moved-on",
        }
        assert fresh(leeds.rosa).level == ADMINISTRATOR

    def test_several_are_marked_as_vaccinators(self, leeds: Leeds) -> None:
        wanted = Wanted(BulkVerb.VACCINATOR, vaccinator=True)
        act = do(leeds, wanted, leeds.rosa, leeds.adam)
        assert outcomes(act) == {"Rosa": "already", "Adam": "done"}
        assert fresh(leeds.adam).vaccinator

    def test_invitations_are_sent_again_where_the_rule_allows(
        self, leeds: Leeds, noon: Any
    ) -> None:
        old = member(leeds.organisation, "Olga Berg", status="invited", invited_days_ago=8)
        act = do(leeds, Wanted(BulkVerb.RESEND), leeds.ingrid, old)
        assert outcomes(act) == {"Ingrid": "not-yet", "Olga": "done"}


class TestTheGuards:
    def test_the_last_lead_is_never_taken_however_many_are_chosen(self, leeds: Leeds) -> None:
        grace = member(leeds.organisation, "Grace Lund", LEAD)
        hugo = member(leeds.organisation, "Hugo Lund", LEAD)
        act = begin(leeds, DEACTIVATE, leeds.priya, grace, hugo)
        change_member(
            actor=None, membership=leeds.priya, standing=replace(Standing.of(leeds.priya))
        )
        drain()
        assert outcomes(act) == {"Priya": "yourself", "Grace": "done", "Hugo": "done"}
        leads = Membership.objects.active_lead_administrators()
        assert leads.filter(organisation=leeds.organisation).get() == leeds.priya

    def test_whoever_is_no_longer_a_lead_does_nothing_more(self, leeds: Leeds) -> None:
        grace = member(leeds.organisation, "Grace Lund", LEAD)
        act = begin(leeds, DEACTIVATE, leeds.rosa, leeds.adam)
        deactivate_member(actor=grace.account, membership=leeds.priya)
        drain()
        assert outcomes(act) == {"Rosa": "not-allowed", "Adam": "not-allowed"}
        assert fresh(leeds.rosa).is_active

    def test_only_a_lead_begins_one(self, leeds: Leeds) -> None:
        with left_behind() as left, pytest.raises(NotALeadAdministrator):
            begin_bulk(
                actor=leeds.adam.account,
                organisation=leeds.organisation,
                wanted=DEACTIVATE,
                chosen=Membership.objects.all(),
            )
        assert left.nothing

    def test_nobody_of_another_organisation_is_ever_in_it(self, leeds: Leeds) -> None:
        act = do(leeds, DEACTIVATE, leeds.rosa, stranger())
        assert outcomes(act) == {"Rosa": "done"}

    def test_a_wound_down_organisation_raises_nobody(self, leeds: Leeds) -> None:
        leeds.organisation.status = "deactivated"
        leeds.organisation.deactivated_at = leeds.priya.usable_since
        leeds.organisation.closes_on = leeds.priya.invite_sent_on + timedelta(days=90)
        leeds.organisation.save()
        act = do(leeds, Wanted(BulkVerb.LEVEL, level=LEAD), leeds.rosa)
        assert outcomes(act) == {"Rosa": "not-open"}

    def test_one_fault_keeps_nobody_else_from_their_turn(
        self, leeds: Leeds, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from ravs.members import bulk_drain

        verb = bulk_drain.deactivate_member

        def faulty(**asked: Any) -> Membership:
            if asked["membership"].pk == leeds.adam.pk:
                raise ZeroDivisionError
            return verb(**asked)

        monkeypatch.setattr(bulk_drain, "deactivate_member", faulty)
        act = do(leeds, DEACTIVATE, leeds.adam, leeds.rosa)
        assert outcomes(act) == {"Adam": "failed", "Rosa": "done"}
        assert act.finished_at


class TestUndoing:
    def test_deactivating_is_undone_at_the_level_they_had(self, leeds: Leeds) -> None:
        act = do(leeds, DEACTIVATE, leeds.rosa, leeds.adam)
        with left_behind() as left:
            assert outcomes(undo(leeds, act)) == {"Rosa": "done", "Adam": "done"}
        assert (fresh(leeds.adam).is_active, fresh(leeds.adam).level) == (True, ADMINISTRATOR)
        assert left.events == [
            "bulk.undone",
            "member.reactivated",
            "member.reactivated",
            "bulk.finished",
        ]
        assert [kind for kind, _ in left.letters] == ["reactivated"] * 2

    def test_reactivating_is_undone(self, leeds: Leeds) -> None:
        act = do(leeds, Wanted(BulkVerb.REACTIVATE), leeds.lena)
        undo(leeds, act)
        assert fresh(leeds.lena).deactivated_reason == DeactivationReason.PERSON
        last = Event.objects.filter(type="member.deactivated").latest("at")
        assert last.data["undo"] is True

    def test_levels_and_flags_go_back_to_what_each_had(self, leeds: Leeds) -> None:
        level = do(leeds, Wanted(BulkVerb.LEVEL, level=LEAD), leeds.rosa, leeds.adam)
        flag = do(leeds, Wanted(BulkVerb.VACCINATOR, vaccinator=False), leeds.rosa, leeds.adam)
        undo(leeds, flag)
        undo(leeds, level)
        rosa, adam = fresh(leeds.rosa), fresh(leeds.adam)
        assert (rosa.level, rosa.vaccinator) == (RECORDER, True)
        assert (adam.level, adam.vaccinator) == (ADMINISTRATOR, False)

    def test_what_somebody_decided_since_stays(self, leeds: Leeds) -> None:
        act = do(leeds, DEACTIVATE, leeds.rosa, leeds.adam)
        reactivate_member(actor=leeds.priya.account, membership=leeds.rosa)
        assert outcomes(undo(leeds, act)) == {"Rosa": "moved-on", "Adam": "done"}

    def test_so_does_what_the_same_person_decided_again(self, leeds: Leeds, noon: Any) -> None:
        act = do(leeds, DEACTIVATE, leeds.rosa)
        back = do(leeds, Wanted(BulkVerb.REACTIVATE), leeds.lena)
        noon.shift(timedelta(minutes=5))
        reactivate_member(actor=leeds.priya.account, membership=leeds.rosa)
        deactivate_member(actor=leeds.priya.account, membership=leeds.rosa)
        deactivate_member(actor=leeds.priya.account, membership=leeds.lena)
        reactivate_member(actor=leeds.priya.account, membership=leeds.lena)
        assert outcomes(undo(leeds, act)) == {"Rosa": "moved-on"}
        assert outcomes(undo(leeds, back)) == {"Lena": "moved-on"}
        assert (fresh(leeds.rosa).is_deactivated, fresh(leeds.lena).is_active) == (True, True)

    def test_only_for_24_hours(self, leeds: Leeds, noon: Any) -> None:
        act = do(leeds, DEACTIVATE, leeds.rosa)
        noon.shift(timedelta(hours=24, seconds=1))
        with pytest.raises(CannotUndo):
            undo(leeds, act)

    def test_only_once_and_twice_is_the_same_undoing(self, leeds: Leeds) -> None:
        act = do(leeds, DEACTIVATE, leeds.rosa)
        assert undo(leeds, act) == undo(leeds, act)
        assert Event.objects.filter(type="bulk.undone").count() == 1

    def test_an_undoing_is_not_undone(self, leeds: Leeds) -> None:
        undoing = undo(leeds, do(leeds, DEACTIVATE, leeds.rosa))
        with pytest.raises(CannotUndo):
            undo_bulk(actor=leeds.priya.account, act=undoing)

    def test_not_while_it_goes_on(self, leeds: Leeds) -> None:
        with pytest.raises(CannotUndo):
            undo_bulk(actor=leeds.priya.account, act=begin(leeds, DEACTIVATE, leeds.rosa))


@pytest.mark.once
class TestThePages:
    @pytest.fixture(autouse=True)
    def priya_is_logged_in(self, leeds: Leeds, client: PageClient) -> None:
        client.sign_in(leeds.priya.account)

    def ask(self, client: PageClient, *people: Membership, **asked: str) -> str:
        query = {**asked, "member": [str(m.public_id) for m in people]}
        answer = client.get("/o/RR8/users/several", query, follow=True)
        return " ".join(unescape(answer.content.decode()).split())

    def test_it_says_who_is_logged_out_and_which_invitations_stay_open(
        self, leeds: Leeds, client: PageClient
    ) -> None:
        PageClient().sign_in(leeds.rosa.account)
        leeds.ingrid.invited_by = leeds.rosa.account
        leeds.ingrid.save()
        page = self.ask(client, leeds.rosa, leeds.adam, verb="deactivate")
        assert "2 users can no longer log in at Leeds Teaching Hospitals" in page
        assert "1 user who is logged in now will be logged out at once" in page
        assert "invites they sent stay open for: Ingrid Holm" in page
        assert "1 active lead administrator remains" in page

    def test_oneself_and_people_it_does_not_concern_are_told_of(
        self, leeds: Leeds, client: PageClient
    ) -> None:
        page = self.ask(client, leeds.priya, leeds.dev, leeds.rosa, verb="deactivate")
        assert "1 user can no longer log in" in page
        assert "you are one of the users selected, and will stay as you are" in page

    def test_nobody_selected_leads_back_with_what_to_do(
        self, leeds: Leeds, client: PageClient
    ) -> None:
        page = self.ask(client, verb="deactivate")
        assert "Select at least one user, then choose what to do" in page

    def test_a_level_is_asked_for_first(self, leeds: Leeds, client: PageClient) -> None:
        page = self.ask(client, leeds.rosa, verb="level")
        assert "There is a problem" not in page
        page = self.ask(client, leeds.rosa, verb="level", asked="yes")
        assert "Select a permission level" in page
        page = self.ask(client, leeds.rosa, verb="level", level_to="administrator")
        assert "1 user will have the permission level administrator" in page
        assert "applies the next time they log in" in page

    def test_nonsense_in_the_address_harms_nobody(self, leeds: Leeds, client: PageClient) -> None:
        for verb in ("", "delete", "reactivate"):
            page = self.ask(client, leeds.rosa, verb=verb, status="nowhere", member="x")
            assert "Select at least one user" in page or "Nobody" in page

    def confirm(self, client: PageClient, pick: dict[str, Any], page: str = "") -> Any:
        shown = client.get("/o/RR8/users/several", pick).content.decode()
        mark = shown.partition('name="people" value="')[2].partition('"')[0]
        answers = {**pick, "key": new_key(), "people": page or mark}
        return client.post("/o/RR8/users/several", answers, follow=True)

    def test_confirming_leads_to_a_result_for_each_person(
        self, leeds: Leeds, client: PageClient
    ) -> None:
        pick = {"verb": "deactivate", "member": [leeds.rosa.public_id, leeds.adam.public_id]}
        page = self.confirm(client, pick).content.decode()
        assert "Waiting" in page
        assert "data-progress-url" in page
        act = BulkAct.objects.get()
        asked = client.page("members:several-progress", ods="RR8", act=act.public_id).json()
        assert asked == {"over": False, "words": "0 of 2 users checked, 0 changed", "done": 0}
        drain()
        done = client.page("members:several-done", ods="RR8", act=act.public_id).content.decode()
        assert "Finished. 2 of 2 users checked, 2 changed" in done
        assert "Emails that have been sent cannot be taken back" in done
        client.submit("members:several-undo", {"key": new_key()}, ods="RR8", act=act.public_id)
        drain()
        assert fresh(leeds.rosa).is_active
        done = client.page("members:several-done", ods="RR8", act=act.public_id).content.decode()
        assert "This has been undone" in done
        recent = client.page("members:several-recent", ods="RR8").content.decode()
        assert "Undo: deactivate users" in recent

    def test_everybody_that_matches_is_everybody_and_nobody_else(
        self, leeds: Leeds, client: PageClient
    ) -> None:
        for number in range(30):
            member(leeds.organisation, f"Nurse{chr(65 + number % 26)} Bank{number}")
        pick = {"verb": "deactivate", "everybody": "yes", "q": "nurse", "status": "active"}
        self.confirm(client, pick)
        drain()
        assert BulkAct.objects.get().rows.filter(outcome="done").count() == 30
        assert fresh(leeds.rosa).is_active

    def test_people_who_joined_the_list_meanwhile_are_asked_about_again(
        self, leeds: Leeds, client: PageClient
    ) -> None:
        pick = {"verb": "deactivate", "everybody": "yes", "status": "active"}
        page = self.confirm(client, pick, page="0" * 32).content.decode()
        assert "The users this is about have changed" in page
        assert not BulkAct.objects.exists()

    def test_the_check_asks_as_often_for_many_as_for_few(
        self, leeds: Leeds, client: PageClient
    ) -> None:
        pick = {"verb": "deactivate", "everybody": "yes", "status": "active"}
        used = []
        for turn in range(2):
            with CaptureQueriesContext(connection) as queries:
                client.page("members:several", query=pick, ods="RR8")
            used.append(len(queries))
            for number in range(9):
                member(leeds.organisation, f"Nia{chr(65 + number)} Poe{turn}")
        assert used[0] == used[1] <= 14


class TestNarrowing:
    @pytest.fixture(autouse=True)
    def priya_is_logged_in(self, leeds: Leeds, client: PageClient) -> None:
        client.sign_in(leeds.priya.account)

    def names(self, client: PageClient, tab: str = "list", **asked: str) -> list[str]:
        page = client.page(f"members:{tab}", query=asked, ods="RR8").content.decode()
        table = page.partition("<tbody")[2].partition("</tbody")[0]
        found = [part.partition("<")[0] for part in table.split('">')]
        firsts = ("Priya", "Rosa", "Adam", "Ingrid", "Dev", "Lena")
        return [name.partition(" ")[0] for name in found if name.startswith(firsts)]

    def test_by_level_flag_and_last_log_in(self, leeds: Leeds, client: PageClient) -> None:
        Membership.objects.filter(pk=leeds.rosa.pk).update(clock_on="2025-12-10")
        leeds.rosa.account.last_login_on = "2025-12-10"
        leeds.rosa.account.save()
        assert self.names(client, level="administrator") == ["Adam"]
        assert self.names(client, vaccinator="yes") == ["Priya", "Rosa"]
        assert self.names(client, last="week") == ["Adam", "Priya"]
        assert self.names(client, last="soon") == ["Rosa"]
        assert self.names(client, last="longer") == ["Rosa"]
        assert self.names(client, last="month") == []

    def test_by_reason(self, client: PageClient) -> None:
        assert self.names(client, "deactivated", reason="inactivity") == ["Lena"]
        assert self.names(client, "deactivated", reason="person") == ["Dev"]
        assert self.names(client, "deactivated", reason="end-date") == []

    def test_in_the_order_of_any_column_and_back(self, client: PageClient) -> None:
        assert self.names(client, sort="-name") == ["Rosa", "Priya", "Adam"]
        assert self.names(client, sort="level") == ["Rosa", "Adam", "Priya"]
        assert self.names(client, sort="-level") == ["Priya", "Adam", "Rosa"]
        assert self.names(client, sort="vaccinator") == ["Adam", "Priya", "Rosa"]
        assert self.names(client, sort="email") == ["Adam", "Priya", "Rosa"]

    def test_nonsense_narrows_by_nothing(self, client: PageClient) -> None:
        asked = {"level": "king", "sort": "password", "last": "x", "vaccinator": "1", "reason": "y"}
        assert self.names(client, **asked) == ["Adam", "Priya", "Rosa"]

    def test_the_file_holds_exactly_what_the_list_shows_and_history_knows(
        self, leeds: Leeds, client: PageClient
    ) -> None:
        leeds.adam.account.first_name = "=cmd"
        leeds.adam.account.save()
        with left_behind() as left:
            file = client.post(
                "/o/RR8/users/export", {"status": "active", "level": "administrator"}
            )
        lines = file.content.decode("utf-8-sig").splitlines()
        assert len(lines) == 2
        assert lines[1].startswith("'=cmd,Obi,adam.obi@nhs.net,No,Administrator,Active,")
        assert left.events == ["export.users"]
        assert file["Content-Disposition"] == 'attachment; filename="users-RR8-active.csv"'


class TestLongActs:
    def test_a_worker_goes_back_to_its_mail_and_is_woken_once_for_the_rest(
        self, leeds: Leeds, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from ravs.members import bulk_drain

        act = begin(leeds, DEACTIVATE, leeds.rosa, leeds.adam)
        DBTaskResult.objects.all().delete()
        monkeypatch.setattr(bulk_drain, "SECONDS_AT_A_TIME", 0.0)
        assert [drain(1), drain(1)] == [0, 0]
        waiting = DBTaskResult.objects.ready().filter(task_path__contains="wake_bulk")
        assert waiting.count() == 1
        monkeypatch.undo()
        drain()
        assert set(outcomes(act).values()) == {"done"}

    def test_an_act_that_a_worker_holds_is_left_to_it(self, leeds: Leeds) -> None:
        from ravs.members import bulk_drain

        act = begin(leeds, DEACTIVATE, leeds.rosa)
        assert bulk_drain._lease() is not None
        assert drain() == 0
        assert outcomes(act) == {"Rosa": ""}
