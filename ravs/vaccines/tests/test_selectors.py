"""What recording asks of the catalogue and of stock."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from ravs.vaccines import selectors
from ravs.vaccines.models import OptionKind, Product, VaccineType
from tests import people, vaccines

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

TODAY = date(2026, 3, 4)


def type_of(code: str) -> VaccineType:
    return VaccineType.objects.get(code=code)


def codes(rows: Any) -> list[str]:
    return [row.code for row in rows]


def test_it_lists_what_is_enabled_and_stocked_a_to_z(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    trust = people.organisation()
    site = vaccines.stocked(trust, ["rsv", "flu", "menb"])
    vaccines.enable(trust, "mmr", "flu-london")

    # What is enabled or kept, and whether another file of the catalogue has come in.
    with django_assert_num_queries(2):
        assert codes(selectors.enabled_types(trust, TODAY)) == [
            "flu",
            "flu-london",
            "menb",
            "mmr",
            "rsv",
        ]
    with django_assert_num_queries(2):
        kept = {product.type_id for product in selectors.products_kept(site, TODAY)}
    assert kept == {type_of(code).pk for code in ("flu", "menb", "rsv")}


def test_it_leaves_out_what_was_withdrawn() -> None:
    trust = people.organisation()
    vaccines.stocked(trust, ["flu"])
    trust.enabled_vaccines.update(withdrawn_at=timezone.now())

    assert selectors.enabled_types(trust, TODAY) == []
    assert selectors.sites_with_stock(trust) == []


def test_it_gives_the_london_service_the_stock_of_flu() -> None:
    trust = people.organisation()
    site = vaccines.stocked(trust, ["flu"])
    vaccines.enable(trust, "flu-london")

    kept = {product.type_id for product in selectors.products_kept(site, TODAY)}

    assert kept == {type_of("flu-london").stock_type_id}
    assert "age-fluenz" in codes(selectors.rules(type_of("flu-london"), TODAY))


def test_it_lists_open_sites_that_keep_something_they_may_give() -> None:
    trust = people.organisation()
    vaccines.stocked(trust, ["flu"], name="wharfedale Hospital", ods="RR802")
    vaccines.batch(vaccines.site(trust, "Chapel Allerton", "RR803"))
    vaccines.batch(vaccines.closed_site(trust))
    vaccines.site(trust, "Empty Clinic", "RR804")
    vaccines.batch(vaccines.site(trust, "Maternity", "RR805"), "abrysvo")

    names = [site.name for site in selectors.sites_with_stock(trust)]

    assert names == ["Chapel Allerton", "wharfedale Hospital"]


def test_it_offers_a_product_on_the_days_it_is_valid() -> None:
    trust = people.organisation()
    site = vaccines.stocked(trust, ["covid-19"])
    vaccines.item(site, "comirnaty-30-jn1")

    then = codes(selectors.products_kept(site, date(2025, 8, 31)))
    now = codes(selectors.products_kept(site, date(2025, 9, 1)))

    assert "comirnaty-30-jn1" in then
    assert "comirnaty-30-jn1" not in now
    assert "comirnaty-30-lp81" in now
    assert "comirnaty-30-lp81" not in then


@pytest.mark.parametrize(
    ("day", "usable"),
    [
        (date(2026, 3, 3), ["EARLY", "SAME", "ENDED"]),
        (date(2026, 3, 4), ["EARLY", "SAME", "ENDED"]),
        (date(2026, 3, 5), ["EARLY", "SAME"]),
        (date(2026, 3, 6), ["SAME"]),
    ],
)
def test_it_offers_a_batch_through_its_last_day(day: date, usable: list[str]) -> None:
    vaccines.catalogue()
    site = vaccines.site(people.organisation())
    vaccines.batch(site, number="SAME", expires=date(2026, 3, 9))
    vaccines.batch(site, number="EARLY", expires=date(2026, 3, 5))
    vaccines.batch(site, number="ENDED", expires=date(2026, 4, 1), finished_on=date(2026, 3, 4))
    vaccines.batch(site, "flu-tivc", number="OTHER")
    vaxigrip = Product.objects.get(code="flu-vaxigrip")

    found = selectors.usable_batches(site, vaxigrip, day)

    assert [batch.number for batch in found] == usable


def test_it_offers_the_answers_of_the_day() -> None:
    vaccines.catalogue()
    rsv = type_of("rsv")

    assert codes(selectors.options(OptionKind.ELIGIBILITY, date(2026, 2, 28), rsv)) == [
        "pregnant",
        "aged-75-to-80",
    ]
    assert codes(selectors.options(OptionKind.ELIGIBILITY, date(2026, 3, 1), rsv)) == [
        "pregnant",
        "age-or-at-risk",
    ]
    legacy = selectors.options(OptionKind.ELIGIBILITY, date(2025, 7, 31), rsv)
    assert len(legacy) == 12
    assert len(selectors.options(OptionKind.CONSENT_GIVER, TODAY)) == 6
    assert selectors.options(OptionKind.ELIGIBILITY, TODAY) == []


def test_it_keeps_the_order_of_the_file() -> None:
    vaccines.catalogue()
    flu = selectors.options(OptionKind.ELIGIBILITY, TODAY, type_of("flu"))
    assert [option.label for option in flu][:3] == ["Based on age", "Healthcare worker", "Pregnant"]


def test_it_holds_a_rule_of_the_london_service_in_london_pharmacies_alone() -> None:
    vaccines.catalogue()
    mmr = type_of("mmr")
    pharmacy = people.organisation("FA123", "Camden Pharmacy", region="Y56")
    pharmacy.type = "community-pharmacy"
    trust = people.organisation("RRV", "Camden Trust", region="Y56")

    assert "london-mmr" in codes(selectors.rules(mmr, TODAY, pharmacy))
    assert "london-mmr" not in codes(selectors.rules(mmr, TODAY, trust))
    assert "london-mmr" not in codes(selectors.rules(mmr, TODAY))


@pytest.mark.parametrize(
    ("type_", "route", "dose", "code"),
    [
        ("flu", "injection", "", "985151000000100"),
        ("flu", "injection", "first", "985151000000100"),
        ("flu", "injection", "second", "985171000000109"),
        ("flu", "nasal", "second", "884881000000109"),
        ("flu", "oral", "", ""),
        ("menb", "injection", "booster", "720544006"),
        ("rotavirus", "oral", "", ""),
        ("rsv", "injection", "", "1303503001"),
    ],
)
def test_it_finds_the_procedure(type_: str, route: str, dose: str, code: str) -> None:
    vaccines.catalogue()
    assert selectors.procedure_code(type_of(type_), route, dose, TODAY) == code
