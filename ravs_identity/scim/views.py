"""SCIM 2.0 over HTTP, for the one directory that holds the operator's token."""

import hmac
import json
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from scim2_models import PayloadTooLargeException, UnauthorizedException
from scim2_server.applications.base import BaseApplication
from scim2_server.handler import ScimHandler
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from ravs.core.access import Access, requires
from ravs_identity.scim.resources import PROVIDER
from ravs_identity.scim.storage import PeopleStorage

ROOT = "/scim/v2"
LARGEST_BODY = 64 * 1024


class Application(BaseApplication):
    """The library's rules about errors and headers, with our door and our storage."""

    def __init__(self) -> None:
        super().__init__(PROVIDER)
        self.handler = ScimHandler(self.service, PeopleStorage())

    def check_auth(self, request: ScimRequest) -> None:
        """The whole token is compared, in a time that says nothing about how much was right."""
        scheme, _, token = (request.header("Authorization") or "").partition(" ")
        expected = str(settings.SCIM_TOKEN)
        right = hmac.compare_digest(token.strip().encode(), expected.encode())
        if scheme.lower() != "bearer" or not expected or not right:
            raise UnauthorizedException

    def serve(self, request: ScimRequest) -> ScimResponse:
        try:
            if self.needs_auth(request):
                self.check_auth(request)
            if len(request.body) > LARGEST_BODY:
                raise PayloadTooLargeException
            response = self.handler.handle(request)
        except Exception as exception:  # noqa: BLE001 - the library answers, and logs what is a bug
            response = self.handle_exception(request, exception)
        return self.finalize_response(request, response)


APPLICATION = Application()


@requires(Access.PUBLIC)
@csrf_exempt
def scim(request: HttpRequest, path: str = "") -> HttpResponse:
    """Every SCIM address. Its door is the bearer token, which no browser holds."""
    answer = APPLICATION.serve(
        ScimRequest(
            method=request.method or "GET",
            base_url=f"{settings.PUBLIC_URL}{ROOT}",
            path=f"/{quote(path)}",  # it comes back in a header
            query=request.GET.dict(),
            headers=dict(request.headers),
            body=request.body,
        )
    )
    body = b"" if answer.body is None else json.dumps(answer.body).encode()
    return HttpResponse(body, status=answer.status, headers=dict(answer.headers))
