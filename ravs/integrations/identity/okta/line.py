"""One conversation with Okta: its addresses, limits, refusals, and the time it may take."""

import time
from collections.abc import Iterator, MutableMapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from ravs.core import http
from ravs.integrations.identity.okta import rates, tokens
from ravs.integrations.identity.okta.account import OktaAccount
from ravs.integrations.identity.okta.people import Unreadable
from ravs.integrations.identity.port import DirectoryError

MOST_PAGES = 10

HINTS: dict[int, str] = {
    HTTPStatus.BAD_REQUEST: "it does not accept what it was sent",
    HTTPStatus.UNAUTHORIZED: "it does not accept the token",
    HTTPStatus.FORBIDDEN: "the token, or the service app, lacks a right or a scope for this",
}
PASSING: frozenset[int] = frozenset({HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS})

TAKEN = "already exists"
"""What Okta adds to E0000001, its code of anything it finds wrong, when a login is taken."""

Full = MutableMapping[tuple[str, str], float]
"""Until when each kind of request has used up its rate."""


class Refused(DirectoryError):
    """Okta answered, and the answer was no."""

    def __init__(self, error: http.OutboundError, response: http.Response, code: str) -> None:
        status = response.status_code
        hint = HINTS.get(status, "")
        passes = status in PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR
        reason = f"{error} ({code})" if code else str(error)
        super().__init__(
            f"{reason}: {hint}" if hint else reason,
            permanent=error.permanent and not passes,
            retry_after=error.retry_after,
        )
        self.status = status
        self.says_taken = status == HTTPStatus.CONFLICT or TAKEN in response.text


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
        raise Refused(rates.refusal(response), response, _code(response))

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
        wait = rates.until_reset(response) if rates.is_used_up(response) else None
        if wait:
            self._full[kind] = time.time() + wait


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
