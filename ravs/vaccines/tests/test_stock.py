"""Verbs of stock: what they write, what they refuse, what they leave in the history."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from ravs import cli
from ravs.accounts.models import Account
from ravs.audit.models import Event
from ravs.core.dates import london_today
from ravs.organisations.models import Site
from ravs.vaccines.batches import clean_number, latest_expiry
from ravs.vaccines.models import Batch, EnabledVaccine, Product, StockItem, VaccineType
from ravs.vaccines.refusals import (
    AlreadyAdded,
    AlreadyFinished,
    BatchNotPossible,
    ChangedMeanwhile,
    DayNotPossible,
    MayNotEnable,
    MayNotManageVaccines,
    NotEnabled,
    SiteIsClosed,
    SiteNotOurs,
)
from ravs.vaccines.services import (
    NewBatch,
    add_batch,
    add_stock,
    close_site,
    edit_batch,
    enable_vaccine,
    finish_batch,
    reopen_site,
    unfinish_batch,
    withdraw_vaccine,
)
from ravs.vaccines.services.stock import state_of
from tests import people, vaccines

TODAY = date(2026, 3, 4)
LATER = date(2026, 12, 31)
pytestmark = pytest.mark.django_db


@pytest.fixture
def adam(leeds: people.Leeds) -> Account:
    return leeds.adam.account


@pytest.fixture
def tivc(infirmary: Site) -> Product:
    return Product.objects.get(code="flu-tivc")


def told() -> list[str]:
    return list(Event.objects.order_by("chain", "seq").values_list("type", flat=True))


class TestAdding:
    def test_it_adds_a_batch_with_who_and_when(
        self, adam: Account, infirmary: Site, tivc: Product
    ) -> None:
        batch = add_batch(actor=adam, site=infirmary, product=tivc, number=" ab781 ", expiry=LATER)
        assert (batch.number, batch.expiry, batch.added_by) == ("AB781", LATER, adam)
        assert not batch.brought_back
        event = Event.objects.get()
        assert event.type == "batch.added"
        assert event.data == {
            "site": str(infirmary.public_id),
            "product": "vaccine:flu-tivc",
            "batch": str(batch.public_id),
            "expiry": "2026-12-31",
            "new_product": False,
        }

    def test_it_adds_to_the_item_that_is_there(
        self, adam: Account, infirmary: Site, tivc: Product
    ) -> None:
        before = StockItem.objects.count()
        add_batch(actor=adam, site=infirmary, product=tivc, number="AB1", expiry=LATER)
        assert StockItem.objects.count() == before

    def test_it_adds_several_at_several_or_none(
        self, adam: Account, leeds: people.Leeds, infirmary: Site, tivc: Product
    ) -> None:
        chapel = vaccines.site(leeds.organisation, "Chapel Allerton", "RR802")
        vaccines.batch(chapel, "flu-tivc", "AB2", expires=LATER)
        both = [NewBatch("AB1", LATER), NewBatch("AB2", LATER)]

        def add(batches: list[NewBatch]) -> Any:
            return add_stock(
                actor=adam,
                organisation=leeds.organisation,
                sites=[chapel, infirmary],
                product=tivc,
                batches=batches,
            )

        with pytest.raises(AlreadyAdded) as refusal:
            add(both)
        assert refusal.value.batch.item.site == chapel
        assert not Batch.objects.filter(number="AB1").exists()
        assert told() == []
        assert len(add(both[:1]).batches) == 2
        assert told() == ["batch.added"] * 2

    def test_a_finished_batch_is_brought_back(
        self, adam: Account, infirmary: Site, tivc: Product
    ) -> None:
        old = vaccines.batch(infirmary, "flu-tivc", "AB1", expires=LATER, finished_on=TODAY)
        batch = add_batch(actor=adam, site=infirmary, product=tivc, number="AB1", expiry=LATER)
        assert batch.pk == old.pk
        assert batch.brought_back
        assert (batch.finished_on, batch.finished_at, batch.finished_by) == (None, None, None)
        assert Event.objects.get().data["added_again"] is True

    def test_the_same_number_with_another_expiry_is_another_batch(
        self, adam: Account, infirmary: Site, tivc: Product
    ) -> None:
        for expiry in (LATER, LATER + timedelta(days=1)):
            add_batch(actor=adam, site=infirmary, product=tivc, number="AB1", expiry=expiry)
        assert Batch.objects.filter(number="AB1").count() == 2

    def test_it_refuses_a_closed_site_and_anybody_elses(
        self, adam: Account, leeds: people.Leeds, tivc: Product
    ) -> None:
        closed = vaccines.closed_site(leeds.organisation)
        with pytest.raises(SiteIsClosed):
            add_batch(actor=adam, site=closed, product=tivc, number="AB1", expiry=LATER)
        theirs = vaccines.site(people.stranger().organisation, "Wythenshawe", "RW301")
        with pytest.raises(SiteNotOurs):
            add_stock(
                actor=adam,
                organisation=leeds.organisation,
                sites=[theirs],
                product=tivc,
                batches=[NewBatch("AB1", LATER)],
            )

    @pytest.mark.parametrize("code", ["abrysvo", "comirnaty-30-jn1"])
    def test_it_refuses_what_is_not_enabled_or_not_valid_any_more(
        self, adam: Account, infirmary: Site, code: str
    ) -> None:
        product = Product.objects.get(code=code)
        with pytest.raises(NotEnabled):
            add_batch(actor=adam, site=infirmary, product=product, number="AB1", expiry=LATER)

    def test_the_london_service_may_stock_flu(
        self, adam: Account, leeds: people.Leeds, infirmary: Site, tivc: Product
    ) -> None:
        EnabledVaccine.objects.all().delete()
        vaccines.enable(leeds.organisation, "flu-london")
        add_batch(actor=adam, site=infirmary, product=tivc, number="AB1", expiry=LATER)

    def test_it_asks_as_many_questions_for_a_batch_whatever_the_stock(
        self,
        adam: Account,
        infirmary: Site,
        tivc: Product,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for number in range(30):
            vaccines.batch(infirmary, "flu-tivc", f"OLD{number}")
        # The locks and the right, what may be added, the item, its twin, the batch and its event;
        # twice whether another file of the catalogue has come in.
        with django_assert_max_num_queries(21):
            add_batch(actor=adam, site=infirmary, product=tivc, number="AB1", expiry=LATER)


@pytest.mark.parametrize("who", ["rosa", "ingrid", "dev", "lena"])
def test_it_refuses_whoever_may_not_manage_vaccines(
    leeds: people.Leeds, infirmary: Site, tivc: Product, who: str
) -> None:
    actor = leeds.people[who].account
    batch = vaccines.batch(infirmary)
    acts = [
        lambda: add_batch(actor=actor, site=infirmary, product=tivc, number="AB", expiry=LATER),
        lambda: edit_batch(actor=actor, batch=batch, details=NewBatch("AB", LATER)),
        lambda: finish_batch(actor=actor, batch=batch),
        lambda: unfinish_batch(actor=actor, batch=batch),
        lambda: close_site(actor=actor, site=infirmary),
        lambda: reopen_site(actor=actor, site=infirmary),
    ]
    for act in acts:
        with pytest.raises(MayNotManageVaccines):
            act()
    assert told() == []


def test_it_refuses_at_an_organisation_that_is_deactivated(at_noon: None) -> None:
    leeds = people.leeds("deactivated")
    site = vaccines.stocked(leeds.organisation)
    with pytest.raises(MayNotManageVaccines):
        finish_batch(actor=leeds.priya.account, batch=vaccines.batch(site))


class TestTheRulesOfABatch:
    @pytest.mark.parametrize(
        ("typed", "number"),
        [
            ("ab781-10/4", "AB781-10/4"),
            ("  a  b  1 ", "A B 1"),
            ("AB–1", "AB-1"),
            ("\uff21\uff22\uff11", "AB1"),
            ("a\u200bb", "AB"),
            ("A" * 100, "A" * 100),
        ],
    )
    def test_it_writes_numbers_one_way(self, typed: str, number: str) -> None:
        assert clean_number(typed) == number

    @pytest.mark.parametrize(
        "typed", ["", " ", "A", "A" * 101, "AB_1", "AB.1", "É1", "--", "A\x00"]
    )
    def test_it_refuses_what_is_no_number(self, typed: str) -> None:
        with pytest.raises(BatchNotPossible):
            clean_number(typed)

    @pytest.mark.parametrize(
        ("expiry", "is_possible"),
        [
            (TODAY - timedelta(days=1), False),
            (TODAY, True),
            (date(2041, 3, 3), True),
            (date(2041, 3, 4), False),
        ],
    )
    def test_the_expiry_is_today_or_later_and_not_absurd(
        self, adam: Account, infirmary: Site, tivc: Product, expiry: date, is_possible: bool
    ) -> None:
        def add() -> Batch:
            return add_batch(actor=adam, site=infirmary, product=tivc, number="AB1", expiry=expiry)

        if is_possible:
            assert add().expiry == expiry
        else:
            with pytest.raises(BatchNotPossible):
                add()

    def test_fifteen_years_from_29_february(self) -> None:
        assert latest_expiry(date(2028, 2, 29)) == date(2043, 2, 28)
        assert latest_expiry(date(2028, 3, 1)) == date(2043, 2, 28)

    @pytest.mark.parametrize(
        ("moment", "day"),
        [
            ("2026-03-29 00:30:00+00:00", date(2026, 3, 29)),
            ("2026-07-01 23:30:00+00:00", date(2026, 7, 2)),
            ("2026-10-25 00:30:00+00:00", date(2026, 10, 25)),
            ("2028-02-29 12:00:00+00:00", date(2028, 2, 29)),
        ],
    )
    def test_today_is_londons(
        self, adam: Account, infirmary: Site, tivc: Product, moment: str, day: date
    ) -> None:
        with time_machine.travel(moment, tick=False):
            add_batch(actor=adam, site=infirmary, product=tivc, number="AB1", expiry=day)
            before = day - timedelta(days=1)
            with pytest.raises(BatchNotPossible):
                add_batch(actor=adam, site=infirmary, product=tivc, number="AB2", expiry=before)
            batch = finish_batch(actor=adam, batch=Batch.objects.get(number="AB1"))
            assert batch.finished_on == day == london_today()

    def test_the_pack_size_is_needed_where_packs_are_claimed(
        self, adam: Account, leeds: people.Leeds, infirmary: Site
    ) -> None:
        product = Product.objects.get(code="comirnaty-3-lp81")
        leeds.organisation.type = "community-pharmacy"
        leeds.organisation.save()
        for size in ("", "dozen"):
            with pytest.raises(BatchNotPossible) as refusal:
                add_batch(
                    actor=adam,
                    site=infirmary,
                    product=product,
                    number="AB1",
                    expiry=LATER,
                    pack_size=size,
                )
            assert refusal.value.field == "pack_size"


class TestEditing:
    def test_it_changes_a_batch_and_tells_what(self, adam: Account, infirmary: Site) -> None:
        batch = vaccines.batch(infirmary, number="AB1", expires=LATER)
        edited = edit_batch(
            actor=adam,
            batch=batch,
            details=NewBatch("ab2", LATER + timedelta(days=1)),
            seen=state_of(batch),
        )
        assert edited.number == "AB2"
        data = Event.objects.get().data
        assert data["number_changed"] is True
        assert (data["expiry_before"], data["expiry_after"]) == ("2026-12-31", "2027-01-01")

    def test_no_difference_leaves_no_event(self, adam: Account, infirmary: Site) -> None:
        batch = vaccines.batch(infirmary, number="AB1", expires=LATER)
        edit_batch(actor=adam, batch=batch, details=NewBatch("AB1", LATER))
        assert told() == []

    def test_it_refuses_what_another_batch_is_called(self, adam: Account, infirmary: Site) -> None:
        vaccines.batch(infirmary, number="AB1", expires=LATER, finished_on=TODAY)
        batch = vaccines.batch(infirmary, number="AB2", expires=LATER)
        with pytest.raises(AlreadyAdded):
            edit_batch(actor=adam, batch=batch, details=NewBatch("AB1", LATER))

    def test_it_refuses_a_batch_that_changed_or_was_finished_meanwhile(
        self, adam: Account, infirmary: Site
    ) -> None:
        batch = vaccines.batch(infirmary, number="AB1", expires=LATER)
        seen = state_of(batch)
        finish_batch(actor=adam, batch=batch)
        with pytest.raises(ChangedMeanwhile):
            edit_batch(actor=adam, batch=batch, details=NewBatch("AB2", LATER), seen=seen)
        with pytest.raises(AlreadyFinished):
            edit_batch(actor=adam, batch=batch, details=NewBatch("AB2", LATER))


class TestFinishing:
    def test_its_last_day_is_today_where_none_is_said(self, adam: Account, infirmary: Site) -> None:
        batch = finish_batch(actor=adam, batch=vaccines.batch(infirmary, number="AB1"))
        assert (batch.finished_on, batch.finished_by) == (TODAY, adam)
        assert batch.is_usable_on(TODAY)
        assert not batch.is_usable_on(TODAY + timedelta(days=1))
        assert Event.objects.get().data["last_day"] == "2026-03-04"

    def test_the_same_day_again_changes_nothing(self, adam: Account, infirmary: Site) -> None:
        batch = vaccines.batch(infirmary)
        for _ in range(2):
            finish_batch(actor=adam, batch=batch)
        assert told() == ["batch.finished"]

    def test_another_day_moves_it(self, adam: Account, infirmary: Site) -> None:
        batch = finish_batch(actor=adam, batch=vaccines.batch(infirmary))
        moved = finish_batch(actor=adam, batch=batch, last_day=TODAY + timedelta(days=2))
        assert moved.finished_on == date(2026, 3, 6)

    @pytest.mark.parametrize(
        ("day", "is_possible"),
        [
            (date(2026, 3, 3), False),
            (TODAY, True),
            (LATER, True),
            (LATER + timedelta(days=1), False),
        ],
    )
    def test_the_day_lies_between_adding_and_expiry(
        self, adam: Account, infirmary: Site, day: date, is_possible: bool
    ) -> None:
        batch = vaccines.batch(infirmary, expires=LATER)
        if is_possible:
            assert finish_batch(actor=adam, batch=batch, last_day=day).finished_on == day
        else:
            with pytest.raises(DayNotPossible):
                finish_batch(actor=adam, batch=batch, last_day=day)

    def test_it_is_taken_back(self, adam: Account, infirmary: Site) -> None:
        batch = finish_batch(actor=adam, batch=vaccines.batch(infirmary))
        for _ in range(2):
            batch = unfinish_batch(actor=adam, batch=batch)
        assert (batch.finished_on, batch.finished_at, batch.finished_by) == (None, None, None)
        assert told() == ["batch.finished", "batch.brought_back"]


def test_a_site_is_closed_and_reopened_once(adam: Account, infirmary: Site) -> None:
    for verb in (close_site, close_site, reopen_site, reopen_site):
        site = verb(actor=adam, site=infirmary)
    assert site.status == Site.Status.OPEN
    assert told() == ["site.closed", "site.reopened"]


class TestEnabling:
    def test_a_command_enables_and_withdraws_any_type(
        self, leeds: people.Leeds, capsys: Any
    ) -> None:
        vaccines.catalogue()
        for words in ("enable", "enable", "withdraw", "withdraw", "enable"):
            assert cli.run(["vaccines", words, "--ods", "RR8", "--type", "rsv"]) == 0
        assert capsys.readouterr().out.splitlines()[-1].endswith("(RR8) can give RSV.")
        row = EnabledVaccine.objects.get()
        assert row.withdrawn_at is None
        assert told() == ["vaccine.enabled", "vaccine.withdrawn", "vaccine.enabled"]

    def test_a_command_names_the_types_there_are(self, leeds: people.Leeds, capsys: Any) -> None:
        vaccines.catalogue()
        assert cli.run(["vaccines", "enable", "--ods", "RR8", "--type", "pox"]) == 1
        assert "There is no vaccine pox. There are: 4-in-1, 6-in-1" in capsys.readouterr().err

    def test_a_pharmacy_enables_what_any_site_may(self, leeds: people.Leeds, adam: Account) -> None:
        vaccines.catalogue()
        flu, rsv = (VaccineType.objects.get(code=code) for code in ("flu", "rsv"))
        with pytest.raises(MayNotEnable):
            enable_vaccine(actor=adam, organisation=leeds.organisation, type=flu)
        leeds.organisation.type = "community-pharmacy"
        leeds.organisation.save()
        enable_vaccine(actor=adam, organisation=leeds.organisation, type=flu)
        with pytest.raises(MayNotEnable):
            enable_vaccine(actor=adam, organisation=leeds.organisation, type=rsv)

    def test_withdrawing_what_was_never_enabled_changes_nothing(self, leeds: people.Leeds) -> None:
        vaccines.catalogue()
        flu = VaccineType.objects.get(code="flu")
        assert not withdraw_vaccine(organisation=leeds.organisation, type=flu)
        assert told() == []
