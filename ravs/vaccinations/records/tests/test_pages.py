"""The page of a record, editing and deleting it, as a person does it."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from ravs.accounts.submissions import new_key
from ravs.audit.models import Event
from ravs.members.permissions import Permission
from ravs.vaccinations.models import Vaccination, Version
from ravs.vaccinations.records.refusals import ReasonMissing
from ravs.vaccinations.records.services import delete_vaccination
from tests import vaccines
from tests.clients import PageClient
from tests.evidence import left_behind
from tests.people import stranger
from tests.recording import Place, recorded
from tests.totals import assert_totals_are_right
from tests.vaccinations import given

pytestmark = pytest.mark.once

TODAY = date(2026, 3, 4)


def opened(client: PageClient, row: Vaccination, name: str = "view", **keys: Any) -> str:
    answer = client.page(f"vaccinations:{name}", ods="RR8", vaccination=row.public_id, **keys)
    return str(answer.content.decode())


def sent(client: PageClient, row: Vaccination, field: str, status: int = 302, **typed: str) -> Any:
    data = {"key": new_key(), "version": str(row.version), **typed}
    return client.submit(
        "vaccinations:edit", data, status=status, ods="RR8", vaccination=row.public_id, field=field
    )


def fresh(row: Vaccination) -> Vaccination:
    return Vaccination.objects.get(pk=row.pk)


class TestTheRecord:
    def test_it_says_everything_and_who(self, at: Place, rosa: PageClient) -> None:
        row = recorded(at, product="comirnaty-30-lp81")
        page = opened(rosa, row)
        for words in (
            "Ada Brook", "15 January 1986", "999 000 0018", "COVID-19", "COMI1", "Left arm",
            "Leeds General Infirmary", "Rosa Keane recorded it on 4 March 2026 at midday",
        ):  # fmt: skip
            assert words in page, words
        assert "Ada" not in re.findall("<title>(.*?)</title>", page, re.DOTALL)[0]

    def test_every_opening_is_an_event(self, record: Vaccination, rosa: PageClient) -> None:
        with left_behind() as left:
            opened(rosa, record)
            opened(rosa, record)
        assert left.events == ["vaccination.viewed"] * 2
        event = Event.objects.filter(type="vaccination.viewed").first()
        assert event is not None
        assert event.subject == record.patient.public_id
        assert "Brook" not in str(event.data)

    def test_warnings_that_were_overridden_stand_there_in_plain_words(
        self, at: Place, rosa: PageClient
    ) -> None:
        given(at, product="mmr-priorix", on=TODAY - timedelta(days=20))
        row = recorded(at, product="mmr-priorix")
        assert row.warnings
        page = opened(rosa, row)
        assert "The previous dose was given more recently than is usual" in page
        assert not re.search(r"mmr-[a-z-]*:\d{4}", page)

    def test_a_late_record_says_so(self, at: Place, rosa: PageClient) -> None:
        assert "Recorded late" in opened(rosa, given(at, on=TODAY - timedelta(days=1)))

    def test_the_guides_parts_can_be_changed(self, record: Vaccination, rosa: PageClient) -> None:
        changed = re.findall(r"/edit/([a-z-]+)", opened(rosa, record))
        assert changed == ["batch", "vaccinator", "consent", "giving", "note"]

    def test_the_larger_set_where_the_organisation_chose_it(
        self, at: Place, record: Vaccination, rosa: PageClient
    ) -> None:
        type(at.organisation).objects.update(extended_edit=True)
        changed = set(re.findall(r"/edit/([a-z-]+)", opened(rosa, record)))
        assert {"date", "product", "eligibility"} <= changed

    def test_one_not_given_can_be_read_and_deleted(self, at: Place, rosa: PageClient) -> None:
        page = opened(rosa, given(at, outcome="not-given"))
        assert "Patient declined" in page
        assert "/edit/" not in page
        assert "Delete this record" in page

    @pytest.mark.parametrize("name", ["view", "delete", "version", "edit"])
    def test_a_stranger_finds_nothing(
        self, record: Vaccination, client: PageClient, name: str
    ) -> None:
        client.sign_in(stranger().account)
        keys = {"version": {"number": 1}, "edit": {"field": "note"}}.get(name, {})
        with left_behind() as left:
            client.page(
                f"vaccinations:{name}",
                status=404, ods="RW3", vaccination=record.public_id, **keys,
            )  # fmt: skip
        assert left.nothing

    def test_what_was_edited_stays_readable(self, record: Vaccination, rosa: PageClient) -> None:
        sent(rosa, record, "giving", injection_site="right-arm", reason="The other arm")
        page = opened(rosa, record)
        assert "Rosa Keane changed it on 4 March 2026 at midday" in page
        assert "was “Left arm”, now “Right arm”" in page
        assert "Reason: The other arm" in page
        assert "Edited" in page
        earlier = opened(rosa, record, "version", number=1)
        assert "Left arm" in earlier
        assert "Right arm" not in earlier
        assert "/edit/" not in earlier
        rosa.page(
            "vaccinations:version", status=404, ods="RR8", vaccination=record.public_id, number=2
        )

    def test_a_deactivated_organisation_keeps_its_records(
        self, at: Place, record: Vaccination, rosa: PageClient
    ) -> None:
        type(at.organisation).objects.update(
            status="deactivated",
            deactivated_at=record.recorded_at,
            closes_on=TODAY + timedelta(days=90),
        )
        assert "/edit/note" in opened(rosa, record)
        sent(rosa, record, "note", note="Still here")
        assert fresh(record).note == "Still here"


class TestEditing:
    def test_it_shows_what_the_record_says(self, at: Place, rosa: PageClient) -> None:
        row = given(at, product="flu-fluenz", full_dose=False, note="Nervous")
        page = opened(rosa, row, "edit", field="giving")
        assert re.search(r'value="no" checked', page)
        assert "Nervous" in opened(rosa, row, "edit", field="note")
        assert "Ada" not in page.partition("</title>")[0]

    def test_it_says_what_was_saved(self, record: Vaccination, rosa: PageClient) -> None:
        answer = sent(rosa, record, "note", note="Seen")
        page = rosa.get(answer["Location"]).content.decode()
        assert "Changes saved: note." in page
        assert "Find another record" in page

    def test_the_same_again_saves_nothing(self, record: Vaccination, rosa: PageClient) -> None:
        answer = sent(rosa, record, "note", note="")
        assert "Nothing was changed" in rosa.get(answer["Location"]).content.decode()
        assert fresh(record).version == 1

    def test_a_double_click_saves_once(self, record: Vaccination, rosa: PageClient) -> None:
        key = new_key()
        for _ in range(2):
            sent(rosa, record, "note", note="Seen", key=key)
        assert Version.objects.count() == 1

    def test_the_second_of_two_is_told_and_loses_nothing(
        self, at: Place, record: Vaccination, rosa: PageClient
    ) -> None:
        """Priya saves first. Rosa reads what Priya did beside what she typed, and decides."""
        priya = PageClient()
        priya.sign_in(at.leeds.priya.account)
        sent(priya, record, "giving", injection_site="right-arm")
        page = sent(rosa, record, "note", status=200, note="Typed by Rosa").content.decode()
        assert "Priya Shah changed it on 4 March 2026" in page
        assert "was “Left arm”, now “Right arm”" in page
        assert "Typed by Rosa" in page
        assert fresh(record).note == ""
        key = re.findall(r'name="key" value="([^"]+)"', page)[0]
        version = re.findall(r'name="version" value="([^"]+)"', page)[0]
        sent(rosa, record, "note", note="Typed by Rosa", key=key, version=version)
        now = fresh(record)
        assert (now.note, now.injection_site, now.version) == ("Typed by Rosa", "right-arm", 3)

    def test_an_error_is_explained_beside_the_question(
        self, record: Vaccination, rosa: PageClient
    ) -> None:
        page = sent(rosa, record, "note", status=200, note="x" * 1001, reason="y" * 501)
        text = page.content.decode()
        assert "Note must be 1000 characters or fewer" in text
        assert "Why are you changing this? (optional) must be 500 characters or fewer" in text

    @pytest.mark.parametrize("field", ["vaccine", "patient", "nonsense"])
    def test_what_nobody_edits_is_not_found(
        self, record: Vaccination, rosa: PageClient, field: str
    ) -> None:
        rosa.page(
            "vaccinations:edit", status=404, ods="RR8", vaccination=record.public_id, field=field
        )

    def test_a_part_that_is_not_edited_here_leads_back(
        self, record: Vaccination, rosa: PageClient
    ) -> None:
        answer = rosa.page(
            "vaccinations:edit", status=302, ods="RR8", vaccination=record.public_id, field="date"
        )
        assert "cannot be edited" in rosa.get(answer["Location"]).content.decode()

    def test_a_new_product_leads_on_to_its_batch_and_its_dose(
        self, at: Place, record: Vaccination, rosa: PageClient
    ) -> None:
        type(at.organisation).objects.update(extended_edit=True)
        first = sent(rosa, record, "product", product="flu-fluenz", reason="Mixed up")
        assert "/edit/batch?key=" in first["Location"]
        assert fresh(record).version == 1
        page = rosa.get(first["Location"]).content.decode()
        assert "FLU-1" in page
        key = re.findall(r'name="key" value="([^"]+)"', page)[0]
        spray = str(at.batches["flu-fluenz"].public_id)
        second = sent(rosa, record, "batch", batch=spray, key=key, reason="Mixed up")
        assert "/edit/giving?key=" in second["Location"]
        assert "nostril" in rosa.get(second["Location"]).content.decode()
        last = sent(rosa, record, "giving", full_dose="yes", key=key, reason="Mixed up")
        assert "product, batch, dose" in rosa.get(last["Location"]).content.decode()
        now = fresh(record)
        assert (now.route, now.version, now.full_dose) == ("nasal", 2, True)

    def test_whoever_goes_back_to_another_product_is_asked_for_its_batch(
        self, at: Place, record: Vaccination, rosa: PageClient
    ) -> None:
        type(at.organisation).objects.update(extended_edit=True)
        vaccines.batch(at.site, "flu-ativ", "ATIV-1")
        first = sent(rosa, record, "product", product="flu-fluenz", reason="Mixed up")
        key = re.findall(r"key=(.+)", first["Location"])[0].replace("%3A", ":")
        spray = str(at.batches["flu-fluenz"].public_id)
        sent(rosa, record, "batch", batch=spray, key=key, reason="Mixed up")
        again = sent(rosa, record, "product", product="flu-ativ", key=key, reason="Mixed up")
        assert "/edit/batch?key=" in again["Location"]
        assert "ATIV-1" in rosa.get(again["Location"]).content.decode()
        assert fresh(record).version == 1


class TestDeleting:
    def delete(self, rosa: PageClient, row: Vaccination, status: int = 302, **typed: str) -> Any:
        data = {"key": new_key(), "version": str(row.version), **typed}
        return rosa.submit(
            "vaccinations:delete", data, status=status, ods="RR8", vaccination=row.public_id
        )

    def test_it_is_asked_naming_patient_and_vaccine(
        self, record: Vaccination, rosa: PageClient
    ) -> None:
        page = opened(rosa, record, "delete")
        assert "Ada Brook, Flu, " in page
        assert "Ada" not in page.partition("</title>")[0]

    def test_a_reason_is_needed(self, record: Vaccination, rosa: PageClient) -> None:
        page = self.delete(rosa, record, status=200, reason=" ").content.decode()
        assert "Enter why you are deleting this record" in page
        assert not fresh(record).is_deleted
        with left_behind() as left, pytest.raises(ReasonMissing):
            delete_vaccination(
                actor=record.recorder, vaccination=record, shown_version=1, reason="  "
            )
        assert left.nothing

    def test_it_leaves_the_list_and_the_totals_and_stays_readable(
        self, record: Vaccination, rosa: PageClient
    ) -> None:
        with left_behind() as left:
            answer = self.delete(rosa, record, reason="Recorded twice")
        assert left.events == ["vaccination.deleted"]
        page = rosa.get(answer["Location"]).content.decode()
        assert "The flu record has been deleted" in page
        assert_totals_are_right()
        kept = opened(rosa, record)
        assert "Rosa Keane deleted this record on 4 March 2026" in kept
        assert "Reason: Recorded twice" in kept
        assert "/edit/" not in kept
        assert "Delete this record" not in kept
        assert "Flu" in opened(rosa, record, "version", number=1)

    def test_twice_deletes_once(self, record: Vaccination, rosa: PageClient) -> None:
        for _ in range(2):
            self.delete(rosa, record, reason="Recorded twice")
        assert Version.objects.count() == 1
        assert_totals_are_right()

    def test_whoever_saw_another_version_is_told(
        self, at: Place, record: Vaccination, rosa: PageClient
    ) -> None:
        sent(rosa, record, "note", note="It was right")
        page = self.delete(rosa, record, status=200, reason="Wrong").content.decode()
        assert "Somebody else changed this record" in page
        assert "Wrong" in page
        assert not fresh(record).is_deleted


def test_what_was_recorded_by_the_journey_can_be_edited_at_once(
    at: Place, rosa: PageClient
) -> None:
    """Every product, with all that its questions bring, stands again in the forms of editing."""
    pregnant = {
        "eligibility": {"eligibility": "pregnant"},
        "due-date": {"due_date_day": "1", "due_date_month": "7", "due_date_year": "2026"},
    }
    for product in at.batches:
        row = recorded(at, product=product, **(pregnant if "pertussis" in product else {}))
        for field in re.findall(r"/edit/([a-z-]+)", opened(rosa, row)):
            page = opened(rosa, row, "edit", field=field)
            assert field == "note" or "checked" in page, (product, field)


def test_the_pages_ask_for_the_right_to_edit() -> None:
    from tests.guards.house import routes

    found = {r.name: r.access for r in routes() if "/records" in r.pattern}
    assert set(found.values()) == {Permission.EDIT_VACCINATIONS}


def test_another_site_of_the_same_product_is_no_choice(
    at: Place, record: Vaccination, rosa: PageClient
) -> None:
    other = vaccines.site(at.organisation, "Chapel Allerton", "RR802")
    vaccines.batch(other, number="ELSEWHERE")
    assert "ELSEWHERE" not in opened(rosa, record, "edit", field="batch")
