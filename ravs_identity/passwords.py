"""What a password must be (domain 4.4), and remembering the last five."""

import re
from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError

from ravs_identity.models import PastPassword, Person

LEAST = 8
MOST = 128
REMEMBERED = 5
SHORTEST_PART = 4

RULES = (
    f"have at least {LEAST} characters",
    "include a lower case letter",
    "include an upper case letter",
    "include a number",
    "not include any part of your email address",
    f"not be one of your last {REMEMBERED} passwords",
)


class LengthValidator:
    """Long enough to resist guessing; short enough that hashing it cannot be used as a weapon."""

    def validate(self, password: str, user: Person | None = None) -> None:
        if len(password) < LEAST:
            raise ValidationError(f"Password must have at least {LEAST} characters", code="short")
        if len(password) > MOST:
            raise ValidationError(f"Password must have {MOST} characters or fewer", code="long")

    def get_help_text(self) -> str:
        return RULES[0]


class MixtureValidator:
    """At least one lower case letter, one upper case letter and one digit."""

    def validate(self, password: str, user: Person | None = None) -> None:
        kinds = (
            (str.islower, "Password must include a lower case letter", "lower"),
            (str.isupper, "Password must include an upper case letter", "upper"),
            (str.isdigit, "Password must include a number", "digit"),
        )
        missing = [
            ValidationError(words, code=code)
            for test, words, code in kinds
            if not any(test(character) for character in password)
        ]
        if missing:
            raise ValidationError(missing)

    def get_help_text(self) -> str:
        return ", ".join(RULES[1:4])


class UsernameValidator:
    """No part of the user name. Parts are what stands between punctuation, from four characters."""

    def validate(self, password: str, user: Person | None = None) -> None:
        if user is None:
            return
        if any(part in password.lower() for part in parts_of(user.email)):
            raise ValidationError(
                "Password must not include any part of your email address", code="username"
            )

    def get_help_text(self) -> str:
        return RULES[4]


class HistoryValidator:
    """Not one of the last five."""

    def validate(self, password: str, user: Person | None = None) -> None:
        if user is None:
            return
        past = user.past_passwords.values_list("hash", flat=True)[:REMEMBERED]
        if any(check_password(password, hash_) for hash_ in past):
            raise ValidationError(
                f"Password must not be one of your last {REMEMBERED} passwords", code="used"
            )

    def get_help_text(self) -> str:
        return RULES[5]


def parts_of(email: str) -> set[str]:
    """What of an address a password must not hold: its local part, and every longer piece."""
    local = email.partition("@")[0]
    pieces = [piece for piece in re.split(r"[^a-z0-9]+", email) if len(piece) >= SHORTEST_PART]
    return {*pieces, local} if len(local) >= SHORTEST_PART - 1 else set(pieces)


def remember(person: Person) -> None:
    """Note the password just set, and forget those nobody will be asked about again."""
    PastPassword.objects.create(person=person, hash=person.password)
    kept: Any = person.past_passwords.values_list("pk", flat=True)[:REMEMBERED]
    person.past_passwords.exclude(pk__in=list(kept)).delete()
