"""OpenID Connect over HTTP: what the library does, minus what this provider does not offer.

The library leaves PKCE to public clients, compares redirect addresses loosely on loopback, and
builds its addresses from the request. Here PKCE with S256 is a must for every client, redirect
addresses are compared letter by letter, codes work once however many ask at a time, and every
address comes from ``IDENTITY_PUBLIC_URL``.
"""

import hashlib
import re
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from allauth.account.authentication import get_authentication_records
from allauth.core.internal import ratelimit
from allauth.core.internal.httpkit import add_query_params, del_query_params
from allauth.idp.oidc import views
from allauth.idp.oidc.internal.oauthlib.server import get_server
from allauth.idp.oidc.internal.oauthlib.utils import convert_response, extract_params
from allauth.idp.oidc.models import Client
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ravs_identity.oidc.adapter import note_sign_in
from ravs_identity.presenters import SignOutPage
from ravs_identity.views import METHODS, leading_onward

CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
LIMITS = {"token_refused": "60/m/ip"}


@require_safe
def configuration(request: HttpRequest) -> JsonResponse:
    """Discovery (OpenID Connect Discovery 1.0): exactly what is offered."""
    return JsonResponse(offered())


def offered() -> dict[str, object]:
    """The discovery document."""
    return {
        "issuer": settings.PUBLIC_URL,
        "authorization_endpoint": at("idp:oidc:authorization"),
        "token_endpoint": at("idp:oidc:token"),
        "userinfo_endpoint": at("idp:oidc:userinfo"),
        "jwks_uri": at("idp:oidc:jwks"),
        "end_session_endpoint": at("idp:oidc:logout"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "scopes_supported": ["openid", "email", "profile"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": settings.IDP_OIDC_AUTH_METHODS,
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login"],
        "claims_supported": CLAIMS,
    }


def at(name: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse(name)}"


CLAIMS = [
    "sub",
    "iss",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "email",
    "email_verified",
    "name",
    "given_name",
    "family_name",
    "preferred_username",
]


class AuthorizationView(views.AuthorizationView):  # type: ignore[misc]
    """Refuses early what would be refused late, and asks for the password again when told to."""

    http_method_names = METHODS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        early = self._refuse(request) or self._ask_for_password(request)
        if early:
            return early
        response: HttpResponse = super().get(request, *args, **kwargs)
        if response.status_code == 200:
            return broken_link(request)
        return self._noting_sign_in(request, response)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A form that starts a sign-in is the same as a link that does."""
        wish = request.POST.copy()
        wish.pop("request", None)
        return HttpResponseRedirect(f"{reverse('idp:oidc:authorization')}?{wish.urlencode()}")

    def _refuse(self, request: HttpRequest) -> HttpResponse | None:
        """Wrong client or address: say so here. No PKCE: say so to the client."""
        client = Client.objects.filter(pk=request.GET.get("client_id", "")).first()
        target = request.GET.get("redirect_uri", "")
        if client is None or not client.skip_consent or target not in client.get_redirect_uris():
            return broken_link(request)
        if request.GET.get("code_challenge_method") == "S256" and CHALLENGE.fullmatch(
            request.GET.get("code_challenge", "")
        ):
            return None
        reason = "PKCE with code_challenge_method S256 is required."
        return self._tell_client(request, "invalid_request", reason)

    def _ask_for_password(self, request: HttpRequest) -> HttpResponse | None:
        """``prompt=login``, or ``max_age`` seconds gone by since the password was typed."""
        prompts = request.GET.get("prompt", "").split()
        if "login" not in prompts and not self._too_long_ago(request):
            return None
        if "none" in prompts:
            return self._tell_client(request, "login_required", "The password is needed again.")
        page = "account_reauthenticate" if request.user.is_authenticated else "account_login"
        onward = del_query_params(request.get_full_path(), "prompt", "max_age")
        return HttpResponseRedirect(add_query_params(reverse(page), {"next": onward}))

    def _too_long_ago(self, request: HttpRequest) -> bool:
        limit = request.GET.get("max_age", "")
        if not (limit.isascii() and limit.isdigit()):
            return False
        if not request.user.is_authenticated:
            return True
        return time.time() - signed_in_at(request) >= int(limit[:9])

    def _tell_client(self, request: HttpRequest, error: str, reason: str) -> HttpResponse:
        """Only after the redirect address was found to be the client's own."""
        answer = {"error": error, "error_description": reason}
        if request.GET.get("state"):
            answer["state"] = request.GET["state"]
        return HttpResponseRedirect(add_query_params(request.GET["redirect_uri"], answer))

    def _noting_sign_in(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        given = parse_qs(urlsplit(response.headers.get("Location", "")).query)
        if "code" in given and request.user.is_authenticated:
            note_sign_in(given["code"][0], signed_in_at(request))
        return response


class TokenView(views.TokenView):  # type: ignore[misc]
    """A code is spent by the first request that brings it, right or wrong."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Only failures count against the limit: all sign-ins of a service come from one place."""
        worn_out = f"ravs_identity.token-refused:{request.META.get('REMOTE_ADDR')}"
        if cache.get(worn_out):
            return JsonResponse({"error": "temporarily_unavailable"}, status=429)
        response = self._answer(request)
        if response.status_code >= 400 and not ratelimit.consume(
            request, app="ravs_identity", action="token_refused", config=LIMITS
        ):
            cache.set(worn_out, True, timeout=60)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("grant_type") != Client.GrantType.AUTHORIZATION_CODE:
            return JsonResponse({"error": "unsupported_grant_type"}, status=400)
        if not spend(request.POST.get("code", "")):
            return JsonResponse({"error": "invalid_grant"}, status=400)
        response: HttpResponse = super().post(request)
        return response

    def _create_token_response(
        self, request: HttpRequest, *, user: Any = None, data: Any = None
    ) -> HttpResponse:
        """As the library does it, but without a refresh token: nothing may outlive a session."""
        server = get_server()
        server.auth_grant.refresh_token = server.openid_connect_auth.refresh_token = False
        answer = server.create_token_response(*extract_params(request))
        response: HttpResponse = convert_response(*answer)
        return response


class LogoutView(views.LogoutView):  # type: ignore[misc]
    """RP-initiated log-out. A client that proves whom it means is believed; others are asked."""

    http_method_names = METHODS
    template_name = "ravs_identity/sign-out.jinja"

    def get(self, request: HttpRequest) -> HttpResponse:
        return super().get(request) if self._may_return(request.GET) else broken_link(request)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self._may_return(request.POST):
            return broken_link(request)
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response

    def _may_return(self, wish: Any) -> bool:
        """The address to go back to must be registered, letter by letter, by some client."""
        target = wish.get("post_logout_redirect_uri", "")
        clients = Client.objects.all() if target else ()
        return not target or any(
            target in client.get_post_logout_redirect_uris() for client in clients
        )

    def form_invalid(self, form: Any) -> HttpResponse:
        return broken_link(self.request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs["form"]
        hidden = tuple((name, form.data[name]) for name in form.fields if form.data.get(name))
        page = SignOutPage(
            action=reverse("idp:oidc:logout"),
            hidden=tuple(pair for pair in hidden if pair[0] != "action"),
        )
        return {**super().get_context_data(**kwargs), "page": page}

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        return leading_onward(super().render_to_response(context, **kwargs))


def broken_link(request: HttpRequest) -> HttpResponse:
    """For people whom a client sent here with something that cannot be true."""
    return render(request, "ravs_identity/broken-link.jinja", status=400)


def signed_in_at(request: HttpRequest) -> int:
    """When the person of this session last typed their password; the epoch when unknown."""
    records = get_authentication_records(request, request.user)
    return int(records[-1]["at"]) if records else 0


def spend(code: str) -> bool:
    """Whether this request is the first to bring the code. Adding to the cache is atomic."""
    key = f"ravs_identity.spent:{hashlib.sha256(code.encode()).hexdigest()}"
    return bool(cache.add(key, True, timeout=settings.IDP_OIDC_AUTHORIZATION_CODE_EXPIRES_IN * 2))


class JwksView(views.JwksView):  # type: ignore[misc]
    """The public key. Servers read it, so no page of another origin needs leave to."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        response: JsonResponse = super().get(request, *args, **kwargs)
        del response.headers["Access-Control-Allow-Origin"]
        return response


authorization = AuthorizationView.as_view()
jwks = JwksView.as_view()
token = TokenView.as_view()
userinfo = views.user_info
logout = LogoutView.as_view()
