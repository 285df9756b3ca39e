"""Lead administrators' pages: requests, who should log in soon, corrections, one question."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from ravs.accounts.submissions import new_key
from ravs.core.access import requires
from ravs.core.dates import london_today
from ravs.core.pagination import Page
from ravs.core.pagination import page_of as numbered
from ravs.members.asking import presenters, selectors, services
from ravs.members.asking.forms import CorrectForm
from ravs.members.asking.presenters import VaccinatingPage
from ravs.members.models import Level, Membership
from ravs.members.permissions import Permission
from ravs.members.presenters import url_of
from ravs.members.refusals import (
    AlreadyMember,
    CannotResend,
    DomainNotAllowed,
    GroupAdministrator,
    MemberRefusal,
    UsedElsewhere,
)
from ravs.members.requests import MemberRequest
from ravs.members.services.correct import AddressInUse, correct_invited, may_be_corrected
from ravs.members.services.leads import outlooks
from ravs.members.views.acting import carry_out, member_of, person_url
from ravs.members.words import already_member
from ravs.organisations.models import OrganisationStatus

METHODS = ["GET", "HEAD", "POST"]


def notices_of(request: MemberRequest) -> presenters.Notices:
    """What stands above the list of users. Two queries, and two more on the first page of all,
    where it is said that leads are few: whoever looks further is looking for somebody else."""
    organisation, today = request.organisation, london_today()
    says_few = organisation.status == OrganisationStatus.ACTIVE and not request.GET
    return presenters.notices(
        organisation,
        requests=selectors.count_waiting(organisation),
        soon=selectors.count_soon(organisation, today),
        outlook=outlooks([organisation], today)[0] if says_few else None,
        today=today,
    )


@requires(Permission.MANAGE_USERS)
@require_safe
def list_requests(request: MemberRequest, ods: str) -> HttpResponse:
    """Who asks to be reactivated, the longest waiting first."""
    organisation = request.organisation
    total = selectors.count_waiting(organisation)
    pages = _pages(request, total)
    rows = selectors.waiting_page(organisation, start=pages.start, size=pages.size)
    page = presenters.requests_page(organisation, rows, pages, london_today())
    return render(request, "members/asking/requests.jinja", {"page": page})


@requires(Permission.MANAGE_USERS)
@require_http_methods(METHODS)
def show_request(request: MemberRequest, ods: str, member: UUID) -> HttpResponse:
    """One request: read it, and accept by POST."""
    membership = member_of(request, member)
    if request.method == "POST":
        return _accept(request, membership)
    waiting = services.waiting_of(membership)
    if waiting is None:
        return redirect(person_url(request, membership))
    page = presenters.request_page(waiting, membership, new_key())
    return render(request, "members/asking/request.jinja", {"page": page})


def _accept(request: MemberRequest, membership: Membership) -> HttpResponse:
    def act() -> str:
        back = services.accept_request(actor=request.account, membership=membership)
        done = "invited again to" if back.is_invited else "reactivated at"
        organisation = request.organisation
        messages.success(request, f"{back.account.full_name} has been {done} {organisation.name}.")
        return _next(request)

    return carry_out(request, act, again=person_url(request, membership))


@requires(Permission.MANAGE_USERS)
@require_http_methods(METHODS)
def decline(request: MemberRequest, ods: str, member: UUID) -> HttpResponse:
    membership = member_of(request, member)
    if request.method == "POST":
        return _decline(request, membership)
    if services.waiting_of(membership) is None:
        return redirect(person_url(request, membership))
    page = presenters.decline_page(membership, new_key())
    return render(request, "members/asking/decline.jinja", {"page": page})


def _decline(request: MemberRequest, membership: Membership) -> HttpResponse:
    def act() -> str:
        services.decline_request(actor=request.account, membership=membership)
        name = membership.account.full_name
        messages.success(request, f"The request of {name} has been declined.")
        return _next(request)

    return carry_out(request, act, again=person_url(request, membership))


def _next(request: MemberRequest) -> str:
    """On to the next request, or back to the list when none waits any more."""
    more = selectors.waiting(request.organisation).exists()
    return url_of("requests" if more else "list", request.organisation)


@requires(Permission.MANAGE_USERS)
@require_safe
def soon(request: MemberRequest, ods: str) -> HttpResponse:
    """Who will be deactivated unless they log in, the nearest first."""
    organisation, today = request.organisation, london_today()
    pages = _pages(request, selectors.count_soon(organisation, today))
    rows = selectors.soon_page(organisation, today, start=pages.start, size=pages.size)
    page = presenters.soon_page(organisation, rows, pages, today)
    return render(request, "members/asking/soon.jinja", {"page": page})


def _pages(request: HttpRequest, total: int) -> Page:
    return numbered(
        request.GET.get("page"), total=total, size=settings.PAGE_SIZE, path=request.path
    )


@requires(Permission.ADD_USERS)
@require_http_methods(METHODS)
def correct(request: MemberRequest, ods: str, member: UUID) -> HttpResponse:
    """Put right the name or address of somebody invited."""
    membership = member_of(request, member)
    if not membership.is_invited:
        return redirect(person_url(request, membership))
    possible = may_be_corrected(membership)
    form = CorrectForm(request.POST or None, initial=CorrectForm.values_of(membership))
    if request.method == "POST" and possible and form.is_valid():
        try:
            return _correct(request, membership, form)
        except _on_the_form as refusal:
            form.add_error("email", _words(refusal))
    page = presenters.correct_page(membership, key=new_key() if possible else "")
    return render(request, "members/asking/correct.jinja", {"page": page, "form": form})


def _correct(request: MemberRequest, membership: Membership, form: CorrectForm) -> HttpResponse:
    def act() -> str:
        before = membership.account.email
        done = correct_invited(actor=request.account, membership=membership, **form.cleaned_data)
        account = done.account
        sent = f" The invite will be sent to {account.email}." if account.email != before else ""
        messages.success(request, f"{account.full_name}’s details have been corrected.{sent}")
        return person_url(request, membership)

    return carry_out(request, act, again=person_url(request, membership), show=_on_the_form)


_on_the_form = (
    AddressInUse,
    AlreadyMember,
    CannotResend,
    DomainNotAllowed,
    GroupAdministrator,
    UsedElsewhere,
)


def _words(refusal: MemberRefusal) -> str:
    if isinstance(refusal, AlreadyMember):
        return already_member(refusal.membership)
    if isinstance(refusal, DomainNotAllowed):
        return "Enter an email address from an allowed domain"
    if isinstance(refusal, GroupAdministrator):
        return "Group administrators cannot be added to an individual pharmacy"
    if isinstance(refusal, CannotResend):
        return "The invite has been sent as often as it can be. Cancel it and add them again"
    return str(refusal)


def asks_whether_they_vaccinate(request: MemberRequest) -> bool:
    """A lead administrator is asked once, unless they are a vaccinator already."""
    membership = request.membership
    return (
        request.level == Level.LEAD_ADMINISTRATOR
        and Permission.MANAGE_USERS in request.permissions
        and not membership.vaccinator
        and membership.asked_vaccinator_at is None
    )


def vaccinating_page(request: MemberRequest) -> VaccinatingPage:
    return VaccinatingPage(
        organisation=request.organisation.name,
        key=new_key() if asks_whether_they_vaccinate(request) else "",
        back=reverse("vaccinations:home", kwargs={"ods": request.organisation.ods}),
    )


@requires(Permission.MANAGE_USERS)
@require_http_methods(METHODS)
def do_you_vaccinate(request: MemberRequest, ods: str) -> HttpResponse:
    """The question of the home page, on a page of its own; answered by POST."""
    page = vaccinating_page(request)
    if request.method == "POST" and request.POST.get("answer") in {"yes", "no"}:
        return _answer(request, page.back)
    if not page.key:
        return redirect(page.back)
    return render(request, "members/asking/do-you-vaccinate.jinja", {"page": page})


def _answer(request: MemberRequest, home: str) -> HttpResponse:
    vaccinates = request.POST["answer"] == "yes"

    def act() -> str:
        services.answer_whether_they_vaccinate(
            actor=request.account, membership=request.membership, vaccinates=vaccinates
        )
        done = "You are now a vaccinator here." if vaccinates else "You are not a vaccinator here."
        messages.success(request, f"{done} You can change this at any time in Manage users.")
        return home

    return carry_out(request, act, again=home)
