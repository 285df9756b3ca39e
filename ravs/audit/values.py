"""What an event's field may hold: how it is checked, stored and read back."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from django.db.models import TextChoices


class UnfitForHistory(ValueError):
    """A value that an event may not carry. The value itself is never repeated."""


@dataclass(frozen=True)
class OneOf:
    """A word of a closed vocabulary."""

    vocabulary: type[TextChoices]

    def fits(self, value: Any) -> bool:
        return isinstance(value, str) and value in self.vocabulary.values


@dataclass(frozen=True)
class Shape:
    """A code whose form leaves no room for a name or an address."""

    pattern: str

    def fits(self, value: Any) -> bool:
        return isinstance(value, str) and re.fullmatch(self.pattern, value) is not None


@dataclass(frozen=True)
class Plain:
    """A number, a flag, a date or an id."""

    type: type

    def fits(self, value: Any) -> bool:
        if self.type is int and isinstance(value, bool):
            return False
        if self.type is date and isinstance(value, datetime):
            return False
        return isinstance(value, self.type)


@dataclass(frozen=True)
class Kind:
    """The kind of one field."""

    name: str
    rule: OneOf | Shape | Plain
    optional: bool

    def accept(self, value: Any) -> Any:
        if value is None and self.optional:
            return None
        if not self.rule.fits(value):
            raise UnfitForHistory(f"An event's {self.name} was given something it may not carry.")
        return str(value) if isinstance(value, str) else value

    def store(self, value: Any) -> Any:
        if isinstance(value, date):
            return value.isoformat()
        return str(value) if isinstance(value, UUID) else value

    def restore(self, stored: Any) -> Any:
        if stored is None or not isinstance(self.rule, Plain):
            return stored
        if self.rule.type is date:
            return date.fromisoformat(stored)
        return UUID(stored) if self.rule.type is UUID else stored


def kind_of(cls: type, field: str) -> Kind:
    """Read a field's kind from its annotation; any annotation not listed above is refused."""
    hint = get_type_hints(cls, include_extras=True)[field]
    choices = get_args(hint) if get_origin(hint) in {Union, UnionType} else (hint,)
    required = [choice for choice in choices if choice is not type(None)]
    if len(required) != 1:
        raise TypeError(f"{cls.__name__}.{field} must be of one kind.")
    name = f"{cls.__name__}.{field}"
    return Kind(name=name, rule=_rule(name, required[0]), optional=len(choices) > len(required))


def _rule(name: str, hint: Any) -> OneOf | Shape | Plain:
    if get_origin(hint) is Annotated:
        for extra in get_args(hint)[1:]:
            if isinstance(extra, OneOf | Shape):
                return extra
    if hint in {bool, int, date, UUID}:
        return Plain(hint)
    raise TypeError(f"{name} is of a kind that no event may carry.")
