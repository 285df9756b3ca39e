"""People added at the machine itself, by an operator who vouches for them."""

from dataclasses import dataclass, fields
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from ravs_identity.addresses import BadAddress, normalise
from ravs_identity.models import LONGEST_NAME, Person
from ravs_identity.services import AddressTaken, create_activated_person


class BadEntry(ValueError):
    """One entry of a list cannot be used; the text says which and why."""


@dataclass(frozen=True)
class Entry:
    email: str
    first_name: str
    last_name: str
    password: str
    external_id: str = ""


def read(content: object) -> list[Entry]:
    """Check a whole list before anything of it is done."""
    if not isinstance(content, list):
        raise BadEntry("There must be a list of people.")
    return [_entry(number, row) for number, row in enumerate(content, start=1)]


def _entry(number: int, row: Any) -> Entry:
    known = {field.name for field in fields(Entry)}
    if not isinstance(row, dict) or not all(isinstance(value, str) for value in row.values()):
        raise BadEntry(f"Entry {number} must be an object of texts.")
    if set(row) - known or not known - {"external_id"} <= set(row):
        raise BadEntry(f"Entry {number} must have email, first_name, last_name and password.")
    if any(len(row[name]) > LONGEST_NAME for name in ("first_name", "last_name")):
        raise BadEntry(f"Entry {number} has a name of more than {LONGEST_NAME} characters.")
    try:
        entry = Entry(**{**row, "email": normalise(row["email"])})
        validate_password(entry.password, user=None)
    except BadAddress as error:
        raise BadEntry(f"Entry {number} has no e-mail address.") from error
    except ValidationError as error:
        raise BadEntry(f"Entry {number}: {'; '.join(error.messages)}.") from error
    return entry


def add(entry: Entry) -> bool:
    """Whether the person was added; somebody at that address already is not touched."""
    if Person.objects.at(entry.email) is not None:
        return False
    try:
        create_activated_person(
            email=entry.email,
            first_name=entry.first_name,
            last_name=entry.last_name,
            password=entry.password,
            external_id=entry.external_id,
        )
    except AddressTaken:
        return False
    return True
