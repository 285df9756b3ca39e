"""Lists of choices in forms, tables and commands hold all of the enum they stand for."""

import enum
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest
from django import forms
from django.apps import apps
from django.db.models import TextChoices

from ravs.cli import COMMANDS
from tests.guards.house import module_of, python_files

pytestmark = pytest.mark.once

YES_NO = frozenset({"yes", "no"})


class Colour(TextChoices):
    RED = "red", "Red"
    BLUE = "blue", "Blue"


class Planted(forms.Form):
    colour = forms.ChoiceField(choices=[("red", "Red")])


def enums() -> set[frozenset[str]]:
    """The values of every enumeration that the product declares, wherever it stands."""
    rooms = [Path(app.path) for app in apps.get_app_configs() if app.name.startswith("ravs.")]
    for file in python_files():
        if any(file.is_relative_to(room) for room in rooms):
            import_module(module_of(file))
    ahead: list[type[Any]] = [enum.StrEnum, TextChoices]
    found = {YES_NO}
    while ahead:
        kind = ahead.pop()
        ahead += kind.__subclasses__()
        if kind.__module__.startswith("ravs."):
            found.add(frozenset(str(member.value) for member in kind))
    return found


def lists_of(form: type[forms.Form]) -> Iterator[tuple[str, frozenset[str]]]:
    """The choices that a form's class spells out; a list made for each request has none here."""
    for name, field in form.base_fields.items():
        values = frozenset(str(value) for value, _ in getattr(field, "choices", ()) if value)
        if values:
            yield f"{form.__module__}.{form.__name__}.{name}", values


def forms_of_product() -> Iterator[type[forms.Form]]:
    ahead: list[type[Any]] = [forms.Form]
    while ahead:
        form = ahead.pop()
        ahead += form.__subclasses__()
        if form.__module__.startswith("ravs.") and ".tests." not in form.__module__:
            yield form


def commands() -> Iterator[tuple[str, click.Command]]:
    for entry in COMMANDS:
        if entry.path.startswith("ravs.") and entry.django:
            module, _, name = entry.path.partition(":")
            yield from inside(entry.name, getattr(import_module(module), name))


def inside(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            yield from inside(f"{name} {inner.name}", inner)


def choices_of(command: click.Command) -> Iterator[tuple[str, frozenset[str]]]:
    for parameter in command.params:
        if isinstance(parameter.type, click.Choice):
            yield str(parameter.name), frozenset(map(str, parameter.type.choices))


def test_it_offers_in_forms_what_the_enum_holds() -> None:
    known = enums()
    found = [place for form in forms_of_product() for place, v in lists_of(form) if v not in known]
    assert found == []


def test_it_offers_in_commands_what_the_enum_holds() -> None:
    known = enums()
    found = [
        f"ravs {name} --{option}"
        for name, command in commands()
        for option, values in choices_of(command)
        if values not in known
    ]
    assert found == []


@pytest.mark.parametrize("model", apps.get_app_configs(), ids=lambda app: app.label)
def test_it_stores_what_the_enum_holds(model: Any) -> None:
    known = enums()
    found = [
        f"{table.__name__}.{field.name}"
        for table in model.get_models()
        if table.__module__.startswith("ravs.")
        for field in table._meta.concrete_fields
        if field.choices and frozenset(str(v) for v, _ in field.choices) not in known
    ]
    assert found == []


def test_it_catches_a_planted_list_that_forgets_a_choice() -> None:
    assert [place for place, values in lists_of(Planted) if values not in enums()] == [
        f"{__name__}.Planted.colour"
    ]
    assert frozenset({"red", "blue"}) == frozenset(str(c.value) for c in Colour)
