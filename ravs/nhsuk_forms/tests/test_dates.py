"""A date in three boxes: what is accepted, what is said otherwise, and which box is marked."""

from datetime import date

import pytest

from ravs.nhsuk_forms.dates import DateField
from ravs.nhsuk_forms.errors import error_list
from ravs.nhsuk_forms.forms import Form
from ravs.nhsuk_forms.tests.test_fields import html_of, the, words


class Leaving(Form):
    left = DateField(
        noun="Leaving date",
        label="When did they leave?",
        hint="For example, 27 3 2026",
        missing="Enter a leaving date",
    )


def sent(day: str, month: str, year: str) -> Leaving:
    return Leaving({"left_day": day, "left_month": month, "left_year": year})


@pytest.mark.parametrize(
    ("boxes", "cleaned"),
    [
        (("27", "3", "2026"), date(2026, 3, 27)),
        (("01", "01", "2026"), date(2026, 1, 1)),
        ((" 29 ", "2", "2028"), date(2028, 2, 29)),
    ],
)
def test_it_takes_a_day_that_exists(boxes: tuple[str, str, str], cleaned: date) -> None:
    form = sent(*boxes)
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"left": cleaned}


@pytest.mark.parametrize(
    ("boxes", "message", "target"),
    [
        (("", "", ""), "Enter a leaving date", "left_day"),
        (("27", "", "2026"), "Leaving date must include a month", "left_month"),
        (("27", "", ""), "Leaving date must include a month and year", "left_month"),
        (("29", "2", "2026"), "Leaving date must be a real date", "left_day"),
        (("0", "1", "2026"), "Leaving date must be a real date", "left_day"),
        (("1", "1", "26"), "Leaving date must have a year of 4 numbers", "left_year"),
        (("1", "March", "2026"), "Leaving date must only include numbers", "left_day"),
        (("1", "²", "2026"), "Leaving date must only include numbers", "left_day"),
    ],
)
def test_it_says_what_is_wrong_and_where(
    boxes: tuple[str, str, str], message: str, target: str
) -> None:
    assert error_list(sent(*boxes)) == [{"text": message, "href": f"#{target}"}]


def test_it_marks_the_wrong_box_and_keeps_what_was_entered() -> None:
    root = html_of(sent("27", "", "2026"), "left")
    month = the(root, "input", id="left_month")
    day = the(root, "input", id="left_day")
    assert "nhsuk-input--error" in (month.get("class") or "")
    assert "nhsuk-input--error" not in (day.get("class") or "")
    assert (day.get("value"), day.get("inputmode"), day.get("name")) == (
        "27",
        "numeric",
        "left_day",
    )
    assert words(the(root, "legend")) == "When did they leave?"
    assert the(root, "fieldset").get("aria-describedby") == "left-hint left-error"


def test_it_starts_from_a_date() -> None:
    root = html_of(Leaving(initial={"left": date(2026, 3, 7)}), "left")
    assert [box.get("value") for box in root.iter("input")] == ["7", "3", "2026"]
