"""The provider's pages: signing in and out, activating, and choosing a new password."""

from typing import Any

from allauth.account import views as library
from allauth.idp.oidc.models import Client
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from ravs.core.access import Access, requires
from ravs_identity import presenters, services
from ravs_identity.forms import AddressForm, ChoosePasswordForm, ReauthenticateForm, SignInForm
from ravs_identity.models import LinkState, Person, Purpose
from ravs_identity.sign_in import AccountAdapter, take

METHODS = ["get", "head", "post"]
VERBS = {Purpose.ACTIVATION: services.activate, Purpose.RESET: services.reset_password}
DONE = {Purpose.ACTIVATION: "identity:activated", Purpose.RESET: "identity:password-changed"}
MINUTES = {"login_failed": 5, "reset_password": 15, "reset_password_from_key": 1}


@requires(Access.PUBLIC)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """For somebody signed in, where to go on to; for everybody else, the sign-in page."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    return render(request, "ravs_identity/home.jinja", {"page": onward(request.user)})


@requires(Access.PUBLIC)
@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    return render(request, "ravs_identity/signed-out.jinja", {"page": onward()})


@requires(Access.PUBLIC)
@require_safe
def activated(request: HttpRequest) -> HttpResponse:
    return render(request, "ravs_identity/activated.jinja", {"page": onward()})


@requires(Access.PUBLIC)
@require_safe
def password_changed(request: HttpRequest) -> HttpResponse:
    return render(request, "ravs_identity/password-changed.jinja", {"page": onward()})


@requires(Access.PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def forgot_password(request: HttpRequest) -> HttpResponse:
    """Asks for an address and answers the same whatever it is."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "ravs_identity/forgot-password.jinja", {"form": form})
    address = form.cleaned_data["email"]
    if not take(request, action="reset_password", key=address):
        return too_many(request, minutes=MINUTES["reset_password"])
    services.ask_for_link(address=address)
    return redirect("identity:link-sent")


@requires(Access.PUBLIC)
@require_safe
def link_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "ravs_identity/link-sent.jinja")


@requires(Access.PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def activate(request: HttpRequest, token: str) -> HttpResponse:
    return use_link(request, token, Purpose.ACTIVATION)


@requires(Access.PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def reset_password(request: HttpRequest, token: str) -> HttpResponse:
    return use_link(request, token, Purpose.RESET)


def use_link(request: HttpRequest, token: str, purpose: Purpose) -> HttpResponse:
    """GET shows and POST consumes: programs that scan mail follow links, but post nothing."""
    posted = request.method == "POST"
    if posted and not take(request, action="reset_password_from_key"):
        return too_many(request, minutes=MINUTES["reset_password_from_key"])
    found = services.find_link(token=token, purpose=purpose)
    if found is None or found.state is not LinkState.LIVE:
        return spent_link(request, found, purpose)
    form = ChoosePasswordForm(request.POST if posted else None, person=found.person)
    if not form.is_valid():
        return choose_password(request, form, purpose)
    try:
        VERBS[purpose](token=token, password=form.cleaned_data["password"])
    except services.LinkSpent:
        return spent_link(request, services.find_link(token=token, purpose=purpose), purpose)
    AccountAdapter(request).forget_failures(request, found.person)
    return redirect(DONE[purpose])


def choose_password(
    request: HttpRequest, form: ChoosePasswordForm, purpose: Purpose
) -> HttpResponse:
    page = presenters.ChoosePasswordPage(
        email=form.person.email, activating=purpose is Purpose.ACTIVATION
    )
    return render(request, "ravs_identity/choose-password.jinja", {"page": page, "form": form})


def spent_link(
    request: HttpRequest, found: services.Found | None, purpose: Purpose
) -> HttpResponse:
    """A link that was used, replaced or has expired; one never sent looks like an expired one."""
    page = presenters.spent_link_page(
        found.for_reader() if found else LinkState.EXPIRED,
        activating=purpose is Purpose.ACTIVATION,
    )
    context = {"page": page, "form": AddressForm()}
    return render(request, "ravs_identity/spent-link.jinja", context, status=410 if found else 404)


class SignInView(library.LoginView):  # type: ignore[misc]
    """E-mail address and password."""

    http_method_names = METHODS
    template_name = "ravs_identity/sign-in.jinja"
    form_class = SignInForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = presenters.SignInPage(next=self.get_next_url() or "")
        return {**super().get_context_data(**kwargs), "page": page}

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        return refused(self.request, form) or super().form_invalid(form)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        return leading_onward(super().render_to_response(context, **kwargs))


class SignInAgainView(library.ReauthenticateView):  # type: ignore[misc]
    """The password once more, when a service asks for it."""

    http_method_names = METHODS
    template_name = "ravs_identity/sign-in.jinja"
    form_class = ReauthenticateForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect(self.passthrough_next_url(reverse("account_login")))
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = presenters.SignInPage(
            next=self.get_next_url() or "",
            password_needed_again=True,
            email=self.request.user.email,
        )
        return {**super().get_context_data(**kwargs), "page": page}

    def form_invalid(self, form: ReauthenticateForm) -> HttpResponse:
        return refused(self.request, form) or super().form_invalid(form)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        return leading_onward(super().render_to_response(context, **kwargs))


class SignOutView(library.LogoutView):  # type: ignore[misc]
    """Leaves this provider, by POST only."""

    http_method_names = METHODS
    template_name = "ravs_identity/sign-out.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = presenters.SignOutPage(action=reverse("account_logout"))
        return {**super().get_context_data(**kwargs), "page": page}


def refused(request: HttpRequest, form: Any) -> HttpResponse | None:
    """Too many wrong passwords for one address have a page of their own."""
    codes = {error.code for errors in form.errors.as_data().values() for error in errors}
    if "too_many_login_attempts" not in codes:
        return None
    return too_many(request, minutes=MINUTES["login_failed"])


def leading_onward(response: HttpResponse) -> HttpResponse:
    """Let this page's form end at a registered service, by way of redirects."""
    origins = presenters.origins_of(list(Client.objects.all()))
    response._csp_update = {"form-action": origins}  # type: ignore[attr-defined]  # noqa: SLF001
    return response


def onward(person: Person | None = None) -> presenters.OnwardPage:
    return presenters.OnwardPage(
        services=presenters.services_of(list(Client.objects.order_by("name", "id"))),
        sign_in_url=reverse("account_login"),
        email=person.email if person else "",
        name=person.get_full_name() if person else "",
    )


def too_many(request: HttpRequest, *, minutes: int = 1) -> HttpResponse:
    page = presenters.LimitPage(minutes=minutes)
    response = render(request, "ravs_identity/too-many.jinja", {"page": page}, status=429)
    response.headers["Retry-After"] = str(minutes * 60)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "ravs_identity/errors/csrf.jinja", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "ravs_identity/errors/400.jinja", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "ravs_identity/errors/403.jinja", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "ravs_identity/errors/404.jinja", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Asks nothing of the database: it may be the reason."""
    context = {"frame": presenters.frame(), "request": request}
    return HttpResponse(render_to_string("ravs_identity/errors/500.jinja", context), status=500)


sign_in = SignInView.as_view()
sign_in_again = SignInAgainView.as_view()
sign_out = SignOutView.as_view()
