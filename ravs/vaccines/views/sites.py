"""Close a site and reopen it; enable vaccines; what the catalogue says."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from ravs.accounts.submissions import new_key
from ravs.core.access import requires
from ravs.core.dates import london_today
from ravs.core.presenters import written_date
from ravs.members.permissions import Permission
from ravs.members.requests import MemberRequest
from ravs.organisations.models import OrganisationType, Site
from ravs.vaccines.catalogue.showing import Section, sections
from ravs.vaccines.forms import EnableForm
from ravs.vaccines.models import CatalogueRelease
from ravs.vaccines.presenters import (
    CataloguePage,
    CatalogueSection,
    EnablePage,
    SitePage,
    titles,
    url_of,
)
from ravs.vaccines.refusals import VaccineRefusal
from ravs.vaccines.selectors import enabled_types
from ravs.vaccines.services import close_site, enable_vaccine, reopen_site
from ravs.vaccines.services.enabling import can_enable
from ravs.vaccines.views.acting import carry_out, site_of

GET_OR_POST = ["GET", "HEAD", "POST"]


@requires(Permission.MANAGE_VACCINES)
@require_http_methods(GET_OR_POST)
def close(request: MemberRequest, ods: str, site: UUID) -> HttpResponse:
    row = site_of(request, site)
    if request.method == "POST":
        return _set(request, row, close_site, "closed")
    page = _page(request, row)
    return render(request, "vaccines/close-site.jinja", {"page": page})


@requires(Permission.MANAGE_VACCINES)
@require_http_methods(GET_OR_POST)
def reopen(request: MemberRequest, ods: str, site: UUID) -> HttpResponse:
    row = site_of(request, site)
    if request.method == "POST":
        return _set(request, row, reopen_site, "open again")
    page = _page(request, row)
    return render(request, "vaccines/reopen-site.jinja", {"page": page})


def _set(request: MemberRequest, row: Site, verb: Callable[..., Site], state: str) -> HttpResponse:
    def act() -> str:
        verb(actor=request.account, site=row)
        messages.success(request, f"{row.name} is {state}.")
        return url_of("list", request.organisation)

    return carry_out(request, act, again=request.path, explain=_to_list(request))


def _to_list(request: MemberRequest) -> Callable[[VaccineRefusal], HttpResponse]:
    def explain(refusal: VaccineRefusal) -> HttpResponse:
        messages.warning(request, str(refusal))
        return redirect(url_of("list", request.organisation))

    return explain


def _page(request: MemberRequest, row: Site) -> SitePage:
    today = london_today()
    usable = request.organisation.batches.filter(item__site=row).usable_on(today)
    back = url_of("list", request.organisation)
    return SitePage(key=new_key(), back=back, name=row.name, batches=usable.count())


@requires(Permission.MANAGE_VACCINES)
@require_http_methods(GET_OR_POST)
def enable(request: MemberRequest, ods: str) -> HttpResponse:
    """What the organisation may give; a pharmacy enables some types itself (domain 5.4)."""
    can = can_enable(request.organisation)
    form = EnableForm(request.POST or None, types=can)
    if request.method == "POST" and form.is_valid():
        return _enable(request, form)
    page = EnablePage(
        key=request.POST.get("key") or new_key(),
        back=url_of("list", request.organisation),
        enabled=titles(enabled_types(request.organisation, london_today())),
        is_pharmacy=request.organisation.type == OrganisationType.COMMUNITY_PHARMACY,
        can_enable=bool(can),
    )
    return render(request, "vaccines/enable.jinja", {"page": page, "form": form})


def _enable(request: MemberRequest, form: EnableForm) -> HttpResponse:
    def act() -> str:
        for type_ in form.chosen:
            enable_vaccine(actor=request.account, organisation=request.organisation, type=type_)
        messages.success(request, f"You can now add {' and '.join(titles(form.chosen))}.")
        return url_of("list", request.organisation)

    return carry_out(request, act, again=request.path, explain=_to_list(request))


@requires(Permission.MANAGE_VACCINES)
@require_safe
def catalogue(request: MemberRequest, ods: str) -> HttpResponse:
    """What can be given, to whom and how, and what no clinician has confirmed yet."""
    only_unsure = request.GET.get("show") == "needs-check"
    found = sections(london_today(), needs_check=only_unsure)
    release = CatalogueRelease.objects.order_by("-pk").first()
    page = CataloguePage(
        back=url_of("list", request.organisation),
        name=release.name if release else "",
        imported=written_date(release.imported_at) if release else "",
        sections=tuple(_section(section) for section in found),
        unsure=sum(bool(row.needs_check) for section in found for row in section.rows),
        only_unsure=only_unsure,
    )
    return render(request, "vaccines/catalogue.jinja", {"page": page})


def _section(section: Section) -> CatalogueSection:
    rows = tuple((row.text, ", ".join(row.needs_check)) for row in section.rows)
    return CatalogueSection(section.title, f"about-{slugify(section.title)}", rows)
