"""Opaque public identifiers: what URLs and events carry instead of database keys."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A fresh UUIDv7: ordered by time of creation, says nothing about the row it names."""
    return uuid7()
