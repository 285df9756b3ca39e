"""What pages of the biggest organisation take at full size, beside the same with few records."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db.models import Count

from bench.service import Browser, Service, session_of, timed
from bench.world import organisations
from ravs.members.models import Level
from ravs.vaccinations.models import Vaccination

WARM_UP, TURNS = 3, 21


@dataclass(frozen=True)
class Visitor:
    """A lead administrator of the biggest organisation at a browser, and what they look for."""

    browser: Browser
    home: str
    lists: dict[str, str]


def visitor(service: Service) -> Visitor:
    """Logged in to the database that Django is turned to, where ``service`` answers from."""
    at = organisations()[0]
    lead = at.memberships.select_related("account").get(level=Level.LEAD_ADMINISTRATOR)
    browser = Browser(service, session_of(lead.account))
    records = f"/o/{at.ods}/records"
    rows = Vaccination.objects.filter(organisation=at, deleted_at=None, outcome="given")
    one = rows.exclude(nhs_number="").order_by("-pk")[rows.count() // 7]
    # The name most people have, so that also with few records a page has rows to show.
    names = rows.values_list("given_name", "family_name").annotate(people=Count("pk"))
    given, family, _ = names.order_by("-people")[0]
    asked = {
        "by_name_prefix": {"who": "smi"},
        "by_whole_name": {"who": f"{given} {family}"},
        "by_nhs_number": {"who": one.nhs_number},
        "by_vaccine": {"vaccine": "flu"},
        "by_batch": {"batch": one.batch_number},
        "by_vaccinator": {"vaccinator": str(one.vaccinator.public_id)},
    }
    lists = {"newest": records}
    for name, fields in asked.items():
        status, to, _ = browser.post(records, fields)
        assert status == 302, (name, status)
        assert "/records/found?key=" in to, (name, to)
        lists[name] = to
    return Visitor(browser, f"/o/{at.ods}", lists)


def _opens(visitor: Visitor, path: str) -> Callable[[], None]:
    def open_it() -> None:
        status, _, page = visitor.browser.get(path)
        assert status == 200, (status, path)
        assert "<h1" in page

    return open_it


def ratio(many: Callable[[], None], few: Callable[[], None]) -> dict[str, float]:
    """The middle of turns, one of each after the other."""
    for _ in range(WARM_UP):
        many()
        few()
    pairs = [(timed(many), timed(few)) for _ in range(TURNS)]
    large, small = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
    return {
        "ratio": round(large / small, 2),
        "ms": round(large * 1000, 1),
        "reference_ms": round(small * 1000, 1),
    }


def home_growth(many: Visitor, few: Visitor) -> dict[str, Any]:
    return dict(ratio(_opens(many, many.home), _opens(few, few.home)))


def records_search_growth(
    many: Visitor, few: Visitor, advance: Callable[[], None]
) -> dict[str, Any]:
    """Each way of looking; the ratio of all is that of the one that grew most."""
    found = {}
    for name in many.lists:
        found[name] = ratio(_opens(many, many.lists[name]), _opens(few, few.lists[name]))
        advance()
    return {"ratio": max(one["ratio"] for one in found.values()), **found}
