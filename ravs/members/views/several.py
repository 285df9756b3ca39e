"""One act for several people: what will happen, the act, and what became of each of them."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ravs.accounts.middleware import counts_no_use
from ravs.accounts.submissions import new_key
from ravs.core.access import requires
from ravs.core.pagination import page_of as numbered
from ravs.members import services
from ravs.members.bulk_pages import (
    HEADINGS,
    NAMED,
    ActedPage,
    AskPage,
    RecentAct,
    RecentPage,
    act_url,
    back_to,
    check_several_page,
    how_far,
    outcome_row,
    tally,
    what_of,
)
from ravs.members.consequences import consequences
from ravs.members.forms import LevelForm, VaccinatorForm
from ravs.members.models import BulkAct, BulkVerb
from ravs.members.permissions import Permission
from ravs.members.picking import Pick, fingerprint
from ravs.members.presenters import url_of
from ravs.members.requests import MemberRequest
from ravs.members.services.bulk import UNDO_FOR, Wanted, can_undo
from ravs.members.views.acting import carry_out

RECENT = 50
UNSENT = frozenset({BulkVerb.VACCINATOR.value})


@requires(Permission.MANAGE_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def several(request: MemberRequest, ods: str) -> HttpResponse:
    """Ask what is missing, say what will happen, and begin it."""
    pick = Pick.read(request.POST if request.method == "POST" else request.GET)
    if pick.verb is None or not pick.people(request.organisation).exists():
        messages.warning(request, "Select at least one user, then choose what to do.")
        return redirect(back_to(request.organisation, pick))
    wanted = pick.wanted
    if wanted is None:
        return _ask(request, pick)
    if request.method == "POST":
        return _begin(request, pick, wanted)
    return _check(request, pick, wanted)


def _ask(request: MemberRequest, pick: Pick) -> HttpResponse:
    form_class = LevelForm if pick.verb == BulkVerb.LEVEL else VaccinatorForm
    form = form_class(request.GET if "asked" in request.GET else None)
    page = AskPage(
        title=HEADINGS[BulkVerb(pick.verb or "")],
        people=pick.people(request.organisation).count(),
        pairs=(*pick.pairs, ("asked", "yes")),
        back=back_to(request.organisation, pick),
    )
    return render(request, "members/several/ask.jinja", {"page": page, "form": form})


def _check(request: MemberRequest, pick: Pick, wanted: Wanted) -> HttpResponse:
    organisation = request.organisation
    people = pick.people(organisation)
    will = consequences(organisation, wanted, people, actor_id=request.account.pk)
    page = check_several_page(
        organisation,
        pick,
        will,
        list(people.select_related("account")[:NAMED]),
        fingerprint=fingerprint(people),
        key=new_key(),
    )
    return render(request, "members/several/check.jinja", {"page": page})


def _begin(request: MemberRequest, pick: Pick, wanted: Wanted) -> HttpResponse:
    """Begin it for those whom the page was about, or show the page again."""
    people = pick.people(request.organisation)
    if fingerprint(people) != request.POST.get("people", ""):
        messages.warning(request, "The users this is about have changed. Check them again.")
        return _check(request, pick, wanted)

    def act() -> str:
        begun = services.begin_bulk(
            actor=request.account, organisation=request.organisation, wanted=wanted, chosen=people
        )
        return act_url(request.organisation, begun.public_id)

    return carry_out(request, act, again=back_to(request.organisation, pick))


@requires(Permission.MANAGE_USERS)
@require_safe
def done(request: MemberRequest, ods: str, act: UUID) -> HttpResponse:
    """How far it is, and what became of each person."""
    page = _acted_page(request, _act_of(request, act))
    return render(request, "members/several/done.jinja", {"page": page})


@requires(Permission.MANAGE_USERS)
@require_safe
@counts_no_use
def progress(request: MemberRequest, ods: str, act: UUID) -> HttpResponse:
    """For the page's own refresh. Watching is no use of the session, so it still ends."""
    found = _act_of(request, act)
    counted = tally(found)
    over = found.finished_at is not None
    return JsonResponse({"over": over, "words": how_far(counted), "done": counted["settled"]})


def _act_of(request: MemberRequest, act: UUID) -> BulkAct:
    rows = request.organisation.bulk_acts.select_related("actor", "undoes", "undone_by")
    found = rows.filter(public_id=act).first()
    if found is None:
        raise Http404
    return found


def _acted_page(request: MemberRequest, act: BulkAct) -> ActedPage:
    organisation = request.organisation
    counted = tally(act)
    pages = numbered(
        request.GET.get("page"), total=counted["total"], size=settings.PAGE_SIZE, path=request.path
    )
    rows = act.rows.select_related("membership__account").order_by("pk")
    undone_by = getattr(act, "undone_by", None)
    return ActedPage(
        title=HEADINGS[BulkVerb(act.verb)],
        what=what_of(act),
        by=act.actor.full_name,
        begun_at=act.created_at,
        is_finished=act.finished_at is not None,
        progress_url=act_url(organisation, act.public_id, "several-progress"),
        how_far=how_far(counted),
        total=counted["total"],
        settled=counted["settled"],
        done=counted["done"],
        rows=tuple(outcome_row(organisation, row) for row in rows[pages.start : pages.stop]),
        pages=pages,
        may_undo=undone_by is None and can_undo(act, now=timezone.now()),
        undo=act_url(organisation, act.public_id, "several-undo"),
        undo_until=act.finished_at + UNDO_FOR if act.finished_at else None,
        undoes=act_url(organisation, act.undoes.public_id) if act.undoes else "",
        undone_by=act_url(organisation, undone_by.public_id) if undone_by else "",
        sends_mail=act.verb not in UNSENT,
        back=url_of("list", organisation),
        key=new_key(),
    )


@requires(Permission.MANAGE_USERS)
@require_POST
def undo(request: MemberRequest, ods: str, act: UUID) -> HttpResponse:
    """Begin the opposite for everybody it was done to."""
    found = _act_of(request, act)

    def take_back() -> str:
        undoing = services.undo_bulk(actor=request.account, act=found)
        return act_url(request.organisation, undoing.public_id)

    return carry_out(request, take_back, again=act_url(request.organisation, act))


@requires(Permission.MANAGE_USERS)
@require_safe
def recent(request: MemberRequest, ods: str) -> HttpResponse:
    """What was done to several people lately, to look at again or to undo."""
    rows = request.organisation.bulk_acts.select_related("actor").annotate(people=Count("rows"))
    acts = tuple(
        RecentAct(
            what=what_of(act),
            href=act_url(request.organisation, act.public_id),
            by=act.actor.full_name,
            begun_at=act.created_at,
            people=act.people,
            is_finished=act.finished_at is not None,
        )
        for act in rows.order_by("-pk")[:RECENT]
    )
    page = RecentPage(acts=acts, back=url_of("list", request.organisation))
    return render(request, "members/several/recent.jinja", {"page": page})
