"""Reaching a record through the organisation in the address."""

from uuid import UUID

from django.http import Http404

from ravs.members.requests import MemberRequest
from ravs.vaccinations.models import Vaccination
from ravs.vaccinations.records import selectors

DIGITS = 9


def record_of(request: MemberRequest, vaccination: UUID) -> Vaccination:
    """A record of this organisation; strangers' ids are 404."""
    row = selectors.record_of(request.organisation, vaccination)
    if row is None:
        raise Http404
    return row


def read_uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def read_number(text: str | None) -> int:
    """The number of a version as a page sent it; 0 for nonsense."""
    typed = text or ""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < DIGITS else 0
