"""The error summary: every error of a form, in the order of its questions, linked to them."""

from html import unescape
from typing import Any

from django import forms
from django.utils.html import strip_tags

from ravs.nhsuk_forms.dates import DateField


def error_list(form: Any) -> list[dict[str, str]]:
    """The summary's items; empty for an unbound form, a valid one, or no form at all."""
    if not isinstance(form, forms.BaseForm) or not form.is_bound:
        return []
    items = [{"text": text_of(message)} for message in form.non_field_errors()]
    for name in form.fields:
        items += items_of(form[name])
    return items


def items_of(bound: forms.BoundField) -> list[dict[str, str]]:
    """A field's lines; those of a hidden one link nowhere, because nobody can go there."""
    link = {} if bound.is_hidden else {"href": f"#{target_of(bound)}"}
    return [{"text": text_of(message), **link} for message in bound.errors]


def text_of(message: object) -> str:
    """The words alone: the summary's line is itself a link and can hold no other."""
    return unescape(strip_tags(str(message))) if hasattr(message, "__html__") else str(message)


def target_of(bound: forms.BoundField) -> str:
    """The id to jump to: the input, the first radio, or the first box of a date that is wrong."""
    if isinstance(bound.field, DateField):
        return f"{bound.auto_id}_{wrong_boxes(bound)[0]}"
    return bound.auto_id


def wrong_boxes(bound: forms.BoundField) -> list[str]:
    """Which of day, month and year the error is about; all three when it does not say."""
    for error in bound.form.errors.get(bound.name, forms.utils.ErrorList()).as_data():
        if error.params and "boxes" in error.params:
            return list(error.params["boxes"])
    return ["day", "month", "year"]
