"""What follows signing in, for tests of signing in alone: everybody may go where they wanted."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from ravs.accounts import services
from ravs.accounts.models import Account


class OpenDoor:
    def after_sign_in(self, request: HttpRequest, account: Account, next_path: str) -> HttpResponse:
        return redirect(next_path or "/")


class ShutDoor:
    """Lets nobody in, as the room above does with somebody whose access has ended."""

    def after_sign_in(self, request: HttpRequest, account: Account, next_path: str) -> HttpResponse:
        services.end_session(request)
        return HttpResponse("Your access has ended.", status=403, content_type="text/plain")
