"""How the chain is hashed. One form for ever: a change here breaks every chain there is."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TypedDict
from uuid import UUID

from django.utils.crypto import salted_hmac

PersonHashes = list[list[str]]
"""Pairs of position and salted hash, by position."""


canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
"""JSON in one form only: keys in order, no spaces, letters as they are."""


class HashedRow(TypedDict):
    """Everything a row says; ids are 32 hexadecimal digits."""

    id: str
    chain: str
    seq: int
    type: str
    actor: str | None
    subject: str | None
    data: Any
    at: datetime
    request_id: str
    person_hashes: Any
    previous_hash: str


def event_hash(row: HashedRow) -> str:
    """SHA-256 over the whole row, the hash of the row before it included."""
    moment = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(canonical({**row, "at": moment}).encode()).hexdigest()


def person_payload(*, name: str, email: str) -> str:
    return canonical({"name": name, "email": email})


def person_hash(*, salt: bytes, position: str, person: str, payload: str) -> str:
    """The salted hash that stands in the chain for a row of the side table."""
    return hashlib.sha256(salt + f"{position}\n{person}\n{payload}".encode()).hexdigest()


def pairs(hashes: Iterable[tuple[str, str]]) -> PersonHashes:
    return [list(pair) for pair in sorted(hashes)]


def hex_id(value: UUID | None) -> str | None:
    return value.hex if value is not None else None


def keyed_hash(text: str) -> str:
    """Stands for an address that may not be kept: the same text gives the same hash, and only
    this service can tell whether a given address was meant."""
    return salted_hmac("ravs.audit.keyed_hash", text, algorithm="sha256").hexdigest()
