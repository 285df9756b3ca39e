"""Sign-ins under way, kept in the browser's session: one per tab, each good for one answer."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, cast

from authlib.common.security import generate_token  # type: ignore[import-untyped]
from django.utils import timezone

from ravs.accounts.sessions import SessionStore

KEY = "sign_in_attempts"
MOST = 5
LIFETIME = timedelta(minutes=60)
"""Long enough to find a phone, or to reset a password at the provider."""


@dataclass(frozen=True)
class Attempt:
    """What must come back, and what was promised for afterwards."""

    state: str
    nonce: str
    verifier: str
    next_path: str
    started_at: int
    anew: bool
    """Whether the provider was asked to make the person prove themselves again."""


def begin(session: SessionStore, *, next_path: str, anew: bool) -> Attempt:
    attempt = Attempt(
        state=generate_token(43),
        nonce=generate_token(43),
        verifier=generate_token(64),
        next_path=next_path,
        started_at=int(timezone.now().timestamp()),
        anew=anew,
    )
    with session.alone():
        latest = sorted(_all(session).values(), key=lambda kept: kept["started_at"])
        kept = [*latest, asdict(attempt)][-MOST:]
        session[KEY] = {entry["state"]: entry for entry in kept}
    return attempt


def take(session: SessionStore, state: str) -> Attempt | None:
    """The attempt that ``state`` names, once. ``None`` when unknown, used up or too old."""
    if not session.get(KEY):
        return None
    with session.alone():
        attempts = _all(session)
        found = attempts.pop(state, None)
        session[KEY] = attempts
    if found is None:
        return None
    age = timezone.now().timestamp() - found["started_at"]
    return Attempt(**found) if age < LIFETIME.total_seconds() else None


def _all(session: SessionStore) -> dict[str, dict[str, Any]]:
    return dict(cast("dict[str, dict[str, Any]]", session.get(KEY) or {}))
