"""How Okta tells that it takes no more for now, and until when."""

import time
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from ravs.core import http

NO_RATE = 60.0
"""How long to wait when Okta says *too much* and not how long: its limits are by the minute."""


def refusal(response: http.Response) -> http.OutboundError:
    """What a refusal means, with the wait that Okta's own headers ask for."""
    error = http.refusal(response)
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        error.retry_after = error.retry_after or until_reset(response) or NO_RATE
    return error


def is_used_up(response: http.Response) -> bool:
    """Whether this answer was the last of its kind until the reset."""
    return response.headers.get("x-rate-limit-remaining", "").strip() == "0"


def until_reset(response: http.Response) -> float | None:
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
