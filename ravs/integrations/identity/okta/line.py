"""One conversation with Okta: its addresses, limits, refusals, and the time it may take."""

import time
from collections.abc import Iterator, MutableMapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from ravs.core import http
from ravs.integrations.identity.okta import tokens
from ravs.integrations.identity.okta.account import OktaAccount
from ravs.integrations.identity.okta.people import Unreadable
from ravs.integrations.identity.port import DirectoryError

MOST_PAGES = 10
NO_RATE = 60.0
"""How long to wait when Okta says *too much* and not how long: its limits are by the minute."""

HINTS = {
    HTTPStatus.BAD_REQUEST: "it does not accept what it was sent",
    HTTPStatus.UNAUTHORIZED: "it does not accept the token",
    HTTPStatus.FORBIDDEN: "the token, or the service app, lacks a right or a scope for this",
}
PASSING = frozenset({HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS})

TAKEN = "already exists"
"""What Okta adds to E0000001, its code of anything it finds wrong, when a login is taken."""

Full = MutableMapping[tuple[str, str], float]
"""Until when each kind of request has used up its rate."""


class Refused(DirectoryError):
    """Okta answered, and the answer was no."""

    def __init__(self, error: http.OutboundError, response: http.Response, code: str) -> None:
        status = HTTPStatus(response.status_code) if response.status_code < 600 else None
        hint = HINTS.get(status, "") if status else ""
        reason = f"{error} ({code})" if code else str(error)
        super().__init__(
            f"{reason}: {hint}" if hint else reason,
            permanent=error.permanent and status not in PASSING,
            retry_after=error.retry_after,
        )
        self.status = response.status_code
        self.says_taken = response.status_code == HTTPStatus.CONFLICT or TAKEN in response.text


class Line:
    """Requests of one call of ours; none begins after ``deadline``."""

    def __init__(self, okta: OktaAccount, client: Any, deadline: float, full: Full) -> None:
        self._okta = okta
        self._client = client
        self._deadline = deadline
        self._full = full

    def get(self, template: str, *parts: str) -> Any | None:
        """What stands at an address, or ``None`` where nothing does."""
        try:
            return _json(self.ask("GET", template, *parts))
        except Refused as refused:
            if refused.status == HTTPStatus.NOT_FOUND:
                return None
            raise

    def post(self, template: str, *parts: str, **how: Any) -> Any:
        return _json(self.ask("POST", template, *parts, **how))

    def ask(self, method: str, template: str, *parts: str, **how: Any) -> http.Response:
        """The answer, if it is a success. ``parts`` are filled in, whatever they contain."""
        path = template.format(*(quote(part, safe="") for part in parts))
        address = f"{self._okta.org_url}/api/v1/{path}"
        return self._ask((method, template), address, how)

    def pages(self, template: str, *parts: str, **how: Any) -> Iterator[Any]:
        """Everything in a list, however many pages it has; Okta may send empty ones."""
        response = self.ask("GET", template, *parts, **how)
        for _ in range(MOST_PAGES):
            listed = _json(response)
            if not isinstance(listed, list):
                raise Unreadable("a list")
            yield from listed
            onward = response.links.get("next", {}).get("url", "")
            if not onward.startswith(f"{self._okta.org_url}/api/v1/"):
                return
            response = self._ask(("GET", template), onward, {})
        raise Unreadable("a list with an end")

    def _ask(self, kind: tuple[str, str], address: str, how: dict[str, Any]) -> http.Response:
        self._hold_back(kind)
        response = self._send(kind[0], address, how)
        if response.status_code == HTTPStatus.UNAUTHORIZED and tokens.forget(self._okta):
            response = self._send(kind[0], address, how)
        self._note_rate(kind, response)
        if response.is_success:
            return response
        raise _refusal(response)

    def _send(self, method: str, address: str, how: dict[str, Any]) -> http.Response:
        if time.monotonic() >= self._deadline:
            raise TimeoutError
        headers = {"Authorization": tokens.authorisation(self._okta, self._client)}
        answer: http.Response = self._client.request(method, address, headers=headers, **how)
        return answer

    def _hold_back(self, kind: tuple[str, str]) -> None:
        """A request that Okta said it would refuse is not made."""
        wait = self._full.get(kind, 0.0) - time.time()
        if wait > 0:
            raise DirectoryError("Okta takes no more of these for now", permanent=False,
                                 retry_after=min(wait, http.LONGEST_RETRY_AFTER))  # fmt: skip

    def _note_rate(self, kind: tuple[str, str], response: http.Response) -> None:
        if response.headers.get("x-rate-limit-remaining", "").strip() == "0":
            wait = _until_reset(response)
            if wait:
                self._full[kind] = time.time() + wait


def _refusal(response: http.Response) -> Refused:
    error = http.refusal(response)
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        error.retry_after = error.retry_after or _until_reset(response) or NO_RATE
    return Refused(error, response, _code(response))


def _until_reset(response: http.Response) -> float | None:
    """Seconds until the rate begins anew, by Okta's own clock where it tells the time."""
    reset = response.headers.get("x-rate-limit-reset", "").strip()
    if not (reset.isascii() and reset.isdecimal()) or len(reset) > 12:
        return None
    wait = float(reset) - _their_time(response)
    return min(max(wait, 1.0), http.LONGEST_RETRY_AFTER)


def _their_time(response: http.Response) -> float:
    try:
        return parsedate_to_datetime(response.headers.get("date", "")).timestamp()
    except (ValueError, OverflowError):
        return time.time()


def _code(response: http.Response) -> str:
    """Okta's code of an error, such as E0000007. Its words may quote what was sent, and are not
    kept."""
    try:
        said = response.json()
    except (ValueError, RecursionError):
        return ""
    code = said.get("errorCode") if isinstance(said, dict) else None
    is_code = isinstance(code, str) and len(code) == 8 and code[0] == "E" and code[1:].isdecimal()
    return str(code) if is_code else ""


def _json(response: http.Response) -> Any:
    try:
        return response.json()
    except (ValueError, RecursionError):
        raise Unreadable("an answer") from None
