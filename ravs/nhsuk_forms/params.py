"""From a bound field to the parameters of its component. Only this file knows their names."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from markupsafe import Markup

from ravs.nhsuk_forms.dates import BOXES
from ravs.nhsuk_forms.errors import wrong_boxes
from ravs.nhsuk_forms.fields import Choice, Look


@dataclass(frozen=True)
class Component:
    """Which macro to call, and with what. ``reveals``: fields to render under a choice."""

    name: str
    params: dict[str, Any]
    reveals: dict[str, tuple[str, ...]]

    def revealed_by_css(self, html: str) -> Markup:
        """Radios or checkboxes without the attribute by which a script would reveal questions.

        That script marks a radio as expanded or not, a state radios do not have; the stylesheet
        does the same work, and does it without JavaScript too.
        """
        return Markup(re.sub(r' data-aria-controls="[^"]*"', "", html))  # noqa: S704


def params_of(bound: forms.BoundField, **overrides: Any) -> Component:
    """The component of a field on a page. ``overrides`` replace its parameters by name."""
    field: Any = bound.field
    name = "hidden" if bound.is_hidden else getattr(field, "component", "input")
    params = BUILDERS[name](bound, look_of(field))
    reveals = {option.value: option.reveals for option in getattr(field, "options", ())}
    return Component(name, {**params, **overrides}, reveals)


def look_of(field: Any) -> Look:
    return getattr(field, "look", None) or Look()


def shared(bound: forms.BoundField) -> dict[str, Any]:
    """What every component takes."""
    params: dict[str, Any] = {"name": bound.html_name}
    if bound.help_text:
        params["hint"] = text_or_html(bound.help_text)
    if bound.errors:
        params["errorMessage"] = message_of(list(bound.errors))
    return params


def text_or_html(words: object) -> dict[str, str]:
    """Words go in as text, escaped, unless our own code made them markup."""
    text = str(words)  # stays marked as safe when it was
    return {"html": text} if hasattr(text, "__html__") else {"text": text}


def message_of(errors: list[Any]) -> dict[str, str]:
    if len(errors) == 1:
        return text_or_html(errors[0])
    return {"html": format_html_join(SafeString("<br>"), "{}", ((error,) for error in errors))}


def input_params(bound: forms.BoundField, look: Look) -> dict[str, Any]:
    value = bound.value()
    return {
        **shared(bound),
        **text_manners(look),
        "id": bound.auto_id,
        "type": getattr(bound.field, "type", "text"),
        "label": {"text": bound.label, "size": look.label_size},
        "value": "" if value is None else str(value),
    }


FOCUSED = {"autofocus": {"value": True, "optional": True}}
"""Where the cursor stands when the page opens."""


def text_manners(look: Look) -> dict[str, Any]:
    """How the browser should help with typing; unsaid when empty."""
    manners = {
        "autocomplete": look.autocomplete,
        "inputmode": look.inputmode,
        "spellcheck": look.spellcheck,
        "autocapitalize": look.autocapitalize,
        "width": look.width,
    }
    said: dict[str, Any] = {key: value for key, value in manners.items() if value not in {"", None}}
    return {**said, "attributes": FOCUSED} if look.autofocus else said


def textarea_params(bound: forms.BoundField, look: Look) -> dict[str, Any]:
    """The character count's; without a script it is a text area and says how much fits."""
    field: Any = bound.field
    value = bound.value()
    return {
        **shared(bound),
        "id": bound.auto_id,
        "label": {"text": bound.label, "size": look.label_size},
        "value": "" if value is None else str(value),
        "maxlength": field.most,
        "rows": field.rows,
        **({} if look.spellcheck is None else {"spellcheck": look.spellcheck}),
    }


def password_params(bound: forms.BoundField, look: Look) -> dict[str, Any]:
    return {
        **shared(bound),
        **text_manners(look),
        "id": bound.auto_id,
        "label": {"text": bound.label, "size": look.label_size},
    }


def search_params(bound: forms.BoundField, look: Look) -> dict[str, Any]:
    return {
        **input_params(bound, look),
        "type": "search",
        "button": {"text": look.button or "Search"}
        if not look.button_label
        else {"text": look.button or "Search", "ariaLabel": look.button_label},
    }


def fieldset(bound: forms.BoundField, look: Look) -> dict[str, Any]:
    return {"legend": {"text": bound.label, "size": look.label_size}}


def item(option: Choice, *, checked: bool) -> dict[str, Any]:
    made: dict[str, Any] = {"value": option.value, "text": option.label, "checked": checked}
    if option.hint:
        made["hint"] = {"text": option.hint}
    return made


def choice_params(bound: forms.BoundField, look: Look) -> dict[str, Any]:
    field: Any = bound.field
    value = bound.value()
    chosen = {str(one) for one in value} if isinstance(value, list | tuple) else {str(value)}
    items = [item(option, checked=option.value in chosen) for option in field.options]
    if look.autofocus and items:
        items[0]["attributes"] = FOCUSED
    return {
        **shared(bound),
        "idPrefix": bound.auto_id,
        "fieldset": fieldset(bound, look),
        "inline": look.inline,
        "items": items,
    }


def date_params(bound: forms.BoundField, look: Look) -> dict[str, Any]:
    value = bound.value()
    boxes: Any = bound.field.widget
    values = value if isinstance(value, list) else boxes.decompress(value)
    wrong = wrong_boxes(bound) if bound.errors else []
    params = shared(bound)
    params.pop("name")
    return {
        **params,
        "id": bound.auto_id,
        "fieldset": fieldset(bound, look),
        "items": [
            {
                "label": {"text": box.capitalize()},
                "id": f"{bound.auto_id}_{box}",
                "name": f"{bound.html_name}_{box}",
                "value": "" if text is None else str(text),
                "width": "4" if box == "year" else "2",
                "error": box in wrong,
            }
            for box, text in zip(BOXES, values, strict=True)
        ],
    }


def hidden_params(bound: forms.BoundField, _look: Look) -> dict[str, Any]:
    return {"name": bound.html_name, "value": bound.value()}


BUILDERS = {
    "input": input_params,
    "textarea": textarea_params,
    "password": password_params,
    "search": search_params,
    "radios": choice_params,
    "checkboxes": choice_params,
    "date": date_params,
    "hidden": hidden_params,
}
