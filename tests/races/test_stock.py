"""Two people keep the stock of one site at the same time."""

from datetime import date, timedelta
from functools import partial

import pytest

from ravs.audit.models import Event
from ravs.core.dates import london_today
from ravs.organisations.models import Site
from ravs.vaccines.models import Batch, Product, StockItem
from ravs.vaccines.refusals import (
    AlreadyAdded,
    ChangedMeanwhile,
    SiteIsClosed,
    VaccineRefusal,
)
from ravs.vaccines.services import (
    NewBatch,
    add_batch,
    close_site,
    edit_batch,
    finish_batch,
    import_catalogue,
    reopen_site,
)
from ravs.vaccines.services.catalogue import SHIPPED
from ravs.vaccines.services.stock import state_of
from tests import people, vaccines
from tests.evidence import assert_whole
from tests.fixtures import Rounds
from tests.races.together import Team

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def place() -> tuple[Site, people.Leeds, Product]:
    leeds = people.leeds()
    site = vaccines.stocked(leeds.organisation, ["flu"])
    return site, leeds, Product.objects.get(code="flu-tivc")


def in_a_year() -> date:
    return london_today() + timedelta(days=365)


def test_two_people_add_the_same_batch(rounds: Rounds) -> None:
    """One adds it; the other is told that it is here already."""
    site, leeds, product = place()
    with Team(2) as team:
        for number in range(rounds(300)):
            add = partial(
                add_batch, site=site, product=product, number=f"SAME{number}", expiry=in_a_year()
            )
            results = team.at_once(
                [partial(add, actor=who.account) for who in (leeds.adam, leeds.priya)],
                refusals=(AlreadyAdded,),
            )
            assert sum(isinstance(result, AlreadyAdded) for result in results) == 1
            assert Batch.objects.filter(number=f"SAME{number}").count() == 1
    assert_whole(leeds.organisation)


def test_two_people_add_the_first_batches_of_a_product(rounds: Rounds) -> None:
    """Both are added, to one item."""
    site, leeds, _ = place()
    product = Product.objects.get(code="flu-fluenz")
    with Team(2) as team:
        for _ in range(rounds(200)):
            Batch.objects.filter(item__product=product).delete()
            StockItem.objects.filter(product=product).delete()
            team.at_once(
                [
                    partial(
                        add_batch,
                        actor=who.account,
                        site=site,
                        product=product,
                        number=f"OF-{who.account.first_name}",
                        expiry=in_a_year(),
                    )
                    for who in (leeds.adam, leeds.priya)
                ]
            )
            assert StockItem.objects.get(product=product).batches.count() == 2


def test_one_finishes_a_batch_while_another_edits_it(rounds: Rounds) -> None:
    """Whoever comes second is told; the batch is finished or changed, never both unseen."""
    site, leeds, _ = place()
    with Team(2) as team:
        for number in range(rounds(300)):
            batch = vaccines.batch(site, "flu-tivc", f"RACE{number}")
            seen = state_of(batch)
            edit = NewBatch(f"EDITED{number}", batch.expiry)
            results = team.at_once(
                [
                    partial(
                        edit_batch, actor=leeds.adam.account, batch=batch, details=edit, seen=seen
                    ),
                    partial(finish_batch, actor=leeds.priya.account, batch=batch, seen=seen),
                ],
                refusals=(VaccineRefusal,),
            )
            assert [type(each) for each in results].count(ChangedMeanwhile) == 1
            batch.refresh_from_db()
            assert (batch.finished_on is None) == (batch.number == f"EDITED{number}")
    assert_whole(leeds.organisation)


def test_one_closes_a_site_while_another_adds_to_it(rounds: Rounds) -> None:
    """A batch comes before the closing or not at all."""
    site, leeds, product = place()
    with Team(2) as team:
        for number in range(rounds(200)):
            reopen_site(actor=leeds.priya.account, site=site)
            results = team.at_once(
                [
                    partial(close_site, actor=leeds.priya.account, site=site),
                    partial(
                        add_batch,
                        actor=leeds.adam.account,
                        site=site,
                        product=product,
                        number=f"LAST{number}",
                        expiry=in_a_year(),
                    ),
                ],
                refusals=(SiteIsClosed,),
            )
            was_added = not isinstance(results[1], SiteIsClosed)
            assert Batch.objects.filter(number=f"LAST{number}").exists() == was_added
    assert_whole(leeds.organisation)


def test_two_imports_of_one_file_bring_it_once(catalogue_changes: object) -> None:
    vaccines.no_catalogue()
    with Team(2) as team:
        results = team.at_once([partial(import_catalogue, file=SHIPPED)] * 2)
    assert sorted(bool(result) for result in results) == [False, True]
    assert Event.objects.filter(type="catalogue.imported").count() == 1
