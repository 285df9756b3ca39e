"""Whatever is recorded, edited and deleted, in any order: the totals are what counting says."""

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ravs.accounts.models import Account
from ravs.vaccinations.models import Vaccination, Version
from ravs.vaccinations.records.refusals import RecordRefusal
from ravs.vaccinations.records.services import delete_vaccination, edit_vaccination
from tests import vaccines
from tests.recording import Place, recorded
from tests.totals import assert_totals_are_right

TODAY = date(2026, 3, 4)

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["record", "day", "site", "product", "note", "delete", "stale"]),
        st.integers(0, 30),
    ),
    max_size=12,
)


def answers(at: Place, chapel: Any, what: str, number: int) -> dict[str, Any]:
    day = TODAY - timedelta(days=number % 20)
    boxes = {"day_day": str(day.day), "day_month": str(day.month), "day_year": str(day.year)}
    where = chapel if number % 2 else at.site
    batch = where.stock_items.get(product__code="flu-vaxigrip").batches.get()
    here = at.batches["flu-vaxigrip"] if number % 3 else at.batches["flu-fluenz"]
    code = here.item.product.code
    return {
        "day": {"date": boxes},
        "site": {
            "site": {"site": str(where.public_id)},
            "product": {"product": "flu-vaxigrip"},
            "batch": {"batch": str(batch.public_id)},
            "giving": {"injection_site": "left-arm"},
        },
        "product": {
            "site": {"site": str(at.site.public_id)},
            "product": {"product": code},
            "batch": {"batch": str(here.public_id)},
            "giving": {"injection_site": "left-arm", "full_dose": "yes"},
        },
        "note": {"note": {"note": f"Note {number}"}},
    }[what]


def act(at: Place, chapel: Any, actor: Account, what: str, number: int) -> None:
    if what == "record":
        recorded(at, site={"site": str(at.site.public_id)})
        return
    rows = list(Vaccination.objects.order_by("pk"))
    if not rows:
        return
    row = rows[number % len(rows)]
    if what == "delete":
        delete_vaccination(actor=actor, vaccination=row, shown_version=row.version, reason="x")
    else:
        stale = what == "stale"
        edit_vaccination(
            actor=actor,
            vaccination=row,
            changes=answers(at, chapel, "day" if stale else what, number),
            shown_version=row.version + (1 if stale else 0),
        )


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_totals_are_what_counting_says(at: Place, acts: list[tuple[str, int]]) -> None:
    from django.db import transaction

    type(at.organisation).objects.update(extended_edit=True)
    actor = at.leeds.rosa.account
    with transaction.atomic():
        chapel = vaccines.site(at.organisation, "Chapel Allerton", "RR802")
        vaccines.batch(chapel, number="THERE")
        for what, number in acts:
            try:
                act(at, chapel, actor, what, number)
            except RecordRefusal:
                continue
        assert_totals_are_right()
        for row in Vaccination.objects.all():
            kept = Version.objects.filter(vaccination=row).values_list("number", flat=True)
            assert sorted(kept) == list(range(1, row.version))
        transaction.set_rollback(True)
