"""Keeping what a record said before each change, and reading it again."""

from copy import copy
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Field
from django.utils import timezone

from ravs.accounts.models import Account
from ravs.organisations.models import Site
from ravs.vaccinations.models import Vaccination, Version

NOT_KEPT = {"id", "public_id", "organisation_id", "name_key", "version"}
"""What never changes, or is made of what is kept."""


def keep_version(
    *, vaccination: Vaccination, changed: list[str], actor: Account, reason: str
) -> Version:
    """Write down what the record says now, before it is changed."""
    return Version.objects.create(
        vaccination=vaccination,
        number=vaccination.version,
        values=values_of(vaccination),
        changed=changed,
        replaced_at=timezone.now(),
        replaced_by=actor,
        reason=reason,
    )


def values_of(vaccination: Vaccination) -> dict[str, Any]:
    return {
        field.attname: _plain(getattr(vaccination, field.attname))
        for field in _fields()
        if field.attname not in NOT_KEPT
    }


def as_record(version: Version, vaccination: Vaccination) -> Vaccination:
    """The record as it was in that version. Never to be saved."""
    was = copy(vaccination)
    was._state = copy(vaccination._state)  # noqa: SLF001 - with relations of its own
    was._state.fields_cache = dict(vaccination._state.fields_cache)  # noqa: SLF001
    for field in _fields():
        if field.attname in version.values:
            value = version.values[field.attname]
            setattr(was, field.attname, field.to_python(value) if value is not None else None)
    was.version = version.number
    if was.site_id != vaccination.site_id:
        was.site = Site.objects.get(pk=was.site_id)
    return was


def _fields() -> list[Field[Any, Any]]:
    return list(Vaccination._meta.concrete_fields)  # noqa: SLF001


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | UUID) else value
