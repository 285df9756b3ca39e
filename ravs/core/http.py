"""The one outbound door: every HTTP client of the service is built here, and nowhere else.

A client from here waits for nobody without end, follows no redirect, always checks
certificates, sends no request in clear text except to this machine, reads nothing about proxies
from the environment, and signs each request with a correlation id: that of the request being
served, where there is one, and the same that stands in the log.
"""

import contextvars
import ipaddress
import logging
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from time import monotonic
from typing import TypeVar, cast

import httpx2
from django_guid import get_guid

from ravs.core.ids import new_id

T = TypeVar("T")

USER_AGENT = "ravs"
CORRELATION_HEADER = "X-Request-ID"
CONNECT_SECONDS = 5.0
LARGEST_ANSWER = 5 * 1024 * 1024
LONGEST_RETRY_AFTER = 24 * 60 * 60.0
PASSING_STATUS_CODES = frozenset({408, 425, 429, 500, 502, 503, 504})

# For callers that look at what a client gives or raises without building one.
Response = httpx2.Response
HttpError = httpx2.HTTPError
InvalidAddress = httpx2.InvalidURL

logger = logging.getLogger(__name__)
# The library's own line at INFO holds whole addresses, and their queries hold people's e-mails.
logging.getLogger("httpx2").setLevel(logging.WARNING)


class OutboundError(Exception):
    """A call to another service that did not work out.

    ``permanent``: the same call cannot succeed until an operator changes something.
    ``retry_after``: seconds the other side asked us to wait, when it said so.
    The text is short, for operators, and holds no secret, address of a person or answer's body.
    """

    def __init__(self, reason: str, *, permanent: bool, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.retry_after = retry_after


def client(
    *, timeout: float = 10.0, headers: Mapping[str, str] | None = None, base_url: str = ""
) -> httpx2.Client:
    """A configured client; ``timeout`` bounds each single wait and each answer, in seconds."""
    return httpx2.Client(
        base_url=base_url,
        headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **(headers or {})},
        timeout=httpx2.Timeout(timeout, connect=min(timeout, CONNECT_SECONDS)),
        follow_redirects=False,
        trust_env=False,
        transport=_Door(),
    )


def within(seconds: float, call: Callable[[], T]) -> T:
    """What ``call`` returns, or ``TimeoutError`` after ``seconds``, whatever it is waiting for.

    The time-outs of a client bound single waits; looking up a name and a peer that answers one
    byte at a time are bound by neither. The call runs beside us and is left behind when its time
    is up, so it must not touch the database.
    """
    outcome: list[T] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(call())
        except BaseException as error:  # noqa: BLE001 - raised again by the waiting thread
            failure.append(error)

    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(run,), name="outbound", daemon=True)
    thread.start()
    thread.join(seconds)
    if outcome:
        return outcome[0]
    if failure:
        raise failure[0]
    raise TimeoutError


def check(response: httpx2.Response) -> httpx2.Response:
    """The response itself when it is a success, or ``OutboundError``."""
    if response.is_success:
        return response
    raise refusal(response)


def refusal(response: httpx2.Response) -> OutboundError:
    """What an answer that is not a success means for the caller."""
    return OutboundError(
        f"{_host(response.url)} answered {response.status_code}",
        permanent=response.status_code not in PASSING_STATUS_CODES,
        retry_after=retry_after(response.headers.get("retry-after", "")),
    )


def failure(error: Exception) -> OutboundError:
    """What an error of the client means for the caller."""
    if isinstance(error, OutboundError):
        return error
    if isinstance(error, httpx2.HTTPStatusError):
        return refusal(error.response)
    if isinstance(
        error, httpx2.UnsupportedProtocol | httpx2.LocalProtocolError | httpx2.InvalidURL
    ):
        return OutboundError("the address is not one that can be called", permanent=True)
    return OutboundError(f"{_whom(error)} {_what_happened(error)}", permanent=False)


def retry_after(value: str) -> float | None:
    """Seconds to wait as a ``Retry-After`` header says, a number or a date (RFC 9110, 10.2.3).

    Nonsense is ``None``; a wait of more than a day is cut to a day.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        seconds = float(value[:12])
    else:
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (moment - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)


def is_loopback(host: str) -> bool:
    """Whether ``host`` names this very machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _Door(httpx2.BaseTransport):
    """Refuses clear text, signs, logs without query, and bounds the size and time of an answer."""

    def __init__(self) -> None:
        # One more try for a connection that could not be made; a request that may have been
        # carried out is never sent twice from here.
        self._transport = httpx2.HTTPTransport(verify=_trusted(), trust_env=False, retries=1)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.scheme == "http" and not is_loopback(request.url.host):
            raise httpx2.UnsupportedProtocol("Clear text goes to this machine only")
        correlation = request.headers.setdefault(CORRELATION_HEADER, get_guid() or new_id().hex)
        started = monotonic()
        status: int | str = "no answer"
        try:
            response = self._transport.handle_request(request)
            status = response.status_code
        finally:
            logger.info(
                "outbound %s %s%s: %s in %d ms [%s]",
                request.method,
                request.url.host,
                _shown(request.url.path),
                status,
                (monotonic() - started) * 1000,
                correlation,
            )
        limit = (request.extensions.get("timeout") or {}).get("read")
        body = cast("httpx2.SyncByteStream", response.stream)
        response.stream = _Bounded(body, started + limit if limit else None)
        return response

    def close(self) -> None:
        self._transport.close()


class _Bounded(httpx2.SyncByteStream):
    """An answer's body, cut off when it is too long or has been coming for too long."""

    def __init__(self, stream: httpx2.SyncByteStream, deadline: float | None) -> None:
        self._stream = stream
        self._deadline = deadline

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self._stream:
            size += len(chunk)
            if size > LARGEST_ANSWER:
                raise httpx2.ReadError("The answer is too long")
            if self._deadline is not None and monotonic() > self._deadline:
                raise httpx2.ReadTimeout("The answer took too long")
            yield chunk

    def close(self) -> None:
        self._stream.close()


@cache
def _trusted() -> ssl.SSLContext:
    """The machine's certificate authorities, to which ``SSL_CERT_FILE`` may add a private one."""
    return ssl.create_default_context()


def _shown(path: str) -> str:
    """A path without people: some services look somebody up with the e-mail address in it."""
    return "/".join("…" if "@" in part else part for part in path.split("/"))


def _host(url: httpx2.URL | None) -> str:
    return (url.host if url else "") or "the other service"


def _whom(error: Exception) -> str:
    try:
        return _host(error.request.url) if isinstance(error, httpx2.HTTPError) else _host(None)
    except RuntimeError:
        return _host(None)


def _what_happened(error: Exception) -> str:
    """One clause for operators; the library's own texts can hold what the peer sent."""
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _causes(error)):
        return "has no certificate that this machine trusts"
    if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout):
        return "cannot be reached"
    if isinstance(error, httpx2.TimeoutException):
        return "did not answer in time"
    return "broke off or sent what cannot be read"


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause = error.__cause__ or error.__context__
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
