"""What the provider says of itself, and its keys: read from it, kept for an hour.

Whoever sets out for the provider leaves our pages, and meets a browser's error if nobody answers
there. So they are sent only where somebody answered a moment ago. While the provider does not
answer, each try costs a wait; so a failure is remembered for a few seconds, and people who come
meanwhile are told at once. People already signed in notice nothing.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

from authlib.oidc.discovery import get_well_known_url  # type: ignore[import-untyped]
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet

from ravs.accounts.refusals import ProviderDown
from ravs.core import http

ALLOWED_ALGORITHMS = frozenset({"RS256", "PS256", "ES256", "EdDSA"})
KEY_TYPES = frozenset({"RSA", "EC", "OKP"})
KEEP_SECONDS = 3600.0
SURE_SECONDS = 10.0
REFETCH_SECONDS = 10.0
FAILURE_SECONDS = 15.0
TIMEOUT_SECONDS = 5.0
QUEUE_SECONDS = 2.0

T = TypeVar("T")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Provider:
    """The parts of the discovery document that are used, checked."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    end_session_endpoint: str
    algorithms: frozenset[str]
    auth_methods: frozenset[str]
    names_itself: bool
    """Whether its answers carry ``iss`` (RFC 9207)."""


@dataclass
class _Shelf:
    """What is known of one issuer in this process, with the time at which it was read.

    One asks at a time. Whoever can use what is kept does not wait for that.
    """

    lock: threading.Lock = field(default_factory=threading.Lock)
    document: tuple[Provider, float] | None = None
    keys: tuple[KeySet, float] | None = None
    refetched_at: float = 0.0
    failed_at: float | None = None

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Ask alone. Who waits for long behind somebody who asks has the answer: it is away."""
        if not self.lock.acquire(timeout=QUEUE_SECONDS):
            raise ProviderDown("Somebody else is still waiting for an answer.")
        try:
            yield
        finally:
            self.lock.release()


_shelves: dict[str, _Shelf] = {}
_shelves_lock = threading.Lock()


def provider(issuer: str, *, answered_within: float = KEEP_SECONDS) -> Provider:
    """The provider at ``issuer``, which answered that lately; raises ``ProviderDown``."""
    shelf = _shelf(issuer)
    kept = _if_younger(shelf.document, answered_within)
    if kept is not None:
        return kept
    with shelf.asking():
        kept = _if_younger(shelf.document, answered_within)
        if kept is not None:
            return kept
        now = time.time()
        found = _unless_just_failed(shelf, now, lambda: _read_provider(issuer))
        shelf.document = (found, now)
        return found


def keys(provider: Provider, *, refetch: bool = False) -> KeySet:
    """The provider's public keys. ``refetch``: somebody met a key that is not among them."""
    shelf = _shelf(provider.issuer)
    kept = _if_younger(shelf.keys, KEEP_SECONDS)
    if kept is not None and not refetch:
        return kept
    with shelf.asking():
        now = time.time()
        again = refetch and not 0 <= now - shelf.refetched_at < REFETCH_SECONDS
        kept = _if_younger(shelf.keys, KEEP_SECONDS)
        if kept is None or again:
            kept = _unless_just_failed(shelf, now, lambda: _read_keys(provider))
            shelf.keys = (kept, now)
        if again:
            shelf.refetched_at = now
        return kept


def _if_younger(kept: tuple[T, float] | None, seconds: float) -> T | None:
    """What was kept, unless it is older; a clock set back makes everything old."""
    if kept is None or not 0 <= time.time() - kept[1] < seconds:
        return None
    return kept[0]


def forget() -> None:
    """Forget everything that was read, in this process."""
    with _shelves_lock:
        _shelves.clear()


def fetch_json(url: str, **headers: str) -> dict[str, Any]:
    """A JSON object from the provider; raises ``ProviderDown``."""
    try:
        with http.client(timeout=TIMEOUT_SECONDS, headers=headers) as client:
            found = http.check(client.get(url)).json()
    except (http.HttpError, http.OutboundError) as error:
        logger.warning("identity provider: %s: %s", urlsplit(url).path, http.failure(error))
        raise ProviderDown from error
    except ValueError as error:
        logger.warning("identity provider: %s answers no JSON", urlsplit(url).path)
        raise ProviderDown from error
    if not isinstance(found, dict):
        raise ProviderDown("The answer is no JSON object.")
    return found


def _shelf(issuer: str) -> _Shelf:
    with _shelves_lock:
        return _shelves.setdefault(issuer, _Shelf())


def _unless_just_failed(shelf: _Shelf, now: float, read: Callable[[], T]) -> T:
    if shelf.failed_at is not None and 0 <= now - shelf.failed_at < FAILURE_SECONDS:
        raise ProviderDown
    try:
        found = read()
    except ProviderDown:
        shelf.failed_at = time.time()  # when it failed, not when the waiting began
        raise
    shelf.failed_at = None
    return found


def _read_provider(issuer: str) -> Provider:
    document = fetch_json(get_well_known_url(issuer, external=True))
    if document.get("issuer") != issuer:
        logger.error("identity provider: the discovered issuer is not OIDC_ISSUER")
        raise ProviderDown("The discovered issuer is another one.")
    return Provider(
        issuer=issuer,
        authorization_endpoint=_address(document, "authorization_endpoint"),
        token_endpoint=_address(document, "token_endpoint"),
        jwks_uri=_address(document, "jwks_uri"),
        userinfo_endpoint=_address(document, "userinfo_endpoint", optional=True),
        end_session_endpoint=_address(document, "end_session_endpoint", optional=True),
        algorithms=ALLOWED_ALGORITHMS
        & _words(document, "id_token_signing_alg_values_supported", default="RS256"),
        auth_methods=_words(
            document, "token_endpoint_auth_methods_supported", default="client_secret_basic"
        ),
        names_itself=document.get("authorization_response_iss_parameter_supported") is True,
    )


def _address(document: dict[str, Any], name: str, *, optional: bool = False) -> str:
    """An endpoint: https, or on this very machine."""
    value = document.get(name)
    if optional and not value:
        return ""
    parts = urlsplit(value) if isinstance(value, str) else None
    secure = parts and (parts.scheme == "https" or http.is_loopback(parts.hostname or ""))
    if not secure:
        logger.error("identity provider: discovery has no usable %s", name)
        raise ProviderDown(f"Discovery has no usable {name}.")
    return str(value)


def _words(document: dict[str, Any], name: str, *, default: str) -> frozenset[str]:
    """A list of words, with what the standard says when it is missing."""
    value = document.get(name)
    if not isinstance(value, list):
        return frozenset({default})
    return frozenset(word for word in value if isinstance(word, str))


def _read_keys(provider: Provider) -> KeySet:
    entries = fetch_json(provider.jwks_uri).get("keys")
    found = [_key(entry) for entry in entries] if isinstance(entries, list) else []
    usable = [key for key in found if key is not None]
    if not usable:
        logger.error("identity provider: it publishes no usable key")
        raise ProviderDown("The provider publishes no usable key.")
    return KeySet(usable)


def _key(entry: Any) -> Key | None:
    """A public key for signatures; what is not one, or not understood, is left (RFC 7517, 5)."""
    if not isinstance(entry, dict) or entry.get("kty") not in KEY_TYPES:
        return None
    if entry.get("use", "sig") != "sig":
        return None
    try:
        return JWKRegistry.import_key(entry)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
