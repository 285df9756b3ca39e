"""Pages for people who are not logged in: asking to be reactivated, and why one cannot log in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ravs.accounts.normalise import email_key
from ravs.audit.services import keyed_hash
from ravs.core.access import Access, requires
from ravs.core.limits import hold_to, is_within, of_address
from ravs.members.asking import emails, presenters, selectors, services
from ravs.members.asking.forms import CannotSignInForm, ReasonForm
from ravs.members.asking.help import ask_for_help
from ravs.members.asking.presenters import AskedPage, AskPage, CannotAskPage, Told
from ravs.members.asking.rules import may_ask
from ravs.members.models import Membership
from ravs.members.selectors import lead_administrators

METHODS = ["GET", "HEAD", "POST"]
BAD_REQUEST = 400


@requires(Access.PUBLIC)
@require_http_methods(METHODS)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask to be reactivated. The form's token says who asks: the provider proved it just now."""
    if request.method != "POST":
        return _cannot(request, "log-in", status=200)
    membership = selectors.of_token(request.POST.get("token", ""))
    if membership is None:
        return _cannot(request, "too-late")
    if not may_ask(membership):
        return _cannot(request, "not-needed" if membership.is_usable else "not-possible")
    form = ReasonForm(request.POST if "reason" in request.POST else None)
    is_waiting = selectors.waiting_since(membership) is not None
    if is_waiting or form.is_valid():
        return _ask(request, membership, form, is_waiting=is_waiting)
    page = AskPage(str(membership.organisation), request.POST["token"], _told(membership))
    return render(request, "members/asking/ask.jinja", {"page": page, "form": form})


def _ask(
    request: HttpRequest, membership: Membership, form: ReasonForm, *, is_waiting: bool
) -> HttpResponse:
    if not is_waiting:
        hold_to("ask to come back", request, by=lambda *_: str(membership.public_id))
    reason = "" if is_waiting else form.cleaned_data["reason"]
    try:
        asked = services.ask_to_be_reactivated(
            actor=membership.account, membership=membership, reason=reason
        )
    except services.CannotAsk:  # somebody brought them back between the question and the verb
        return _cannot(request, "not-needed")
    page = AskedPage(
        organisation=str(membership.organisation),
        email=membership.account.email,
        since=asked.asked_at,
        told=_told(membership),
        provider_name=settings.IDENTITY_PROVIDER_NAME,
    )
    return render(request, "members/asking/asked.jinja", {"page": page})


def _told(membership: Membership) -> Told:
    organisation = membership.organisation
    leads = lead_administrators(organisation)
    return presenters.told(organisation, leads, emails.support_address())


def _cannot(request: HttpRequest, why: str, *, status: int = BAD_REQUEST) -> HttpResponse:
    """Why asking does not work now. What was written is shown, so that nobody writes it twice."""
    page = CannotAskPage(why=why, reason=request.POST.get("reason", ""))
    return render(request, "members/asking/cannot-ask.jinja", {"page": page}, status=status)


@requires(Access.PUBLIC)
@require_http_methods(METHODS)
def cannot_sign_in(request: HttpRequest) -> HttpResponse:
    """Takes any address, and leads to the same page for each: only a letter tells more."""
    form = CannotSignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        hold_to("cannot sign in", request, by=of_address)
        email = form.cleaned_data["email"]
        of_email = keyed_hash(email_key(email))
        if is_within("cannot sign in with one address", request, by=lambda *_: of_email):
            ask_for_help(email=email)
        return redirect("members:cannot-sign-in-sent")
    page = presenters.cannot_sign_in_page()
    return render(request, "members/asking/cannot-sign-in.jinja", {"page": page, "form": form})


@requires(Access.PUBLIC)
@require_safe
def cannot_sign_in_sent(request: HttpRequest) -> HttpResponse:
    page = presenters.cannot_sign_in_page()
    return render(request, "members/asking/cannot-sign-in-sent.jinja", {"page": page})
