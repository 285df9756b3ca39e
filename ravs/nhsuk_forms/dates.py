"""A date in three boxes, day, month and year, as the NHS design system asks for one."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ravs.nhsuk_forms.fields import Look, options_of

BOXES = ("day", "month", "year")
YEAR_DIGITS = 4


def boxes_of(name: str) -> tuple[str, ...]:
    """What the three inputs of a date field are called."""
    return tuple(f"{name}_{box}" for box in BOXES)


class DateBoxes(forms.MultiWidget):
    """Three text inputs named ``<name>_day``, ``<name>_month`` and ``<name>_year``."""

    def __init__(self) -> None:
        super().__init__(widgets={box: forms.TextInput() for box in BOXES})

    def decompress(self, value: Any) -> list[Any]:
        return [value.day, value.month, value.year] if isinstance(value, date) else [None] * 3


class DateField(forms.MultiValueField):
    """A day that exists. ``noun`` begins its errors: "Date of birth must be a real date"."""

    component = "date"
    widget = DateBoxes

    def __init__(
        self,
        *,
        noun: str,
        hint: str = "",
        missing: str = "",
        look: Look | None = None,
        **kwargs: Any,
    ) -> None:
        self.noun = noun
        self.look = look or Look()
        super().__init__(
            fields=[forms.CharField(required=False) for _ in BOXES],
            require_all_fields=False,
            **options_of(hint, missing, kwargs),
        )

    def compress(self, data_list: list[Any]) -> date | None:
        if not any(data_list):
            return None
        entered = dict(zip(BOXES, data_list, strict=True))
        empty = [box for box in BOXES if not entered[box]]
        if empty:
            raise self.refusal(f"must include a {' and '.join(empty)}", empty)
        if not all(text.isascii() and text.isdigit() for text in data_list):
            raise self.refusal("must only include numbers", list(BOXES))
        if len(entered["year"]) != YEAR_DIGITS:
            raise self.refusal("must have a year of 4 numbers", ["year"])
        try:
            return date(int(entered["year"]), int(entered["month"]), int(entered["day"]))
        except ValueError as error:
            raise self.refusal("must be a real date", list(BOXES)) from error

    def refusal(self, words: str, boxes: list[str]) -> ValidationError:
        return ValidationError(
            f"{self.noun} {words}".replace("%", "%%"), code="date", params={"boxes": boxes}
        )
