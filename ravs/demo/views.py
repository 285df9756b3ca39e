"""The mailbox: every message that the service and its identity provider sent."""

from uuid import UUID

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ravs.core.access import Access, requires
from ravs.core.pagination import page_of
from ravs.demo.letterbox import Letterbox, Opened
from ravs.demo.presenters import mailbox_page, message_page

SIZE = 20
LETTER_POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "form-action": [NONE],
    "base-uri": [SELF],
    "frame-ancestors": [SELF],
    "sandbox": [
        "allow-popups",
        "allow-popups-to-escape-sandbox",
        "allow-top-navigation-by-user-activation",
    ],
}
"""A letter may look as it was made to, and its links may be followed; it can do nothing else."""


@requires(Access.PUBLIC)
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    box = letterbox()
    asked = request.GET.get("page")
    pages = page_of(asked, total=box.count(), size=SIZE, path=request.path)
    page = mailbox_page(box.latest(start=pages.start, size=SIZE), pages)
    return render(request, "demo/mailbox.jinja", {"page": page})


@requires(Access.PUBLIC)
@require_safe
def message(request: HttpRequest, message: UUID) -> HttpResponse:
    page = message_page(opened(message).arrived, formatted=True)
    response = render(request, "demo/message.jinja", {"page": page})
    response._csp_update = {"frame-src": [SELF]}  # type: ignore[attr-defined]  # noqa: SLF001
    return response


@requires(Access.PUBLIC)
@require_safe
def plain(request: HttpRequest, message: UUID) -> HttpResponse:
    mail = opened(message)
    page = message_page(mail.arrived, text=mail.text, formatted=False)
    return render(request, "demo/message.jinja", {"page": page})


@requires(Access.PUBLIC)
@require_safe
def letter(request: HttpRequest, message: UUID) -> HttpResponse:
    """The message's own HTML, which stands in a frame. Its links leave the frame."""
    html = opened(message).html.replace("<head>", '<head><base target="_top">', 1)
    response = HttpResponse(html)
    response._csp_replace = LETTER_POLICY  # type: ignore[attr-defined]  # noqa: SLF001
    response.xframe_options_exempt = True
    return response


def letterbox() -> Letterbox:
    return Letterbox(settings.DEMO_LETTERBOX)  # type: ignore[misc]


def opened(message: UUID) -> Opened:
    mail = letterbox().read(message)
    if mail is None:
        raise Http404("No such message has arrived.")
    return mail
