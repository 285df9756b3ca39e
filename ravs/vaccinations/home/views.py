"""An organisation's home."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ravs.core.access import requires
from ravs.core.dates import london_date
from ravs.members.asking.views.leads import vaccinating_page
from ravs.members.permissions import Permission
from ravs.members.requests import MemberRequest
from ravs.members.views.own import standing_of
from ravs.vaccinations.home import periods, presenters, selectors
from ravs.vaccinations.home.presenters import Asked, FirstStep, HomePage, Tab, Table, Totals
from ravs.vaccinations.models import Basis


@requires(Permission.VIEW_ORGANISATION)
@require_safe
def home(request: MemberRequest, ods: str) -> HttpResponse:
    """How many vaccinations were given; and before the first, what to do."""
    sites = selectors.sites_with_records(request.organisation)
    page = HomePage(
        name=request.organisation.name,
        totals=_totals(request, sites) if sites else None,
        first_steps=() if sites else _first_steps(request),
        reports=_address(request, Permission.CREATE_REPORTS, "reports:create"),
        standing=standing_of(request),
        vaccinating=vaccinating_page(request),
    )
    return render(request, "vaccinations/totals/home.jinja", {"page": page})


def _asked(request: MemberRequest, sites: int) -> Asked:
    tab, by = request.GET.get("tab", ""), request.GET.get("by", "")
    known = [one.value for one in Tab if one != Tab.SITE or sites > 1]
    return Asked(
        tab=Tab(tab) if tab in known else Tab.DAY,
        basis=Basis(by) if by in Basis.values else Basis.GIVEN,
        sort=request.GET.get("sort", ""),
    )


def _totals(request: MemberRequest, sites: int) -> Totals:
    now = timezone.now()
    today = london_date(now)
    asked, cards = _asked(request, sites), periods.cards_of(today)
    since = min(period.first for period in cards)
    days = selectors.by_day(request.organisation, asked.basis, since)
    is_given = asked.basis == Basis.GIVEN
    other = Basis.RECORDED if is_given else Basis.GIVEN
    words = presenters.BASIS_WORDS
    return Totals(
        cards=presenters.cards_of(cards, days),
        tabs=presenters.tabs_of(asked, request.path, sites=sites),
        table=_table(request, asked, days),
        basis=words[asked.basis],
        other_basis=words[other],
        other_href=asked.href(request.path, by=other.value),
        updated_at=now,
    )


def _table(request: MemberRequest, asked: Asked, days: dict[date, int]) -> Table:
    today = london_date(timezone.now())
    if asked.tab == Tab.DAY:
        return presenters.day_table(asked, request.path, periods.days_of_week(today), days)
    columns = periods.columns_of(today)
    ask = selectors.by_vaccine if asked.tab == Tab.VACCINE else selectors.by_site
    counted = ask(request.organisation, asked.basis, columns)
    return presenters.grouped_table(asked, request.path, columns, counted)


def _address(request: MemberRequest, permission: Permission, name: str) -> str:
    ods = request.organisation.ods
    return reverse(name, kwargs={"ods": ods}) if permission in request.permissions else ""


def _first_steps(request: MemberRequest) -> tuple[FirstStep, ...]:
    """In the order in which an organisation takes them, as far as this person may."""
    steps = (
        FirstStep(
            "Add vaccines",
            _address(request, Permission.MANAGE_VACCINES, "vaccines:list"),
            selectors.has_stock(request.organisation),
        ),
        FirstStep(
            "Add users",
            _address(request, Permission.ADD_USERS, "members:add"),
            selectors.has_colleagues(request.membership),
        ),
        FirstStep(
            "Record a vaccination",
            _address(request, Permission.RECORD_VACCINATIONS, "vaccinations:record"),
            False,
        ),
    )
    return tuple(step for step in steps if step.href)
