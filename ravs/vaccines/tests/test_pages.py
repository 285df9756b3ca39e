"""The pages of vaccines, as administrators meet them."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from ravs.organisations.models import Site
from ravs.vaccines.models import Batch, Product
from tests import people, vaccines
from tests.clients import PageClient

pytestmark = pytest.mark.once

TODAY = date(2026, 3, 4)
EXPIRY = {"expiry_1_day": "31", "expiry_1_month": "12", "expiry_1_year": "2026"}
GTIN = "05000456078276"


@pytest.fixture
def adam(client: PageClient, leeds: people.Leeds) -> PageClient:
    """Adam administers Leeds."""
    client.sign_in(leeds.adam.account)
    return client


def words(response: HttpResponse) -> str:
    """What a person reads."""
    text = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", text)
    return " ".join(text.replace("&#39;", "'").replace("&quot;", '"').split())


def key_of(response: HttpResponse) -> str:
    found = re.search(r'name="key" value="([^"]+)"', response.content.decode())
    assert found, "the page holds no key"
    return found.group(1)


def follow(client: PageClient, response: HttpResponse) -> HttpResponse:
    assert response.status_code == 302
    return client.get(response.headers["Location"])


def address(name: str, **keys: Any) -> str:
    return reverse(f"vaccines:{name}", kwargs={"ods": "RR8", **keys})


def test_it_says_what_to_do_first_without_sites(adam: PageClient, leeds: people.Leeds) -> None:
    assert "There are no open sites" in words(adam.page("vaccines:list", ods="RR8"))


def test_it_says_what_to_do_first_without_vaccines(adam: PageClient, leeds: people.Leeds) -> None:
    vaccines.site(leeds.organisation)
    assert "Ask your regional team" in words(adam.page("vaccines:list", ods="RR8"))


def test_it_shows_each_site_with_its_vaccines(
    adam: PageClient, leeds: people.Leeds, infirmary: Site
) -> None:
    vaccines.batch(infirmary, number="GONE", expires=TODAY - timedelta(days=1))
    vaccines.batch(infirmary, number="ENDED", finished_on=TODAY - timedelta(days=1))
    chapel = vaccines.site(leeds.organisation, "Chapel Allerton", "RR802")
    vaccines.batch(chapel, "abrysvo")

    shown = words(adam.page("vaccines:list", ods="RR8"))

    assert shown.index("Chapel Allerton") < shown.index("Leeds General Infirmary")
    assert "RSV Not enabled now" in shown
    assert "Flu Product Vaxigrip (TIVe) Active batches 1" in shown
    assert "Add batch of Abrysvo" not in shown


def test_it_narrows_to_one_site_when_there_are_many(
    adam: PageClient, leeds: people.Leeds, infirmary: Site
) -> None:
    others = [vaccines.site(leeds.organisation, f"Site {n}", f"RR9{n}") for n in range(4)]

    response = adam.page("vaccines:list", ods="RR8", query={"site": others[2].public_id})

    assert "Vaccines at" not in words(response)
    assert "Site 2 RR92" in words(response)
    assert "Site 3 RR93" not in words(response)


@pytest.mark.parametrize("sites", [1, 15])
def test_it_asks_the_same_questions_of_one_site_and_of_many(
    adam: PageClient,
    leeds: people.Leeds,
    django_assert_num_queries: DjangoAssertNumQueries,
    sites: int,
) -> None:
    vaccines.stocked(leeds.organisation)
    for number in range(sites):
        site = vaccines.site(leeds.organisation, f"Site {number}", f"RR9{number}")
        vaccines.batch(site)
        vaccines.batch(site, "flu-tivc")
    adam.page("vaccines:list", ods="RR8")

    # who asks (2), open sites, closed sites, items with counts, enabled types, the last file,
    # stock types
    with django_assert_num_queries(8):
        adam.page("vaccines:list", ods="RR8")


def test_an_administrator_adds_a_batch_at_the_only_site(
    adam: PageClient, leeds: people.Leeds, infirmary: Site
) -> None:
    page = follow(adam, adam.get(address("add")))
    answers = {"key": key_of(page), "type": "flu", "product-flu": "flu-tivc"}
    page = follow(adam, adam.post(address("add-product"), answers))
    assert "We do not count stock" in words(page)
    answers = {"key": key_of(page), "rows": "1", "number_1": " ab781-10/4 ", **EXPIRY}
    page = follow(adam, adam.post(address("add-batches"), answers))
    assert "AB781-10/4, expires 31 December 2026" in words(page)
    done = adam.post(address("add-check"), {"key": key_of(page)})
    again = adam.post(address("add-check"), {"key": key_of(page)})

    batch = Batch.objects.get(number="AB781-10/4", item__product__code="flu-tivc")
    item = batch.item.public_id
    assert done.headers["Location"] == again.headers["Location"] == address("item", item=item)
    assert batch.added_by == leeds.adam.account
    shown = words(adam.get(address("item", item=item)))
    assert "Batch AB781-10/4 of Cell-based Trivalent (TIVc) added." in shown


def test_it_asks_for_sites_and_adds_several_batches_at_several(
    adam: PageClient, leeds: people.Leeds, infirmary: Site
) -> None:
    chapel = vaccines.site(leeds.organisation, "Chapel Allerton", "RR802")
    vaccines.closed_site(leeds.organisation)
    page = adam.get(address("add"))
    assert "Old Clinic" not in words(page)
    both = [str(infirmary.public_id), str(chapel.public_id)]
    page = follow(adam, adam.post(address("add"), {"key": key_of(page), "sites": both}))
    answers = {"key": key_of(page), "type": "flu", "product-flu": "flu-tivc"}
    page = follow(adam, adam.post(address("add-product"), answers))
    answers = {"key": key_of(page), "rows": "1", "number_1": "AA1", **EXPIRY}
    page = adam.post(address("add-batches"), answers | {"more": "yes"})
    assert 'value="AA1"' in page.content.decode()
    second = {f"{name[: -len(name) + 7]}2{name[8:]}": value for name, value in EXPIRY.items()}
    page = follow(
        adam,
        adam.post(address("add-batches"), answers | {"rows": "3", "number_2": "AA2", **second}),
    )
    assert "Batch 2" in words(page)
    done = adam.post(address("add-check"), {"key": key_of(page)})

    assert done.headers["Location"] == address("list")
    found = Batch.objects.filter(number__in=["AA1", "AA2"]).values_list(
        "item__site__name", "number"
    )
    assert sorted(found) == [
        ("Chapel Allerton", "AA1"),
        ("Chapel Allerton", "AA2"),
        ("Leeds General Infirmary", "AA1"),
        ("Leeds General Infirmary", "AA2"),
    ]
    assert "2 sites" in words(adam.get(address("list")))


def test_it_filters_the_sites_and_keeps_those_selected(
    adam: PageClient, leeds: people.Leeds, infirmary: Site
) -> None:
    for number in range(6):
        vaccines.site(leeds.organisation, f"Chapel {number}", f"RR9{number}")
    page = adam.get(address("add"))
    answers = {"key": key_of(page), "sites": [str(infirmary.public_id)], "filter": "yes"}

    shown = words(adam.post(address("add"), answers | {"q": "chapel 3"}))

    assert "Chapel 3" in shown
    assert "Chapel 4" not in shown
    assert "Leeds General Infirmary" in shown
    assert "No site matches" in words(adam.post(address("add"), {"filter": "yes", "q": "zzz"}))


def to_batches(adam: PageClient, product: str = "flu-tivc", type_: str = "flu") -> str:
    page = follow(adam, adam.get(address("add")))
    answers = {"key": key_of(page), "type": type_, f"product-{type_}": product}
    return key_of(follow(adam, adam.post(address("add-product"), answers)))


def test_a_scanned_code_fills_the_fields(adam: PageClient, infirmary: Site) -> None:
    typed = f"]d201{GTIN}1726123110ab781"
    answers = {"key": to_batches(adam), "rows": "1", "number_1": typed}

    page = follow(adam, adam.post(address("add-batches"), answers))

    assert "AB781, expires 31 December 2026" in words(page)
    assert "Check this" not in words(page)


def test_a_scanned_code_of_another_product_is_pointed_out(
    adam: PageClient, infirmary: Site
) -> None:
    Product.objects.filter(code="flu-fluenz").update(gtins=[GTIN])
    typed = f"01{GTIN}10AB781\x1d17261231"
    answers = {"key": to_batches(adam), "rows": "1", "number_1": typed}

    page = follow(adam, adam.post(address("add-batches"), answers))

    assert "The code you scanned is on packs of Fluenz (LAIV), not Cell-based" in words(page)


def test_a_scanned_code_without_expiry_leaves_that_to_the_person(
    adam: PageClient, infirmary: Site
) -> None:
    answers = {"key": to_batches(adam), "rows": "1", "number_1": f"]d201{GTIN}10AB781"}

    page = adam.post(address("add-batches"), answers)

    assert 'value="AB781"' in page.content.decode()
    assert "Enter the expiry date" in words(page)


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({}, "Enter the batch number"),
        ({"number_1": "A"}, "between 2 and 100 characters"),
        ({"number_1": "AB_1"}, "must only include letters, numbers"),
        ({"number_1": f"01{GTIN}10AB78117261231"}, "We cannot read the batch number"),
        ({"expiry_1_day": "3"}, "must be today or in the future"),
        ({"expiry_1_day": "31", "expiry_1_month": "2"}, "Expiry date must be a real date"),
        ({"expiry_1_year": "2041"}, "less than 15 years"),
        ({"expiry_1_day": "", "expiry_1_month": "", "expiry_1_year": ""}, "Enter the expiry date"),
    ],
)
def test_it_says_what_is_wrong_with_a_batch(
    adam: PageClient, infirmary: Site, answers: dict[str, str], error: str
) -> None:
    right = {
        "number_1": "AB781" if answers else "",
        "expiry_1_day": "4",
        "expiry_1_month": "3",
        "expiry_1_year": "2026",
    }
    sent = {"key": to_batches(adam), "rows": "1", **right, **answers}

    page = adam.post(address("add-batches"), sent)

    assert page.status_code == 200
    assert error in words(page)


def test_it_says_that_a_batch_is_here_already(adam: PageClient, infirmary: Site) -> None:
    vaccines.batch(infirmary, "flu-tivc", "AB1", expires=date(2026, 12, 31))
    sent = {"key": to_batches(adam), "rows": "1", "number_1": "ab1", **EXPIRY}

    page = adam.post(address("add-batches"), sent)

    assert "Batch AB1 has already been added at Leeds General Infirmary" in words(page)


def test_it_brings_back_a_finished_batch_and_says_so(adam: PageClient, infirmary: Site) -> None:
    batch = vaccines.batch(
        infirmary,
        "flu-tivc",
        "AB1",
        expires=date(2026, 12, 31),
        finished_on=TODAY - timedelta(days=1),
    )
    sent = {"key": to_batches(adam), "rows": "1", "number_1": "ab1", **EXPIRY}
    page = follow(adam, adam.post(address("add-batches"), sent))

    shown = words(follow(adam, adam.post(address("add-check"), {"key": key_of(page)})))

    assert "AB1 was marked as finished before, and can be used again" in shown
    batch.refresh_from_db()
    assert batch.finished_on is None


def test_it_asks_the_pack_size_where_packs_are_claimed(
    adam: PageClient, leeds: people.Leeds, infirmary: Site
) -> None:
    leeds.organisation.type = "community-pharmacy"
    leeds.organisation.save()
    sent = {"key": to_batches(adam, "comirnaty-3-lp81", "covid-19"), "rows": "1"} | EXPIRY
    page = adam.post(address("add-batches"), sent | {"number_1": "CC1"})
    assert "Select the pack size" in words(page)
    assert "Enter the expiry date after thawing" in words(page)

    page = follow(
        adam, adam.post(address("add-batches"), sent | {"number_1": "CC1", "pack_1": "ten"})
    )

    assert "10 items" in words(page)


def test_it_adds_a_batch_to_a_product_from_its_page(adam: PageClient, infirmary: Site) -> None:
    item = vaccines.item(infirmary, "flu-tivc").public_id
    page = adam.get(address("add-batch", item=item))
    sent = {"key": key_of(page), "rows": "1", "number_1": "NEW1", **EXPIRY}
    page = follow(adam, adam.post(address("add-batch", item=item), sent))
    done = adam.post(address("add-check"), {"key": key_of(page)})

    assert done.headers["Location"] == address("item", item=item)
    assert "NEW1" in words(adam.get(address("item", item=item)))


def test_it_shows_finished_batches_with_date_and_reason(
    adam: PageClient, leeds: people.Leeds, infirmary: Site
) -> None:
    item = vaccines.item(infirmary, "flu-tivc")
    vaccines.batch(infirmary, "flu-tivc", "OLD", expires=date(2026, 3, 3))
    ended = vaccines.batch(infirmary, "flu-tivc", "ENDED", finished_on=date(2026, 3, 2))
    Batch.objects.filter(pk=ended.pk).update(finished_by=leeds.adam.account)
    vaccines.batch(infirmary, "flu-tivc", "TODAY", finished_on=TODAY)

    shown = words(adam.get(address("item", item=item.public_id)))
    over = words(adam.get(address("finished", item=item.public_id)))

    assert "TODAY Last day today" in shown
    assert "ENDED" not in shown
    assert "Reason Expired" in over
    assert "2 March 2026 Reason Marked as finished by Adam Obi on 4 March 2026" in over
    assert over.index("ENDED") < over.index("OLD")
    assert "Bring back batch ENDED" in over
    assert "Bring back batch OLD" not in over


def test_it_pages_batches_by_twenty(
    adam: PageClient, infirmary: Site, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    item = vaccines.item(infirmary, "flu-tivc").public_id
    for number in range(30):
        expires = TODAY + timedelta(days=number)
        vaccines.batch(infirmary, "flu-tivc", f"PAGE{number:02}", expires=expires)

    # who asks (2), the item, two counts, the batches, enabled types, stock types; twice whether
    # another file of the catalogue has come in
    with django_assert_num_queries(10):
        first = words(adam.get(address("item", item=item)))
    second = words(adam.get(address("item", item=item), {"page": "2"}))

    assert "PAGE29" in first
    assert "PAGE09" not in first
    assert "PAGE09" in second
    assert first.index("PAGE29") < first.index("PAGE28")


def test_an_administrator_corrects_a_batch(adam: PageClient, infirmary: Site) -> None:
    batch = vaccines.batch(infirmary, "flu-tivc", "AB1")
    page = adam.get(address("edit-batch", batch=batch.public_id))
    seen = re.search(r'name="seen" value="([^"]+)"', page.content.decode())
    assert seen
    sent = {"key": key_of(page), "seen": seen.group(1), "number_1": "ab2", **EXPIRY}
    done = adam.post(address("edit-batch", batch=batch.public_id), sent)

    assert "Batch AB2 saved." in words(follow(adam, done))
    batch.refresh_from_db()
    assert (batch.number, batch.expiry) == ("AB2", date(2026, 12, 31))


def test_it_tells_the_second_of_two_who_edit(adam: PageClient, infirmary: Site) -> None:
    batch = vaccines.batch(infirmary, "flu-tivc", "AB1")
    page = adam.get(address("edit-batch", batch=batch.public_id))
    Batch.objects.filter(pk=batch.pk).update(number="THEIRS")
    seen = re.search(r'name="seen" value="([^"]+)"', page.content.decode())
    assert seen
    sent = {"key": key_of(page), "seen": seen.group(1), "number_1": "MINE", **EXPIRY}

    shown = words(follow(adam, adam.post(address("edit-batch", batch=batch.public_id), sent)))

    assert "Somebody else has changed batch THEIRS" in shown
    batch.refresh_from_db()
    assert batch.number == "THEIRS"


def test_an_administrator_finishes_a_batch_and_brings_it_back(
    adam: PageClient, infirmary: Site
) -> None:
    batch = vaccines.batch(infirmary, "flu-tivc", "AB1")
    where = address("finish-batch", batch=batch.public_id)
    page = adam.get(where)
    assert 'value="2026"' in page.content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', page.content.decode())
    assert seen
    today = {"last_day_day": "4", "last_day_month": "3", "last_day_year": "2026"}
    sent = {"key": key_of(page), "seen": seen.group(1), **today}
    early = adam.post(where, sent | {"last_day_day": "3"})
    assert "The date must be 4 March 2026, when it was added, or later" in words(early)

    shown = words(follow(adam, adam.post(where, sent)))
    assert "It can be used until the end of today" in shown

    back = address("bring-back", batch=batch.public_id)
    shown = words(follow(adam, adam.post(back, {"key": key_of(adam.get(back))})))
    assert "Batch AB1 can be used again" in shown
    batch.refresh_from_db()
    assert batch.finished_on is None


def test_an_administrator_closes_a_site_and_reopens_it(adam: PageClient, infirmary: Site) -> None:
    where = address("close", site=infirmary.public_id)
    page = adam.get(where)
    assert "active batches cannot be chosen" in words(page)
    shown = words(follow(adam, adam.post(where, {"key": key_of(page)})))
    assert "Leeds General Infirmary is closed." in shown
    assert "Closed sites (1)" in shown

    item = vaccines.item(infirmary, "flu-tivc").public_id
    assert "This site is closed" in words(adam.get(address("item", item=item)))
    assert adam.get(address("add-batch", item=item)).status_code == 302
    assert "Reopen site Leeds General Infirmary" in words(adam.get(address("closed-sites")))

    where = address("reopen", site=infirmary.public_id)
    shown = words(follow(adam, adam.post(where, {"key": key_of(adam.get(where))})))
    assert "Leeds General Infirmary is open again." in shown


def test_a_pharmacy_enables_vaccines_itself(adam: PageClient, leeds: people.Leeds) -> None:
    vaccines.catalogue()
    assert "ask your regional team" in words(adam.get(address("enable")))
    leeds.organisation.type = "community-pharmacy"
    leeds.organisation.save()
    vaccines.site(leeds.organisation)
    page = adam.get(address("enable"))
    assert "MenB" in words(page)
    assert "RSV" not in words(page)
    assert "Select at least one vaccine" in words(
        adam.post(address("enable"), {"key": key_of(page)})
    )

    sent = {"key": key_of(page), "types": ["flu", "menb"]}
    shown = words(follow(adam, adam.post(address("enable"), sent)))

    assert "You can now add Flu and MenB." in shown


def test_it_shows_what_the_catalogue_says(
    adam: PageClient, leeds: people.Leeds, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    vaccines.catalogue()
    adam.get(address("catalogue"))
    # who asks (2), types, products, options, rules, procedures, the last file
    with django_assert_num_queries(8):
        shown = words(adam.get(address("catalogue")))
    assert "Product: Abrysvo, injection, 0.5 ml, dm+d 42605811000001109 Needs clinical" in shown
    assert "Procedure: SNOMED CT 1303503001" in shown
    unsure = words(adam.get(address("catalogue"), {"show": "needs-check"}))
    assert "Procedure: SNOMED CT 1303503001" not in unsure
    assert "Weeks of pregnancy: 28 weeks or more" in unsure


def test_it_forgets_an_answer_that_has_become_impossible(
    adam: PageClient, leeds: people.Leeds, infirmary: Site
) -> None:
    key = to_batches(adam)
    leeds.organisation.enabled_vaccines.filter(type__code="flu").delete()

    answer = adam.get(f"{address('add-batches')}?key={key}")

    assert answer.status_code == 302
    page = follow(adam, follow(adam, answer))
    assert "Cell-based" not in words(page)


@pytest.mark.parametrize("moment", ["2026-03-28 23:30:00+00:00", "2026-10-25 00:30:00+00:00"])
def test_it_counts_london_days_on_the_nights_the_clocks_change(
    adam: PageClient, infirmary: Site, moment: str
) -> None:
    item = vaccines.item(infirmary, "flu-tivc").public_id
    night = date(2026, 3, 28) if "03-28" in moment else date(2026, 10, 25)
    vaccines.batch(infirmary, "flu-tivc", "TONIGHT", expires=night)
    vaccines.batch(infirmary, "flu-tivc", "BEFORE", expires=night - timedelta(days=1))
    with time_machine.travel(moment, tick=False):
        adam.sign_in(infirmary.organisation.memberships.get(account__first_name="Adam").account)
        shown = words(adam.get(address("item", item=item)))
    assert "TONIGHT Expires today" in shown
    assert "BEFORE" not in shown
